"""The chat gateway: sessions of visitors' pages, their event log, and the bots behind it."""
