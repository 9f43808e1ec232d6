"""Conversations: what a visitor said and was told, every answer, and what they agreed to."""
