"""What the interview remembers between turns: small, plain JSON, versioned.

Answers are not in it (the bridge owns them), nor is anything personal beyond a value
that waits for the visitor's yes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

VERSION = 1
PHASES = ("new", "asking", "meeting", "ended", "stopped")


@dataclass(slots=True)
class State:
    """Where the interview stands.

    phase      new, asking, meeting (a time is being chosen), ended, stopped (resumable)
    question   what the visitor was asked last and has not answered
    kind       the kind of `question`, for who must know it without the playbook
    pending    what waits for a yes, a no or a choice before `question` is asked again
    then       what goes on when the house has answered (only within a turn)
    recent     the questions that the last answering message filled
    missed     how often in a row the answer to `question` was not understood
    explained  required questions whose reason was given after a refusal
    put_off    questions that were asked often in vain, and are asked once more at the end
    asked      question -> how often it was asked; spoken: text key -> how often it was said
    offers     the openings offered last, [start, end] in UTC, in the order shown
    wish       the time last wished for, as `playbook.wishes` writes it
    described  question -> what the visitor wrote there at length and no option was found in
    back       the last thing said was a welcome back
    unanswered what the visitor asked us and got no answer to, in their words, the last few
    """

    phase: str = "new"
    question: str | None = None
    kind: str | None = None
    pending: dict[str, Any] | None = None
    then: dict[str, Any] | None = None
    recent: list[str] = field(default_factory=list)
    missed: int = 0
    explained: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    spoken: dict[str, int] = field(default_factory=dict)
    offers: list[list[str]] = field(default_factory=list)
    wish: dict[str, Any] | None = None
    described: dict[str, str] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    abuse: int = 0
    consented: bool = False
    greeted: str | None = None  # the language of the greeting
    handed: bool = False
    retrying: bool = False
    back: bool = False
    outcome: str | None = None

    def dump(self) -> dict[str, Any]:
        """As JSON; what stands at its default is left out."""
        blank = asdict(State())
        kept = {key: value for key, value in asdict(self).items() if value != blank[key]}
        return {"v": VERSION, **kept}


def read_state(stored: Mapping[str, Any]) -> State:
    """The state as stored; one of another version or a broken one begins anew, which
    loses no answer: the interview asks what is still missing."""
    if stored.get("v") != VERSION or stored.get("phase", "new") not in PHASES:
        return State()
    state = State()
    for one in fields(State):
        value = stored.get(one.name)
        default = getattr(state, one.name)
        if value is not None and (default is None or isinstance(value, type(default))):
            setattr(state, one.name, value)
    return state
