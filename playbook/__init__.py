"""The playbook: what to ask, in which order and words, what answers are worth, who is met.

Pure: imports neither fastapi, sqlalchemy, httpx nor pydantic, and reads no clock.
"""
