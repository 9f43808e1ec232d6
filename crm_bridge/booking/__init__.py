"""Meetings: an opening is held for one visitor, booked, moved, cancelled; never twice."""
