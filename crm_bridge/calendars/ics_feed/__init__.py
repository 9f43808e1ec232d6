"""Calendars read from iCalendar text that strangers wrote."""
