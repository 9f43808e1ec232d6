"""Playbooks as they were published: numbered, never changed, never taken away."""
