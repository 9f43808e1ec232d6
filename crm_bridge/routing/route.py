"""Who meets a visitor: the first route whose condition holds and that speaks the language.

Pure. Says why each earlier route was passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from playbook.condition import Given, holds
from playbook.model import Playbook, Route


@dataclass(frozen=True, slots=True)
class RouteReason:
    """Why a route was taken or passed over."""

    route: str
    taken: bool
    because: str


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The route taken (None: nobody takes this visitor), its advisors in order, and why."""

    route: str | None
    advisors: tuple[str, ...]
    reasons: tuple[RouteReason, ...]


def route(
    playbook: Playbook, answers: Mapping[str, Given], *, language: str, today: date
) -> RouteChoice:
    """The first fitting route in the playbook's order."""
    reasons: list[RouteReason] = []
    for candidate in playbook.routes:
        refusal = _refusal(candidate, answers, language=language, today=today)
        if refusal is None:
            because = f"the first route that fits, and speaks {language}"
            reasons.append(RouteReason(candidate.id, True, because))
            return RouteChoice(candidate.id, candidate.advisors, tuple(reasons))
        reasons.append(RouteReason(candidate.id, False, refusal))
    return RouteChoice(None, (), tuple(reasons))


def _refusal(
    candidate: Route, answers: Mapping[str, Given], *, language: str, today: date
) -> str | None:
    if candidate.languages and language not in candidate.languages:
        return f"speaks {', '.join(candidate.languages)}, not {language}"
    if not candidate.advisors:
        return "has no advisors"
    if not holds(candidate.when, answers, today):
        return "its condition does not hold"
    return None
