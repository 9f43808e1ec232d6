"""A small playbook for tests of points, outcomes and routes."""

from dataclasses import dataclass, replace
from typing import Any

from playbook.load import load
from playbook.model import Playbook, Route
from tests.crm_bridge.records import CONSULTING

CONSULTING_PLAYBOOK = load(CONSULTING, filename="consulting.yml")


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as the bridge keeps it."""

    value: Any
    status: str = "given"
    text: str = ""


def answers(**values: Any) -> dict[str, Stored]:
    """Stored answers; "declined" and "unknown" are a status."""
    return {
        question: Stored(None, value) if value in ("declined", "unknown") else Stored(value)
        for question, value in values.items()
    }


def with_routes(*routes: Route) -> Playbook:
    """The consulting playbook with other routes."""
    return replace(CONSULTING_PLAYBOOK, routes=routes)
