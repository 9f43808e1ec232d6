"""How activities look from outside."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm_bridge.activities.models import Activity
from crm_bridge.activities.service import Kind

ShortText = Annotated[str, Field(max_length=300)]
LongText = Annotated[str, Field(max_length=20_000)]


class ActivityView(BaseModel):
    """Something that happened with a contact, `at` when."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: Kind
    subject: str
    body: str
    author: str
    contact_id: str | None
    conversation_id: str | None
    deal_id: str | None
    ticket_id: str | None
    booking_id: str | None
    at: datetime
    created_at: datetime

    @classmethod
    def of(cls, row: Activity) -> "ActivityView":
        """The view of a row."""
        return cls.model_validate(row)


class ActivityChanges(BaseModel):
    """Fields to set; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=300)] = ""
    body: LongText = ""
    at: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


class NewActivity(BaseModel):
    """An activity to write down."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    subject: Annotated[str, Field(min_length=1, max_length=300)]
    body: LongText = ""
    contact_id: ShortText | None = None
    conversation_id: ShortText | None = None
    deal_id: ShortText | None = None
    ticket_id: ShortText | None = None
    at: AwareDatetime | None = None
