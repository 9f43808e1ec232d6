"""The state of the records at the console: what may be one is merged or kept apart, what is
stale or missing is looked at.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.companies.merging import COMPANIES
from crm_bridge.console.render import page
from crm_bridge.console.signed_in import FormFrom, SignedIn
from crm_bridge.console.views import ContactCard
from crm_bridge.contacts import hygiene
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Conflict, NotFound
from crm_bridge.merging import duplicates
from crm_bridge.merging import merge as merging
from crm_bridge.merging.kind import Kind
from crm_bridge.merging.models import SuggestionRow
from crm_bridge.web.dependencies import Now, Reading, Transaction

MOST_SHOWN: Final = 50
PATH: Final = "/console/records"
KINDS: Final[dict[str, Kind[Any]]] = {"contacts": CONTACTS, "companies": COMPANIES}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records: what it is called, what tells it from the other, and its page."""

    name: str
    facts: tuple[str, ...]
    path: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one."""

    id: str
    percent: int
    reasons: tuple[str, ...]
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class Named:
    """A contact that something is the matter with."""

    id: str
    name: str


@router.get("/records")
async def records(
    request: Request, session: Reading, now: Now, person: SignedIn, merged: str = ""
) -> Response:
    """What may be one, what is stale, and what is missing. `merged` is `kind:merge`."""
    database: Database = request.app.state.database
    async with database.reading(long=True) as all_of_them:  # every contact is looked at
        report = await hygiene.report(all_of_them, now=now, examples=5)
    findings = [
        (finding, [await _named(session, one) for one in finding.contact_ids])
        for finding in report.findings
    ]
    kind, _, merge_id = merged.partition(":")
    return page(
        "records.html",
        person=person,
        section="Records",
        contacts=report.contacts,
        findings=findings,
        pairs={name: await _pairs(session, name) for name in KINDS},
        merged=merge_id if kind in KINDS else "",
        merged_kind=kind,
    )


@router.post("/records/{kind}/{suggestion_id}")
async def decide(
    kind: Literal["contacts", "companies"],
    suggestion_id: str,
    session: Transaction,
    now: Now,
    person: FormFrom,
    said: Annotated[Literal["same", "apart"], Form()],
) -> Response:
    """Merge two records (the older one stays), or keep them apart for good."""
    by = f"rep:{person.user_id}"
    try:
        row = await session.get(KINDS[kind].suggestion, suggestion_id)
        if row is None:
            raise duplicates.SuggestionUnknown(f"there is no suggestion {suggestion_id}")
        if said == "apart":
            await duplicates.decide(KINDS[kind], session, row.id, same=False, by=by, now=now)
            return RedirectResponse(PATH, status_code=303)
        first, second, reasons = row.first_id, row.second_id, row.reasons
        session.expunge(row)  # it goes with the record that goes
        made = await merging.merge(
            KINDS[kind], session, first, second, reasons=reasons, by=by, now=now
        )
    except (NotFound, Conflict) as fault:
        return _nothing(fault)
    return RedirectResponse(f"{PATH}?merged={kind}:{made.id}", status_code=303)


@router.post("/records/{kind}/merges/{merge_id}/undo")
async def undo(
    kind: Literal["contacts", "companies"],
    merge_id: str,
    session: Transaction,
    now: Now,
    _person: FormFrom,
) -> Response:
    """Take a merge back."""
    try:
        await merging.undo(KINDS[kind], session, merge_id, now=now)
    except (NotFound, Conflict) as fault:
        return _nothing(fault)
    return RedirectResponse(PATH, status_code=303)


def _nothing(fault: NotFound | Conflict) -> Response:
    detail = f"{fault.detail.capitalize()}. Somebody may have decided it already."
    return page("fault.html", status=409, title="Nothing was done", detail=detail)


async def _pairs(session: AsyncSession, kind: str) -> list[Pair]:
    rows = await duplicates.open_suggestions(KINDS[kind], session, limit=MOST_SHOWN)
    return [await _pair(session, kind, row) for row in rows]


async def _pair(session: AsyncSession, kind: str, row: SuggestionRow) -> Pair:
    side = _person_side if kind == "contacts" else _company_side
    sides = (await side(session, row.first_id), await side(session, row.second_id))
    return Pair(row.id, round(100 * row.probability), tuple(map(str, row.reasons)), sides)


async def _person_side(session: AsyncSession, contact_id: str) -> Side:
    card = await ContactCard.find(session, contact_id)
    if card is None:
        return Side("gone", (), None)
    facts = (*card.emails, *card.phones, *filter(None, [card.company]))
    return Side(card.name or "No name yet", facts, f"/console/contacts/{contact_id}")


async def _company_side(session: AsyncSession, company_id: str) -> Side:
    company = await companies.get(session, company_id)
    facts = [*(domain.domain for domain in company.domains), company.country, company.industry]
    return Side(company.name, tuple(fact for fact in facts if fact), None)


async def _named(session: AsyncSession, contact_id: str) -> Named:
    card = await ContactCard.find(session, contact_id)
    name = card and (card.name or next(iter((*card.emails, *card.phones)), None))
    return Named(contact_id, name or "No name yet")
