"""Enrichment: what follows from what is known, without asking anybody outside."""
