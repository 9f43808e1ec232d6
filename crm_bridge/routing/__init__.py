"""Routing: who meets the visitor, and handing over to a person."""
