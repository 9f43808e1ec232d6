"""Rooms for video meetings."""
