"""When advisors can be met: their working hours, what keeps them busy, and the openings left."""
