"""What the demonstration needs: its playbook, its site, three advisors and one admin.

Everything is made once and never changed again: whoever edits it keeps their edit.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import service as calendars
from crm_bridge.chat import sites
from crm_bridge.console import service as console
from crm_bridge.playbooks import service as playbooks

SITE: Final = "demo"
ADMIN: Final = "admin@localhost"


def _hours(days: list[str], start: str, end: str) -> dict[str, Any]:
    return {"weekly": [{"days": days, "from": start, "to": end}]}


ADVISORS: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "id": "maja", "name": "Maja Novak", "email": "maja@polaris-consulting.example",
        "timezone": "Europe/Ljubljana", "languages": ("sl", "en"), "daily_limit": 6,
        "working_hours": _hours(["mon", "tue", "wed", "thu", "fri"], "09:00", "17:00"),
    },
    {
        "id": "noam", "name": "Noam Levi", "email": "noam@polaris-consulting.example",
        "timezone": "Asia/Jerusalem", "languages": ("he", "en"), "daily_limit": 6,
        "working_hours": _hours(["sun", "mon", "tue", "wed", "thu"], "09:00", "18:00"),
    },
    {
        "id": "kari", "name": "Kari Lind", "email": "kari@polaris-consulting.example",
        "timezone": "Europe/Oslo", "languages": ("nb", "fi", "pl", "en"), "daily_limit": 6,
        "working_hours": _hours(["mon", "tue", "wed", "thu", "fri"], "08:30", "16:30"),
    },
)  # fmt: skip


async def load(session: AsyncSession, *, data: Path, now: datetime) -> str | None:
    """Make what is missing; the new admin's password, or None where there was an admin."""
    await playbooks.seed(session, playbooks.files(data / "playbooks"), now=now)
    if not await sites.exists(session, SITE):
        await sites.create_site(
            session, SITE, name="Polaris Consulting", allowed_origins=(), playbook="consulting",
            default_language="en", timezone="Europe/Ljubljana", now=now,
        )  # fmt: skip
        for advisor in ADVISORS:
            # No buffers: five minutes would close both neighbouring half hours of the grid.
            await calendars.create_advisor(session, **advisor, now=now)
    password = secrets.token_urlsafe(12)
    try:
        await console.create_user(
            session, ADMIN, name="Admin", role="admin", password=password, now=now
        )
    except console.UserExists:
        return None
    return password
