"""What is wrong with the records, so that a person can act on it: addresses that no longer
reach anybody, people who may have changed jobs, data that is missing, likely duplicates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import CompanyDomain
from crm_bridge.contacts.models import (
    Contact,
    ContactEmail,
    ContactPhone,
    DuplicateSuggestion,
)
from crm_bridge.merging.models import SuggestionRow

QUIET_FOR: Final = timedelta(days=730)
Ailment = Literal[
    "bounced", "old_job", "disposable", "quiet", "no_address", "no_name", "no_company", "no_owner"
]
WHAT_TO_DO: Final[dict[Ailment, str]] = {
    "bounced": "mail came back: ask for a new address by phone, or close the contact",
    "old_job": "the address is not of the company they are linked to: ask where they work now",
    "disposable": "a throw-away address: treat it as no address",
    "quiet": "nothing changed for two years: ask whether they still want to hear from you",
    "no_address": "neither an address nor a number: find one, or erase the contact",
    "no_name": "no name: ask in the next conversation",
    "no_company": "no company: link one, or note that they are private",
    "no_owner": "no owner: assign one",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """How many contacts have an ailment, what to do about it, and the first of them."""

    ailment: Ailment
    count: int
    todo: str
    contact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HygieneReport:
    """The state of the contacts."""

    at: datetime
    contacts: int
    findings: tuple[Finding, ...]
    open_suggestions: int


async def report(session: AsyncSession, *, now: datetime, examples: int = 20) -> HygieneReport:
    """Look at every contact; ailments that nobody has are left out."""
    findings = []
    for ailment, condition in _conditions(now).items():
        count = await session.scalar(_count(condition)) or 0
        if count:
            ids = await session.scalars(
                select(Contact.id).where(condition).order_by(Contact.id).limit(examples)
            )
            findings.append(Finding(ailment, count, WHAT_TO_DO[ailment], tuple(ids)))
    waiting = select(func.count()).where(DuplicateSuggestion.status == "open")
    return HygieneReport(
        at=now,
        contacts=await session.scalar(select(func.count()).select_from(Contact)) or 0,
        findings=tuple(findings),
        open_suggestions=await session.scalar(waiting) or 0,
    )


def _count(condition: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(Contact).where(condition)


def _conditions(now: datetime) -> dict[Ailment, ColumnElement[bool]]:
    mine = ContactEmail.contact_id == Contact.id
    any_email = exists().where(mine)
    any_phone = exists().where(ContactPhone.contact_id == Contact.id)
    reached = exists().where(mine, ContactEmail.bounced_at.is_(None))
    own_domains = exists().where(CompanyDomain.company_id == Contact.company_id)
    at_home = exists().where(
        mine,
        CompanyDomain.company_id == Contact.company_id,
        or_(
            ContactEmail.address.endswith("@" + CompanyDomain.domain),
            ContactEmail.address.endswith("." + CompanyDomain.domain),
        ),
    )
    at_work = exists().where(mine, ContactEmail.kind == "business")
    lasting = exists().where(mine, ContactEmail.kind != "disposable")
    return {
        "bounced": and_(any_email, ~reached),
        "old_job": and_(at_work, own_domains, ~at_home),
        "disposable": and_(any_email, ~lasting),
        "quiet": Contact.updated_at < now - QUIET_FOR,
        "no_address": and_(~any_email, ~any_phone),
        "no_name": or_(Contact.name.is_(None), Contact.name == ""),
        "no_company": Contact.company_id.is_(None),
        "no_owner": Contact.owner.is_(None),
    }


def lines(found: HygieneReport, suggestions: Sequence[SuggestionRow]) -> list[str]:
    """The report as somebody reads it in a terminal."""
    said = [f"{found.contacts} contacts on {found.at:%Y-%m-%d}"]
    for finding in found.findings:
        said.append(f"{finding.count:>7}  {finding.ailment}: {finding.todo}")
        said.append(f"         {', '.join(finding.contact_ids[:5])}")
    said.append(f"{found.open_suggestions:>7}  likely duplicates wait for a decision")
    said += [
        f"         {row.id}  {row.first_id} = {row.second_id}? {', '.join(row.reasons)}"
        for row in suggestions
    ]
    return said
