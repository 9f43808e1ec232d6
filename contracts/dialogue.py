"""What the actions ask the bridge beside the turn itself."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.turn import AnswerChange
from contracts.wire import Wire

Outcome = Literal["qualified", "nearly", "not_fit", "person", "call_back"]


class LookupRequest(Wire):
    email: str


class LookupView(Wire):
    """What may be said aloud about an address to somebody who has not proved it is theirs.

    Derived from the address alone, never from what the CRM stores about it; the same
    shape, after the same work, whether the address is known or not.
    """

    kind: Literal["business", "free", "disposable", "role"]
    domain: str
    company_guess: str | None = None
    country: str | None = None


class Reason(Wire):
    """Why a rule counted: its id, the points it gave and a sentence for a rep."""

    rule: str
    points: int
    because: str


class QualifyRequest(Wire):
    """`answers` are those of the running turn, not committed yet: they count over the
    stored ones."""

    answers: tuple[AnswerChange, ...] = ()


class QualificationView(Wire):
    """The outcome of the interview, decided by the bridge from the stored answers."""

    outcome: Outcome
    score: int
    reasons: tuple[Reason, ...] = ()
    route: str | None = None
    advisors: tuple[str, ...] = ()
    deal: str | None = None


class HandoverRequest(Wire):
    """Why a person is wanted; `answers` as in `QualifyRequest`."""

    reason: str = ""
    answers: tuple[AnswerChange, ...] = ()


class HandoverView(Wire):
    """A person was asked for: the ticket, and whether somebody is there now."""

    ticket: str
    staffed: bool


class PlaybookView(Wire):
    """One published version, as YAML source. Immutable: cache it for ever."""

    name: str
    version: int
    source: str


class FaqChoice(Wire):
    """A topic that may be meant, by the name that people read."""

    topic: str
    title: str


class FaqView(Wire):
    """The best answer; or two topics of which one may be meant (`choices`, the likelier
    first); or neither when nothing fits well enough (`text` null)."""

    topic: str | None = None
    text: str | None = None
    score: float = 0.0
    choices: tuple[FaqChoice, ...] = ()


class Problem(BaseModel):
    """RFC 9457 problem+json as the bridge sends it. `code` is stable."""

    model_config = ConfigDict(extra="allow")
    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str
    extra: dict[str, Any] = Field(default_factory=dict)
