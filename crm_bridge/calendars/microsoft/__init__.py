"""Calendars at Microsoft, through Graph."""
