"""Where reading a calendar goes on from: a small document, its horizon and its faults. Pure.

`until` is how far ahead what is stored was expanded; when the window has rolled on past
it, an adapter reads everything anew. `faults` are those of events that did not change
since, so that they are still told.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from crm_bridge.calendars.intervals import Interval

MOST_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class Cursor:
    """`data` is the adapter's own."""

    until: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str | None, window: Interval) -> Self | None:
        """The cursor of an earlier read; None where everything has to be read anew."""
        if not text:
            return None
        try:
            known = json.loads(text)
            cursor = cls(datetime.fromisoformat(known["until"]), known["data"], known["faults"])
        except (ValueError, KeyError, TypeError):
            return None
        return cursor if cursor.until >= window.end else None

    def write(self) -> str:
        """As it is stored."""
        kept = dict(list(self.faults.items())[:MOST_FAULTS])
        document = {"until": self.until.isoformat(), "data": self.data, "faults": kept}
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)

    def told(self) -> tuple[str, ...]:
        """The faults as sentences."""
        return tuple(self.faults.values())


def faults_now(
    before: Mapping[str, str], looked_at: Mapping[str, Any], found: Mapping[str, str]
) -> dict[str, str]:
    """The faults after some events were looked at again."""
    return {**{ref: what for ref, what in before.items() if ref not in looked_at}, **found}
