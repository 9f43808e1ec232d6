"""Merges and suggested duplicates of companies in the public API."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.companies import duplicates, merging
from crm_bridge.companies.models import CompanySuggestion
from crm_bridge.companies.views import CompanyView
from crm_bridge.web.auth import PROBLEMS, ApiKey, CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction

# Before companies/{company_id}: these paths would be taken for ids.
router = APIRouter(
    prefix="/api/v1/companies", tags=["companies"], dependencies=[ApiKey], responses=PROBLEMS
)


class CompanyMergeRequest(BaseModel):
    """The company that becomes part of another."""

    model_config = ConfigDict(extra="forbid")

    gone: str = Field(max_length=64, description="id of the company that goes")


class CompanyMergeView(BaseModel):
    """A merge, which its id takes back."""

    id: str
    kept_id: str
    gone_id: str
    reasons: list[str]
    at: datetime
    undone_at: datetime | None

    model_config = ConfigDict(from_attributes=True)


class CompanyDecision(BaseModel):
    """Whether two companies are the same."""

    model_config = ConfigDict(extra="forbid")

    same: bool


class CompanySuggestionView(BaseModel):
    """Two companies that may be one."""

    id: str
    first_id: str
    second_id: str
    probability: float
    reasons: list[str]
    status: str
    found_at: datetime

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, row: CompanySuggestion) -> "CompanySuggestionView":
        """The view of a row."""
        return cls.model_validate(row)


class CompanySuggestionsView(BaseModel):
    """Suggestions, the surest first."""

    items: list[CompanySuggestionView]


@router.get("/duplicates", summary="Companies that may be one")
async def suggestions(
    session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> CompanySuggestionsView:
    """What the last search found and nobody has decided."""
    rows = await duplicates.open_suggestions(session, limit=limit)
    return CompanySuggestionsView(items=[CompanySuggestionView.of(row) for row in rows])


@router.post("/duplicates/{suggestion_id}", summary="Decide about two companies")
async def decide(
    suggestion_id: str, decision: CompanyDecision, session: Transaction, now: Now, caller: CallerKey
) -> CompanySuggestionView:
    """Merge the two (the older one stays), or keep them apart for good."""
    row = await duplicates.decide(
        session, suggestion_id, same=decision.same, by=f"api:{caller.key_id}", now=now
    )
    return CompanySuggestionView.of(row)


@router.post("/merges/{merge_id}/undo", summary="Take a merge back")
async def undo(merge_id: str, session: Transaction, now: Now) -> CompanyView:
    """Part two companies again; gives the one that comes back."""
    return CompanyView.of(await merging.undo(session, merge_id, now=now))


@router.post("/{company_id}/merge", summary="Merge another company into this one")
async def merge(
    company_id: str,
    request: CompanyMergeRequest,
    session: Transaction,
    now: Now,
    caller: CallerKey,
) -> CompanyMergeView:
    """What names the other company names this one from now on. Can be taken back."""
    made = await merging.merge(
        session, company_id, request.gone, by=f"api:{caller.key_id}", now=now
    )
    return CompanyMergeView.model_validate(made)
