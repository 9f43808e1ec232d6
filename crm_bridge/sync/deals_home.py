"""Deals as the sync sees them: the people and companies in them by the CRM's own ids."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.forms import Value, money
from crm_bridge.connectors.vocabulary import PROPERTY
from crm_bridge.core.errors import Invalid
from crm_bridge.deals import service as deals
from crm_bridge.deals.amount import Amount, to_major, to_minor
from crm_bridge.deals.models import Deal
from crm_bridge.deals.pipeline import NEW
from crm_bridge.sync import repository
from crm_bridge.sync.home import HomeRecord, Listed, with_properties

_COLUMNS: Final = ("name", "pipeline", "stage", "owner")
_TOLD: Final = ("score", "route", "close_on")  # ours alone: what a CRM says of them is not taken
_LINKED: Final = {"contact": "contacts", "company": "companies"}
_CURRENCY: Final = "EUR"  # of an amount that comes without one
_OPEN_FOR: Final = timedelta(days=90)  # some CRMs insist on a day: this long after opening


class NamelessDeal(Invalid):
    code = "deal_without_name"


class DealsHome(Listed):
    """Our deals, for one connection: a link there says who is who."""

    kind = "deals"
    id_column = Deal.id

    def __init__(self, connection_id: str) -> None:
        self._connection_id = connection_id

    async def read(
        self, session: AsyncSession, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, HomeRecord]:
        """See `Home`."""
        rows = (await session.scalars(select(Deal).where(Deal.id.in_(record_ids)))).all()
        outside = {
            name: await self._outside(session, kind, [getattr(row, f"{name}_id") for row in rows])
            for name, kind in _LINKED.items()
            if name in fields
        }
        return {row.id: _record(row, fields, outside) for row in rows}

    async def _outside(
        self, session: AsyncSession, kind: str, ids: Sequence[str | None]
    ) -> dict[str, str]:
        known = await repository.links_by_record(
            session, self._connection_id, kind, [one for one in ids if one]
        )
        return {i: link.external_id for i, link in known.items() if link.external_id}

    async def find(self, session: AsyncSession, values: Mapping[str, Value]) -> str | None:
        """None: nothing surely names a deal but its key."""
        return None

    async def create(
        self, session: AsyncSession, values: Mapping[str, Value], *, by: str, now: datetime
    ) -> str:
        """See `Home`."""
        if not values.get("name"):
            raise NamelessDeal("a deal without a name")
        stage = str(values.get("stage") or NEW)
        pipeline = str(values["pipeline"]) if values.get("pipeline") else None
        made = await deals.open_deal(
            session, str(values["name"]), pipeline=pipeline, stage=stage, now=now
        )
        rest = await self._changes(session, values, made)
        if rest:
            await deals.update(session, made.id, rest, now=now)
        return made.id

    async def update(
        self,
        session: AsyncSession,
        record_id: str,
        values: Mapping[str, Value],
        *,
        by: str,
        now: datetime,
    ) -> None:
        """See `Home`."""
        deal = await deals.get(session, record_id)
        changes = await self._changes(session, values, deal)
        if changes:
            await deals.update(session, record_id, changes, now=now)

    async def _changes(
        self, session: AsyncSession, values: Mapping[str, Value], deal: Deal
    ) -> dict[str, Any]:
        changes: dict[str, Any] = {name: values[name] for name in _COLUMNS if values.get(name)}
        for name in ("pipeline", "stage"):
            if changes.get(name) == getattr(deal, name):
                del changes[name]
        for name, kind in _LINKED.items():
            if values.get(name):
                external_id = str(values[name])
                known = await repository.links_by_external(
                    session, self._connection_id, kind, [external_id]
                )
                link = known.get(external_id)
                if link is not None and link.record_id is not None:
                    changes[f"{name}_id"] = link.record_id
        changes |= _amount(values, deal)
        changes |= with_properties(deal.properties, values)
        return changes


def _amount(values: Mapping[str, Value], deal: Deal) -> dict[str, Any]:
    """The amount and its currency, which mean something together alone."""
    said = values.get("amount")
    currency = str(values.get("currency") or deal.currency or _CURRENCY).upper()
    if said is not None:
        return {"amount_minor": to_minor(Decimal(str(said)), currency), "currency": currency}
    if values.get("currency") and deal.amount_minor is not None and deal.currency is not None:
        same = Amount(to_minor(to_major(deal.amount_minor, deal.currency), currency), currency)
        return {"amount_minor": same.minor, "currency": same.currency}
    return {}


def _record(
    row: Deal, fields: Sequence[str], outside: Mapping[str, Mapping[str, str]]
) -> HomeRecord:
    has_amount = row.amount_minor is not None and row.currency is not None
    values: dict[str, Value] = {}
    for name in fields:
        if name in _LINKED:
            values[name] = outside[name].get(getattr(row, f"{name}_id") or "")
        elif name == "amount":
            # the two are set together
            values[name] = (
                money(to_major(row.amount_minor or 0, row.currency or _CURRENCY))
                if has_amount
                else None
            )
        elif name == "close_on":
            values[name] = (row.closed_at or row.created_at + _OPEN_FOR).date().isoformat()
        elif name.startswith(PROPERTY):
            values[name] = row.properties.get(name.removeprefix(PROPERTY))
        else:
            values[name] = getattr(row, name)
    changed = dict.fromkeys((name for name in fields if name not in _TOLD), row.updated_at)
    return HomeRecord(id=row.id, values=values, changed_at=changed)
