"""What the interview wants done: bubbles to say, answers to store, questions to the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from playbook.scene import Booking, Hold, Opening

# Said and stored


@dataclass(frozen=True, slots=True)
class Button:
    """A button: its words are the text `key` of data/texts, or `title` where they are ready."""

    payload: str
    key: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class OpeningButton:
    """An opening to choose; `title` is spelled out in the visitor's language and zone."""

    opening: Opening
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One bubble: the text `key` with `values` in wording `variant`, or ready `text`.

    `says` are semantic tags of what it does (contracts.turn.Say)."""

    key: str = ""
    text: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    variant: int = 0
    says: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    openings: tuple[OpeningButton, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An answer set, or taken back with status "unset"."""

    question: str
    value: Any = None
    status: str = "given"
    text: str = ""
    source: str = "text"


@dataclass(frozen=True, slots=True)
class News:
    """Something that others act upon; names as in contracts.turn.News."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)


# Asked of the house, with what comes back


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look the address up and enrich it, once the turn is stored. Nothing comes back: the
    dialogue shows nobody what is known of an address."""

    email: str


@dataclass(frozen=True, slots=True)
class Qualify:
    """Decide the outcome from the answers. -> Qualified"""


@dataclass(frozen=True, slots=True)
class Qualified:
    outcome: str


@dataclass(frozen=True, slots=True)
class SearchOpenings:
    """Openings that start in [start, end). -> Found"""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Found:
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class TakeHold:
    """Keep the opening that starts then. -> Held or Taken"""

    start: datetime


@dataclass(frozen=True, slots=True)
class Held:
    hold: Hold


@dataclass(frozen=True, slots=True)
class Taken:
    """The opening is gone (or the hold has run out): the nearest ones, best first."""

    nearest: tuple[Opening, ...]
    expired: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmHold:
    """Book what is held. -> Booked or Taken"""

    hold: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move the meeting. -> Booked or Taken"""

    booking: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the meeting. -> Booked (with its status "cancelled")"""

    booking: str


@dataclass(frozen=True, slots=True)
class Booked:
    booking: Booking


@dataclass(frozen=True, slots=True)
class Handover:
    """Ask for a person. -> HandedOver"""

    reason: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    staffed: bool


@dataclass(frozen=True, slots=True)
class AskFaq:
    """Search the FAQ; `topic` where the intent names one, `leaning` what the bot makes of
    the text. -> FaqAnswer"""

    text: str
    topic: str | None = None
    leaning: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaqAnswer:
    """An answer, or topics (id, title) of which one may be meant, or neither."""

    topic: str | None
    text: str | None
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase everything of this conversation. -> Erased"""


@dataclass(frozen=True, slots=True)
class Erased:
    pass


@dataclass(frozen=True, slots=True)
class Failed:
    """The house did not answer in time, or refused; `code` is its stable reason, if any."""

    code: str | None = None


Outside = (
    Qualify | SearchOpenings | TakeHold | ConfirmHold | Move | Cancel | Handover | AskFaq | Erase
)
Result = Qualified | Found | Held | Taken | Booked | HandedOver | FaqAnswer | Erased | Failed


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to. Where `outside` is set, the turn is not over: do it, and go
    on with `interview.resume` and its result; until then `state` is only for that.
    `errands` are done after the turn is stored, and their failure changes nothing."""

    state: dict[str, Any]
    language: str
    language_chosen: bool
    question: str | None
    changes: tuple[Change, ...] = ()
    bubbles: tuple[Bubble, ...] = ()
    news: tuple[News, ...] = ()
    outside: Outside | None = None
    errands: tuple[LookUp, ...] = ()
