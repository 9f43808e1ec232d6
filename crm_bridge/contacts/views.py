"""How contacts look from outside."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.languages import Language
from crm_bridge.contacts.email_address import EmailKind
from crm_bridge.contacts.lifecycle import Stage
from crm_bridge.contacts.models import Contact, ContactConsent, ContactEmail, ContactPhone

ShortText = Annotated[str, Field(max_length=300)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166 alpha-2")]


class EmailView(BaseModel):
    """An address; `verified` when its owner proved that it is theirs."""

    address: str
    kind: EmailKind
    verified: bool
    bounced_at: datetime | None

    @classmethod
    def of(cls, row: ContactEmail) -> "EmailView":
        """The view of a row."""
        return cls(
            address=row.address,
            kind=row.kind,
            verified=row.verified_at is not None,
            bounced_at=row.bounced_at,
        )


class PhoneView(BaseModel):
    """A number in E.164."""

    number: str
    verified: bool

    @classmethod
    def of(cls, row: ContactPhone) -> "PhoneView":
        """The view of a row."""
        return cls(number=row.number, verified=row.verified_at is not None)


class Bounce(BaseModel):
    """An address that mail cannot reach, for good."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=320)


class ConsentView(BaseModel):
    """What was agreed to or taken back, in the words shown."""

    purpose: Literal["processing", "marketing"]
    granted: bool
    text: str
    version: str
    language: str
    verified: bool = Field(description="given by somebody who proved the address is theirs")
    conversation_id: str | None
    at: datetime

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, row: ContactConsent) -> "ConsentView":
        """The view of a row."""
        return cls.model_validate(row)


class ContactView(BaseModel):
    """A person. `provenance` tells for each field who set it and when."""

    id: str
    name: str | None
    emails: list[EmailView]
    phones: list[PhoneView]
    language: str | None
    timezone: str | None
    country: str | None
    company_id: str | None
    company_matched_by: str | None = Field(
        description="why this company: domain, name, or created for this contact"
    )
    lifecycle_stage: str
    owner: str | None
    source: dict[str, Any]
    properties: dict[str, Any]
    provenance: dict[str, Any]
    matched_by: Literal["email", "phone"] | None = Field(
        None, description="by what a look-up found this contact"
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Contact) -> "ContactView":
        """The view of a row."""
        plain = {
            name: getattr(row, name)
            for name in cls.model_fields
            if name not in ("emails", "phones", "matched_by")
        }
        return cls(
            **plain,
            emails=[EmailView.of(email) for email in row.emails],
            phones=[PhoneView.of(phone) for phone in row.phones],
        )


class ContactCard(ContactView):
    """A contact with every consent it ever gave or took back, oldest first."""

    consents: list[ConsentView] = []


class FoundView(BaseModel):
    """A contact that a look-up found; `nearness` is 1 where the match is exact."""

    contact: ContactView
    by: Literal["email", "phone", "external_id", "domain", "name"]
    reason: str
    nearness: float


class LookupView(BaseModel):
    """What was found, the surest first."""

    items: list[FoundView]


class ContactChanges(BaseModel):
    """Fields to set; what is left out stays. Null empties a field. `emails` and `phones`
    are whole lists, the first one being the main one."""

    model_config = ConfigDict(extra="forbid")

    name: ShortText | None = None
    emails: Annotated[list[ShortText], Field(max_length=20)] | None = None
    phones: Annotated[list[ShortText], Field(max_length=20)] | None = None
    language: Language | None = None
    timezone: ShortText | None = None
    country: Country | None = None
    company_id: ShortText | None = None
    lifecycle_stage: Stage | None = None
    owner: ShortText | None = None
    source: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were sent. Lists, maps and the stage are never null."""
        sent = self.model_dump(exclude_unset=True)
        empty: dict[str, Any] = {
            "emails": [],
            "phones": [],
            "source": {},
            "properties": {},
            "lifecycle_stage": "lead",
        }
        return {name: empty.get(name) if value is None else value for name, value in sent.items()}
