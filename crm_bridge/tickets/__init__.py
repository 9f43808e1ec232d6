"""Tickets: what a person has to do something about."""
