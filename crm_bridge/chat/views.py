"""What the chat's paths take and give (CONTRACTS, /chat/v1)."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from contracts.languages import Direction

LONGEST_CID = 64


def _cut(longest: int) -> BeforeValidator:
    """Longer than anybody needs is cut, not refused: a page's address may be anything."""
    return BeforeValidator(lambda text: text[:longest] if isinstance(text, str) else text)


Tag = Annotated[str, _cut(40)]
Address = Annotated[str, _cut(4000)]


class PageView(BaseModel):
    """The page that carries the chat. `language` is its own (the html element's lang)."""

    model_config = ConfigDict(extra="ignore")

    url: Address | None = None
    title: Annotated[str, _cut(500)] | None = None
    referrer: Address | None = None
    utm: dict[str, Annotated[str, _cut(200)]] | None = Field(None, max_length=20)
    language: Tag | None = None


class SessionRequest(BaseModel):
    """A visitor opens the chat. `language` is what the page or the visitor asks for."""

    model_config = ConfigDict(extra="ignore")

    site: str = Field(max_length=100)
    language: Tag | None = None
    timezone: Annotated[str, _cut(64)] | None = None
    page: PageView | None = None
    identity_token: str | None = Field(None, max_length=8192)


class ConsentView(BaseModel):
    """The line to show before anything is asked; going on under it counts as agreeing.
    `agreed`: the visitor has, and it is stored."""

    required: bool
    text: str
    version: str
    agreed: bool = False


class SessionView(BaseModel):
    """A session. `seq` is the number of the last event; read events after 0 for all. `now`
    is the server's clock, by which times like a hold's end are meant."""

    token: str
    conversation_id: str
    language: str
    direction: Direction
    resumed: bool
    consent: ConsentView
    seq: int
    now: datetime


class MessageRequest(BaseModel):
    """A text or a button's payload. The same `cid` again is the same message."""

    model_config = ConfigDict(extra="ignore")

    cid: str = Field(min_length=1, max_length=LONGEST_CID, pattern=r"^[A-Za-z0-9._:-]+$")
    text: str | None = None
    payload: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[^\n]+$")


class MessageView(BaseModel):
    """Where the message stands in the log."""

    id: str
    seq: int


class EventsView(BaseModel):
    """Events in order; empty when none came in time."""

    events: list[dict[str, Any]]


class TranscriptView(BaseModel):
    """Where the transcript is on its way to."""

    to: str
