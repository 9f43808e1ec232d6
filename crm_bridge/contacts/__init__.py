"""Contacts: people with their addresses, numbers, consents and claimed identities."""
