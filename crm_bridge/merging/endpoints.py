"""Merges and suggested duplicates of one kind of record in the public API."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.merging import duplicates
from crm_bridge.merging import merge as merging
from crm_bridge.merging.kind import Kind
from crm_bridge.web.auth import CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction


class MergeRequest(BaseModel):
    """The record that becomes part of another."""

    model_config = ConfigDict(extra="forbid")

    gone: str = Field(max_length=64, description="id of the record that goes")


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
    """Whether two records are the same."""

    model_config = ConfigDict(extra="forbid")

    same: bool


class SuggestionView(BaseModel):
    """Two records that may be one."""

    id: str
    first_id: str
    second_id: str
    probability: float
    reasons: list[str]
    status: str
    found_at: datetime

    model_config = ConfigDict(from_attributes=True)


class SuggestionsView(BaseModel):
    """Suggestions, the surest first."""

    items: list[SuggestionView]


def add_endpoints(
    router: APIRouter, kind: Kind[Any], *, view: type[BaseModel], of: Callable[[Any], BaseModel]
) -> None:
    """Add what merges and parts records of a kind. `of` makes the `view` of a record."""
    _add_duplicates(router, kind)

    @router.post("/merges/{merge_id}/undo", summary="Take a merge back", response_model=view)
    async def undo(merge_id: str, session: Transaction, now: Now) -> BaseModel:
        """Part two records again; gives the one that comes back."""
        return of(await merging.undo(kind, session, merge_id, now=now))

    @router.post(f"/{{{kind.column}}}/merge", summary=f"Merge another {kind.word} into this one")
    async def merge(
        kept_id: Annotated[str, Path(alias=kind.column)],
        request: MergeRequest,
        session: Transaction,
        now: Now,
        caller: CallerKey,
    ) -> MergeView:
        """What names the other names this one from now on. Can be taken back."""
        by = f"api:{caller.key_id}"
        made = await merging.merge(kind, session, kept_id, request.gone, by=by, now=now)
        return MergeView.model_validate(made)


def _add_duplicates(router: APIRouter, kind: Kind[Any]) -> None:
    @router.get("/duplicates", summary="Records that may be one")
    async def suggestions(
        session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> SuggestionsView:
        """What the last search found and nobody has decided."""
        rows = await duplicates.open_suggestions(kind, session, limit=limit)
        return SuggestionsView(items=[SuggestionView.model_validate(row) for row in rows])

    @router.post("/duplicates/{suggestion_id}", summary="Decide about two records")
    async def decide(
        suggestion_id: str,
        decision: DecisionRequest,
        session: Transaction,
        now: Now,
        caller: CallerKey,
    ) -> SuggestionView:
        """Merge the two (the older one stays), or keep them apart for good."""
        by = f"api:{caller.key_id}"
        row = await duplicates.decide(
            kind, session, suggestion_id, same=decision.same, by=by, now=now
        )
        return SuggestionView.model_validate(row)
