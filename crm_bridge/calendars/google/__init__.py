"""Calendars at Google."""
