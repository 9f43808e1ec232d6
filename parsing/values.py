"""What the parsers return: a value with the words it came from, or the one thing to ask.

Every parser has the shape

    parse(text: str, *, language: str, …) -> Parsed[V] | Unclear[V] | None

`text` is the raw message (any length, any script). None means "nothing of this kind
is said here". Unclear means "said, but it can be read in more than one way": never a
guess that could book the wrong hour. Pure: no clock, no I/O; `now` comes in as an
aware datetime in the visitor's zone.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Generic, Literal, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Parsed(Generic[V]):
    """A value, the half-open span [start, end) of the raw text it was read from, and how
    sure the reading is (0..1; 0.9 and more: take it, below: take it only when it answers
    the question that was asked)."""

    value: V
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Unclear(Generic[V]):
    """Said, but in more than one way possible: ask which (two or three choices)."""

    choices: tuple[Parsed[V], ...]
    why: Literal[
        "day_month_order",
        "unit",
        "am_pm",
        "which_week",
        "typo",
        "too_large",
        "negative",
        "country",
        "which_option",
    ]


Grain = Literal[
    "second", "minute", "hour", "part", "day", "week", "month", "quarter", "season", "year"
]
Anchor = Literal["later_same_day", "earlier_same_day", "later", "earlier", "same_day", "other_day"]
PartOfDay = Literal["early_morning", "morning", "noon", "afternoon", "evening", "night"]


@dataclass(frozen=True, slots=True)
class Clock:
    """Wall times wanted within a day, half-open [not_before, before); either may be open.

    `exact` is set when one time was said ("at 3"); then not_before equals it. `about` is
    true for "around 3" and for times counted from now ("in an hour").
    """

    exact: time | None = None
    not_before: time | None = None
    before: time | None = None
    part: PartOfDay | None = None
    about: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """A wish for a time, resolved against `now` to local dates in the visitor's zone.

    `first`..`last` are inclusive local dates (None: open on that side). `clock` narrows
    the time of day. `excluded_*` are what the visitor ruled out ("not Monday").
    `anchor` is set when the wish only makes sense beside another time: "later_same_day",
    "earlier_same_day", "same_day", "other_day", "later", "earlier" (than what was offered),
    with `shift` for "a week later" or "an hour later". `past` is true when it can only mean the past.

    `weekdays` are the only ones wanted ("Tuesdays", "working days"; None: all seven). `also`
    are further wishes that are as good ("Monday at 10 or Wednesday"); `excluded` are ruled
    out as a whole ("but not Monday morning"). `floating` is true when only a weekday was
    said, so that beside a booked meeting its week may be meant. Nothing set at all is a wish
    for any time (`anytime`).
    """

    grain: Grain
    first: date | None = None
    last: date | None = None
    clock: Clock = field(default_factory=Clock)
    excluded_weekdays: frozenset[int] = frozenset()  # Monday is 0
    excluded_dates: tuple[tuple[date, date], ...] = ()
    excluded_clock: tuple[Clock, ...] = ()
    soonest: bool = False
    anchor: Anchor | None = None
    shift: timedelta | None = None
    past: bool = False
    instant: datetime | None = None  # naive local start, when one instant was said
    ends: datetime | None = None  # naive local end, of a stretch that ends at an instant
    weekdays: frozenset[int] | None = None
    also: tuple["When", ...] = ()
    excluded: tuple["When", ...] = ()
    floating: bool = False

    @property
    def anytime(self) -> bool:
        """Whether every time is as good as any other."""
        return self == When(self.grain)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, `value` times `unit` ("two and a half hours" is 150 minutes)."""

    value: Decimal
    unit: Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class People:
    """A head count, both ends included; None is open ("more than 50": 51..None)."""

    min: int | None
    max: int | None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount or a range. `currency` is ISO 4217 or None where none was said."""

    min: Decimal | None
    max: Decimal | None
    currency: str | None = None
    per: Literal["hour", "day", "week", "month", "year"] | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """When somebody wants to be done: exactly one of the fields is set."""

    asap: bool = False
    by_months: int | None = None
    month: int | None = None
    quarter: int | None = None
    season: Literal["spring", "summer", "autumn", "winter"] | None = None
    by: date | None = None
    none: bool = False  # "no hurry, just looking"


@dataclass(frozen=True, slots=True)
class Email:
    """A mail address as typed (case of the local part kept, domain lower case), and the
    address probably meant when the domain looks mistyped."""

    value: str
    suggest: str | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in E.164."""

    value: str


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """The language of a text among the six; `language` is None when it is none of them or
    too little was said. `request` is true when the text asks for that language."""

    language: str | None
    confidence: float
    request: bool = False
    other: str | None = None  # e.g. "da", "es": recognised, but not one of the six
