"""How tickets look from outside."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.tickets.models import Ticket
from crm_bridge.tickets.service import Status

ShortText = Annotated[str, Field(max_length=300)]
LongText = Annotated[str, Field(max_length=20_000)]


class TicketView(BaseModel):
    """Something a person has to do."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    subject: str
    body: str
    status: Status
    conversation_id: str | None
    contact_id: str | None
    owner: str | None
    properties: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, row: Ticket) -> "TicketView":
        """The view of a row."""
        return cls.model_validate(row)


class TicketChanges(BaseModel):
    """Fields to set; what is left out stays. Null empties a field."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=300)] = ""
    body: LongText = ""
    status: Status = "open"
    contact_id: ShortText | None = None
    owner: ShortText | None = None
    properties: dict[str, Any] = {}

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True)


class NewTicket(BaseModel):
    """A ticket to open."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=300)]
    body: LongText = ""
    contact_id: ShortText | None = None
    conversation_id: ShortText | None = None
    owner: ShortText | None = None
    properties: dict[str, Any] = {}
