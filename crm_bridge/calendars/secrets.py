"""What lets us into a calendar, sealed at rest and bound to its row."""

import json
from collections.abc import Mapping
from typing import Any

from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.sealed import Seal


def seal_secret(seal: Seal, calendar_id: str, secret: Mapping[str, Any]) -> str:
    """`secret` (addresses, passwords, tokens) as it is stored."""
    return seal.seal(json.dumps(dict(secret)), purpose=f"calendar:{calendar_id}")


def open_secret(seal: Seal, calendar: ConnectedCalendar) -> dict[str, Any]:
    """What was stored for a calendar. Raises SealBroken."""
    opened: dict[str, Any] = json.loads(
        seal.unseal(calendar.secret or "", purpose=f"calendar:{calendar.id}")
    )
    return opened
