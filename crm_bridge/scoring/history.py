"""What is known of contacts, as rows to learn from: of those with an outcome only what was
known before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.contacts.models import Contact
from crm_bridge.deals import in_force
from crm_bridge.deals.models import Deal

_CONTACT: Final = ("language", "country", "timezone")
_COMPANY: Final = ("country", "industry", "employees_min")


@dataclass(frozen=True, slots=True)
class Known:
    """A contact's facts; `won` is None while nothing is decided."""

    contact_id: str
    facts: Mapping[str, object]
    won: bool | None


async def known(session: AsyncSession) -> list[Known]:
    """Every contact, in order of id. Won: a deal of theirs was; lost: deals were, all lost."""
    outcomes = await _outcomes(session)
    companies = {row.id: row for row in await session.scalars(select(Company))}
    found = []
    for contact in await session.scalars(select(Contact).order_by(Contact.id)):
        won, at = outcomes.get(contact.id, (None, None))
        company = companies.get(contact.company_id or "")
        found.append(Known(contact.id, facts_of(contact, company, before=at), won))
    return found


def facts_of(
    contact: Contact, company: Company | None, *, before: datetime | None
) -> dict[str, object]:
    """What may be learned from. With `before` a value counts only if it was set by then:
    what was written after the outcome knows it."""
    facts: dict[str, object] = {
        name: getattr(contact, name)
        for name in _CONTACT
        if _in_time(contact.provenance, name, before)
    }
    for name, value in contact.properties.items():
        if _in_time(contact.provenance, "properties", before):
            facts[f"property {name}"] = value if isinstance(value, str | int | float) else None
    for name in ("referrer", "campaign", "source", "medium"):
        facts[f"source {name}"] = _source(contact.source, name)
    if contact.emails and (before is None or contact.emails[0].added_at <= before):
        facts["kind of address"] = contact.emails[0].kind
    facts["has number"] = "yes" if contact.phones else "no"
    if company is not None:
        in_time = [name for name in _COMPANY if _in_time(company.provenance, name, before)]
        facts |= {f"company {name}": getattr(company, name) for name in in_time}
    return facts


def _source(source: Mapping[str, Any], name: str) -> str | None:
    utm = source.get("utm")
    value = (utm.get(name) if isinstance(utm, Mapping) else None) or source.get(name)
    return str(value)[:80] if value else None


def _in_time(provenance: Mapping[str, Any], field: str, before: datetime | None) -> bool:
    stamp = provenance.get(field)
    return before is None or stamp is None or datetime.fromisoformat(stamp["at"]) <= before


async def _outcomes(session: AsyncSession) -> dict[str, tuple[bool, datetime | None]]:
    found: dict[str, tuple[bool, datetime | None]] = {}
    known = await in_force.pipelines(session)
    closed = select(Deal).where(Deal.contact_id.is_not(None)).order_by(Deal.id)
    for deal in await session.scalars(closed):
        stage = known.stage_of(deal.pipeline, deal.stage)
        if deal.contact_id is None or stage is None or stage.state == "open":
            continue
        won = stage.state == "won"
        if won or deal.contact_id not in found:
            found[deal.contact_id] = (won, deal.closed_at)
    return found
