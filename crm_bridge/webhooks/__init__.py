"""Webhooks out: every domain event, signed, retried, replayable; signatures of those in."""
