"""Answers to common questions, found by how people ask: data/faq/<language>/*.md.

A file a topic, added and edited by an admin; nothing is trained. What a text means is
found by `retrieve` (pure); a text that no topic fits gets nothing.
"""
