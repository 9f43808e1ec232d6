"""Scoring: what a visitor's answers are worth by the playbook, with the reasons."""
