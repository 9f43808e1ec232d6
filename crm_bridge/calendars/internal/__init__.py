"""The calendar that every advisor has here: their time off."""
