"""Tryton over its JSON-RPC; our words for its parties."""
