"""One visitor message on its way through the house and what came of it.

The bridge owns every fact of a conversation. It sends Rasa the visitor's message
with a `Snapshot` of those facts as metadata; the action reads the snapshot, steps
the pure interview, and reports back once with a `TurnCommit`. A turn that Rasa
answers without a commit has failed (the action server was down), and the bridge
apologises and tries again; a turn that was committed but whose reply was lost is
sent again with `committed` set, and the action repeats what it said.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from contracts.booking import BookingView, HoldView
from contracts.wire import Wire

AnswerStatus = Literal["given", "declined", "unknown"]
AnswerSource = Literal["text", "button", "correction", "prefill", "derived"]


class Answer(Wire):
    """A parsed value with the words it came from.

    `value` has the shape that CONTRACTS give for its question and is null unless
    `status` is "given".
    """

    value: Any
    status: AnswerStatus = "given"
    text: str
    at: datetime
    source: AnswerSource = "text"


class AnswerChange(Wire):
    """One answer set, or (with `status` "unset") taken back."""

    question: str
    value: Any = None
    status: Literal["given", "declined", "unknown", "unset"] = "given"
    text: str = ""
    source: AnswerSource = "text"


class FileGiven(Wire):
    """A file that the visitor uploaded for a question: the bridge has it under the id `file`,
    with its `type` (pdf, png …) told by its contents."""

    file: str
    question: str
    name: str
    type: str
    bytes: int


class Utterance(Wire):
    """What the visitor did: typed `text`, pressed a button with `payload`, or uploaded `file`.

    `system` is a turn that nobody typed: "start" (the chat was opened), "retry_booking"
    (what an outage held up may go on), "hold_expired", "led_back" (a mailed link was opened whose
    reader may be another than who wrote here), "proved" (the visitor has shown who
    they are).
    """

    text: str = ""
    payload: str | None = None
    file: FileGiven | None = None
    system: Literal["start", "retry_booking", "hold_expired", "proved", "led_back"] | None = None


class Button(Wire):
    title: str
    payload: str


class OpeningButton(Wire):
    """An opening offered in the chat; `title` is spelled out in the visitor's zone."""

    start: datetime
    end: datetime
    title: str
    payload: str


class Say(Wire):
    """One bubble of the bot.

    `key` names a text of data/texts/<language>.yml (rendered by the NLG with `values`),
    or is "" when `text` already holds the words (a playbook's question, a FAQ answer).
    `says` are semantic tags of the bubble ("ack", "restate_question", "faq_price" ...),
    kept with the event for the transcript, the analytics and the outside dialogues.
    """

    key: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    variant: int = 0
    text: str | None = None
    language: str
    says: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    openings: tuple[OpeningButton, ...] = ()


class Snapshot(Wire):
    """All that the dialogue needs to know of a conversation for one turn."""

    turn: str
    conversation: str
    site: str
    playbook: str
    version: int
    now: datetime
    timezone: str
    language: str
    language_chosen: bool = False
    page_language: str | None = None
    locale: str | None = None
    utterance: Utterance
    state: dict[str, Any] = Field(default_factory=dict)
    answers: dict[str, Answer] = Field(default_factory=dict)
    identity: Literal["anonymous", "claimed", "verified"] = "anonymous"
    known: dict[str, Answer] = Field(default_factory=dict)
    outcome: str | None = None
    hold: HoldView | None = None
    booking: BookingView | None = None
    committed: tuple[Say, ...] | None = None


class News(Wire):
    """Something that happened in the dialogue and that others act upon.

    Names: handoff_requested, data_deletion_requested, booking_retry_queued,
    conversation_closed, conversation_resumed, consent_given, opt_in_given,
    opt_out_given (no offers by mail; `text` are the visitor's words), language_switched, abuse_noticed, code_wanted.
    """

    name: str
    data: dict[str, Any] = Field(default_factory=dict)


class TurnCommit(Wire):
    """What the action learned and said in one turn; stored atomically, once a turn."""

    state: dict[str, Any]
    language: str
    language_chosen: bool = False
    question: str | None = None
    answers: tuple[AnswerChange, ...] = ()
    news: tuple[News, ...] = ()
    said: tuple[Say, ...] = ()


class TurnCommitted(Wire):
    """The bridge's receipt. `repeated` is true when this turn was committed before."""

    turn: str
    repeated: bool = False
