"""Look-ups with reasons, merges and suggested duplicates in the public API."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.contacts import duplicates, merging
from crm_bridge.contacts.lookup import look_up
from crm_bridge.contacts.models import DuplicateSuggestion
from crm_bridge.contacts.views import ContactView, FoundView, LookupView
from crm_bridge.web.auth import PROBLEMS, ApiKey, CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction

# Before contacts/{contact_id}: these paths would be taken for ids.
router = APIRouter(
    prefix="/api/v1/contacts", tags=["contacts"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


class MergeRequest(BaseModel):
    """The contact that becomes part of another."""

    model_config = ConfigDict(extra="forbid")

    gone: str = Field(max_length=64, description="id of the contact that goes")


class MergeView(BaseModel):
    """A merge, which its id takes back."""

    id: str
    kept_id: str
    gone_id: str
    reasons: list[str]
    at: datetime
    undone_at: datetime | None

    model_config = ConfigDict(from_attributes=True)


class DecisionRequest(BaseModel):
    """Whether two contacts are the same person."""

    model_config = ConfigDict(extra="forbid")

    same: bool


class SuggestionView(BaseModel):
    """Two contacts that may be one person."""

    id: str
    first_id: str
    second_id: str
    probability: float
    reasons: list[str]
    status: str
    found_at: datetime

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, row: DuplicateSuggestion) -> "SuggestionView":
        """The view of a row."""
        return cls.model_validate(row)


class SuggestionsView(BaseModel):
    """Suggestions, the surest first."""

    items: list[SuggestionView]


@router.get("/lookup", summary="Who could be meant, and why")
async def find(
    session: Reading,
    email: Text = None,
    phone: Text = None,
    system: Annotated[Text, Query(description="of `external_id`")] = None,
    external_id: Text = None,
    domain: Annotated[Text, Query(description="of the company")] = None,
    name: Annotated[Text, Query(description="nearly right is near enough")] = None,
) -> LookupView:
    """Contacts that fit any of what is given, each once, by its surest match."""
    external = (system, external_id) if system and external_id else None
    found = await look_up(
        session, email=email, phone=phone, external=external, domain=domain, name=name
    )
    items = [
        FoundView(
            contact=ContactView.of(one.contact),
            by=one.by,
            reason=one.reason,
            nearness=one.nearness,
        )
        for one in found
    ]
    return LookupView(items=items)


@router.get("/duplicates", summary="Contacts that may be one person")
async def suggestions(
    session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> SuggestionsView:
    """What the last search found and nobody has decided."""
    rows = await duplicates.open_suggestions(session, limit=limit)
    return SuggestionsView(items=[SuggestionView.of(row) for row in rows])


@router.post("/duplicates/{suggestion_id}", summary="Decide about two contacts")
async def decide(
    suggestion_id: str, decision: DecisionRequest, session: Transaction, now: Now, caller: CallerKey
) -> SuggestionView:
    """Merge the two (the older one stays), or keep them apart for good."""
    row = await duplicates.decide(
        session, suggestion_id, same=decision.same, by=f"api:{caller.key_id}", now=now
    )
    return SuggestionView.of(row)


@router.post("/merges/{merge_id}/undo", summary="Take a merge back")
async def undo(merge_id: str, session: Transaction, now: Now) -> ContactView:
    """Part two contacts again; gives the one that comes back."""
    return ContactView.of(await merging.undo(session, merge_id, now=now))


@router.post("/{contact_id}/merge", summary="Merge another contact into this one")
async def merge(
    contact_id: str, request: MergeRequest, session: Transaction, now: Now, caller: CallerKey
) -> MergeView:
    """What names the other contact names this one from now on. Can be taken back."""
    made = await merging.merge(
        session, contact_id, request.gone, by=f"api:{caller.key_id}", now=now
    )
    return MergeView.model_validate(made)
