"""How deals look from outside."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.deals.amount import Amount, to_major, to_minor
from crm_bridge.deals.models import Deal
from crm_bridge.deals.pipeline import NEW, Pipelines, State

ShortText = Annotated[str, Field(max_length=300)]
Money = Annotated[Decimal, Field(ge=0, le=10**13, max_digits=18, decimal_places=4)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217")]


class DealView(BaseModel):
    """What a visitor may become worth. `amount` is in whole units of `currency`."""

    id: str
    name: str
    pipeline: str
    stage: str
    amount: Decimal | None
    currency: str | None
    conversation_id: str | None
    contact_id: str | None
    company_id: str | None
    score: int | None
    reasons: list[dict[str, Any]] = Field(description="the rules behind the score")
    route: str | None
    owner: str | None
    properties: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, row: Deal) -> "DealView":
        """The view of a row."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "amount"}
        amount = None
        if row.amount_minor is not None and row.currency is not None:
            amount = to_major(row.amount_minor, row.currency)
        return cls(**plain, amount=amount)


class DealChanges(BaseModel):
    """Fields to set; what is left out stays. Null empties a field. `amount` goes with
    `currency`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=300)] = ""
    stage: ShortText = NEW
    amount: Money | None = None
    currency: Currency | None = None
    contact_id: ShortText | None = None
    company_id: ShortText | None = None
    owner: ShortText | None = None
    properties: dict[str, Any] = {}

    def money(self) -> Amount | None:
        """The amount, where one was sent with its currency."""
        if self.amount is None or self.currency is None:
            return None
        return Amount(to_minor(self.amount, self.currency), self.currency)

    def given(self) -> dict[str, Any]:
        """The columns to set."""
        sent = self.model_dump(exclude_unset=True)
        if "amount" in sent or "currency" in sent:
            money = self.money()
            sent.pop("amount", None)
            sent["amount_minor"] = money.minor if money else None
            sent["currency"] = money.currency if money else None
        return sent


class NewDeal(DealChanges):
    """A deal to open."""

    name: Annotated[str, Field(min_length=1, max_length=300)]
    pipeline: ShortText | None = None


class StageView(BaseModel):
    """A stage; in `won` and `lost` the deal is over."""

    id: str
    state: State


class PipelineView(BaseModel):
    """A pipeline with its stages in order."""

    id: str
    stages: list[StageView]

    @classmethod
    def all_of(cls, known: Pipelines) -> "list[PipelineView]":
        """The views of every pipeline, the chat's own first."""
        return [
            cls(id=name, stages=[StageView(id=each.id, state=each.state) for each in stages])
            for name, stages in known.stages.items()
        ]
