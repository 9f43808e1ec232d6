"""Custom properties of records: declared once, under one name, with a kind that is checked."""
