"""A playbook as typed values: the questions, points and routes of one campaign.

Loaded from `data/playbooks/<name>.yml` by `playbook.load`, proved sound by
`playbook.check`. Texts are kept per language; every language of the playbook has each.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "option",
    "people",
    "money",
    "timeline",
    "person",
    "company",
    "email",
    "phone",
    "text",
    "number",
    "yes_no",
    "file",
]
Returning = Literal["ask", "confirm", "only"]
Words = Mapping[str, str]  # language -> text
Variants = Mapping[str, tuple[str, ...]]  # language -> wordings, first one first
OutcomeName = Literal["qualified", "nearly", "not_fit"]
LONGEST_WINDOW_DAYS = 120
"""How far ahead advisors' calendars are known, and so the furthest a meeting is offered."""
Choosing = Literal["any", "in_order", "all", "owner_first"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `synonyms` are stems or phrases that mean it, `hints` such that make it
    likely and are asked about; `value` is the answer that it stands for where the question
    is of another kind (a size, a budget, a timeline)."""

    id: str
    title: Words
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    value: Any = None


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of money in a condition, with what one unit of each currency is worth in
    the question's own (rough rates of the playbook; others are not compared)."""

    amount: float
    currency: str
    rates: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """True when every test holds for the stored answers; true when there is none.

    A test is (question, operator, operand); operators: is, in, at_least, at_most, above,
    below, within_months, answered, not_answered. A range answer counts by its upper end
    for at_least and by its lower end for at_most; above and below mean the whole range.
    """

    tests: tuple[tuple[str, str, Any], ...] = ()


ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to learn. `id` is the key of the answer for ever; `ask` is how it is asked
    (variants are used when it must be asked again), `why` one line on what it is for,
    `help` what an answer may look like. It is asked only if `only_if` holds. `returning` is
    what becomes of it when somebody who proved who they are comes again: asked anew, the
    answer of last time confirmed, or asked of them only."""

    id: str
    kind: Kind
    ask: Variants
    why: Words
    help: Words
    label: Words
    required: bool = True
    options: tuple[Option, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # kind's own: min, max, currency …
    only_if: Condition = ALWAYS
    returning: Returning = "ask"

    def option(self, option_id: str) -> Option | None:
        """The option of that id, if there is one."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class PointRule:
    """`points` (negative too) when `when` holds; `because` is the sentence a rep reads."""

    id: str
    when: Condition
    points: int
    because: str


@dataclass(frozen=True, slots=True)
class Disqualifier:
    """An answer that ends the interview as `outcome` at once."""

    id: str
    when: Condition
    outcome: OutcomeName
    because: str


@dataclass(frozen=True, slots=True)
class Route:
    """Who meets the visitor: the first route whose condition holds and language fits.

    `choose`: any (one who is free, in turn), in_order (the first who is free), all (all of
    them together), owner_first (the contact's owner, else any). `weights` are shares of the
    turns, 1 where none is named. `length_minutes` counts before the meeting's own.
    """

    id: str
    when: Condition
    advisors: tuple[str, ...]
    languages: tuple[str, ...] = ()  # empty: any
    choose: Choosing = "any"
    weights: Mapping[str, int] = field(default_factory=dict)
    length_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """Something useful to give away: an e-book, a guide."""

    id: str
    title: Words
    url: Words


@dataclass(frozen=True, slots=True)
class Ending:
    """What is said for an outcome, the resource that goes with it, and whether an opt-in
    is asked (its text and version are stored with the answer)."""

    outcome: OutcomeName
    say: Words
    resource: str | None = None
    ask_opt_in: bool = False
    opt_in: Words = field(default_factory=dict)
    opt_in_version: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting that a qualified visitor is offered, and how it is asked for (as in
    `Question`). Minutes, hours and days. `reminders_hours` are how long before the meeting
    its visitor is reminded by mail; `follow_up_no_show`: who did not come is offered
    another time."""

    title: Words
    label: Words = field(default_factory=dict)
    ask: Variants = field(default_factory=dict)
    why: Words = field(default_factory=dict)
    help: Words = field(default_factory=dict)
    length_minutes: int = 30
    notice_hours: int = 2
    window_days: int = 30
    offered: int = 6
    reminders_hours: tuple[int, ...] = (24, 1)
    follow_up_no_show: bool = True


@dataclass(frozen=True, slots=True)
class Consent:
    """What the visitor agrees to before personal data is stored."""

    version: str
    text: Words
    required: bool = True


@dataclass(frozen=True, slots=True)
class Playbook:
    """The whole of it. `positions` tells where in `file` each part was written."""

    name: str
    title: Words
    languages: tuple[str, ...]
    default_language: str
    greeting: Variants
    consent: Consent
    questions: tuple[Question, ...]
    points: tuple[PointRule, ...]
    disqualifiers: tuple[Disqualifier, ...]
    qualified_from: int  # points
    nearly_from: int
    routes: tuple[Route, ...]
    endings: Mapping[str, Ending]
    resources: Mapping[str, Resource]
    meeting: Meeting
    prove: Literal["offer", "never"] = "never"  # whether a code is offered for an address
    file: str = field(default="", compare=False)
    positions: Mapping[str, tuple[int, int]] = field(  # path -> line and column, from 1
        default_factory=dict, compare=False, repr=False
    )

    def question(self, question_id: str) -> Question:
        """The question of that id. Raises KeyError."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)
