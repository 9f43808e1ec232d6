"""Contacts out of a CSV file: what each row comes to, and why; with a dry run.

A contact that is there already (by address) is left as it is, or has its empty fields
filled in on request. Running a file again changes nothing, so that an import that was cut
short is simply repeated.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import pycountry
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.languages import LANGUAGES
from crm_bridge.companies import repository as company_repository
from crm_bridge.companies import service as companies
from crm_bridge.companies.domain import company_domain
from crm_bridge.companies.name import compared
from crm_bridge.contacts import repository, service
from crm_bridge.contacts.csv_columns import (
    STAGES,
    Columns,
    columns,
    full_name,
    is_broken_number,
)
from crm_bridge.contacts.csv_rows import count, decode, rows
from crm_bridge.contacts.email_address import BadEmail, EmailKind, domain_of, normalise_email
from crm_bridge.contacts.lookup import by_external_id
from crm_bridge.contacts.models import Contact, ContactExternalId
from crm_bridge.contacts.quick_forms import (
    quick_company_domain,
    quick_email,
    quick_fold,
    quick_kind,
    quick_phone,
)
from crm_bridge.core.errors import Invalid
from crm_bridge.core.insert import insert_unless_there

_SEVERAL = re.compile(r"[;,\s]+")  # no address that people have holds one of these
Action = Literal["add", "fill", "leave", "refuse"]


class NoContactColumns(Invalid):
    code = "no_contact_columns"


class NotCsv(Invalid):
    code = "not_csv"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row came to. `line` counts from 1; `notes` say what was left out of it."""

    line: int
    action: Action
    reason: str
    contact_id: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: values by column of a contact, and the company it names. `address` is in
    its look-up form, `external_id` what the system that wrote the file calls the person.

    `kind` is the address's, `company_key` how its company is known within a file: "domain D",
    else "name N" in the compared form; `name_folded` how the name is searched."""

    line: int
    values: dict[str, Any]
    company: str | None
    notes: list[str] = field(default_factory=list)
    refused: str | None = None
    address: str | None = None
    external_id: str | None = None
    kind: EmailKind = "business"
    company_key: str | None = None
    name_folded: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file read: which system's layout it has, how many rows, and the rows."""

    layout: str
    total: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read: its rows come one by one, so that a million of them take
    no more memory than the file itself. `data` and `region` are what `stream` was given."""

    layout: str
    total: int
    rows: Iterator[Row]
    data: bytes
    region: str | None


def read(data: bytes, *, region: str | None = None) -> Sheet:
    """A whole file at once; see `stream`."""
    begun = stream(data, region=region)
    return Sheet(begun.layout, begun.total, list(begun.rows))


def stream(data: bytes, *, region: str | None = None) -> Reading:
    """The layout and the rows of a file. `region` (ISO 3166 alpha-2) is where numbers
    without a country code are dialled from. Raises NoContactColumns without an address or
    a number column, and NotCsv."""
    text = decode(data)
    try:
        total = count(text) - 1
    except csv.Error as fault:
        raise NotCsv(f"this is no CSV file: {fault}") from fault
    found = rows(text)
    _, headings = next(found, (1, []))
    known = columns(headings)
    if not {"email", "phone"} & set(known.fields):
        raise NoContactColumns("the first line names no column of addresses or numbers")
    seen: dict[str, int] = {}
    each = (_read(line, cells, known, region, seen) for line, cells in found)
    return Reading(known.layout.name, max(total, 0), each, data, region)


def _read(
    line: int, cells: Sequence[str], known: Columns, region: str | None, seen: dict[str, int]
) -> Row:
    values: dict[str, Any] = {}
    notes: list[str] = []
    refused = address = None
    said = known.cells(cells)
    country = _country(said.get("country", ""), notes)
    if emails := _addresses(said.get("email", ""), notes):
        values["emails"] = [emails[0]]
        address = quick_email(emails[0])
        refused = _repeated(address, line, seen)
        for other in emails[1:]:
            if told := _repeated(quick_email(other), line, seen):
                notes.append(f"{told}: {other}")
            else:
                values["emails"].append(other)
    if numbers := _numbers(said.get("phone", ""), country or region, notes):
        values["phones"] = numbers
    if name := full_name(said):
        values["name"] = name
    if country:
        values["country"] = country
    if language := _language(said.get("language", ""), notes):
        values["language"] = language
    if owner := said.get("owner"):
        values["owner"] = owner
    if stage := _stage(said.get("stage", "")):
        values["lifecycle_stage"] = stage
    if timezone := said.get("timezone"):
        values["timezone"] = timezone
    if source := _object(said.get("source", ""), notes):
        values["source"] = source
    own = _object(said.get("properties", ""), notes)
    if properties := {**own, **_properties(cells, known)}:
        values["properties"] = properties
    if not values.keys() & {"emails", "phones"}:
        refused = "no usable address or number"
    company = said.get("company")
    return Row(
        line,
        values,
        company,
        notes,
        refused,
        address,
        said.get("external_id"),
        quick_kind(address) if address else "business",
        _company_key(address, company),
        quick_fold(name) if name else "",
    )


def _addresses(cell: str, notes: list[str]) -> list[str]:
    """The addresses of a cell, as they are written, each once; what is none is noted."""
    found: dict[str, str] = {}
    several = "@" in cell and _SEVERAL.search(cell) is not None  # "no address" is told whole
    for one in _SEVERAL.split(cell) if several else (cell,):
        if not one:
            continue
        try:
            found.setdefault(quick_email(one), one)
        except BadEmail:
            notes.append(f"no address: {one}")
    return list(found.values())


def _numbers(cell: str, region: str | None, notes: list[str]) -> list[str]:
    """The numbers of a cell, E.164, each once; what is none is noted."""
    found: dict[str, None] = {}
    for one in cell.split(";"):
        if not (written := one.strip()):
            continue
        number = quick_phone(written, region)
        if number is not None:
            found[number] = None
            continue
        lost = "rounded by a spreadsheet" if is_broken_number(written) else "no number"
        notes.append(f"{lost}: {written}")
    return list(found)


def _object(cell: str, notes: list[str]) -> dict[str, Any]:
    """Names and values that our own export wrote into one cell."""
    if not cell:
        return {}
    try:
        found = json.loads(cell)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    notes.append(f"no names and values: {cell}")
    return {}


def _company_key(address: str | None, company: str | None) -> str | None:
    domain = quick_company_domain(address) if address else None
    if domain is not None:
        return f"domain {domain}"
    return f"name {compared(company)}" if company else None


@lru_cache(maxsize=1000)
def _stage(cell: str) -> str | None:
    return STAGES.get(cell.replace("_", " ").lower()) if cell else None


def _repeated(address: str, line: int, seen: dict[str, int]) -> str | None:
    first = seen.setdefault(address, line)
    return f"the same address as line {first}" if first != line else None


def _properties(cells: Sequence[str], known: Columns) -> dict[str, str]:
    width = len(cells)
    return {
        name: cell
        for name, at in known.properties.items()
        if at < width and (cell := cells[at].strip())
    }


@lru_cache(maxsize=1000)
def _country_code(cell: str) -> str | None:
    try:
        return str(pycountry.countries.lookup(cell).alpha_2)
    except LookupError:
        return None


def _country(cell: str, notes: list[str]) -> str | None:
    if not cell:
        return None
    code = _country_code(cell)
    if code is None:
        notes.append(f"no country we know: {cell}")
    return code


def _language(cell: str, notes: list[str]) -> str | None:
    if not cell:
        return None
    code = cell.partition("-")[0].partition("_")[0].lower()
    if len(code) > 3:
        named = pycountry.languages.get(name=cell.capitalize())
        code = str(getattr(named, "alpha_2", code))
    code = {"no": "nb", "nn": "nb", "iw": "he"}.get(code, code)
    if code in LANGUAGES:
        return code
    notes.append(f"no language we speak: {cell}")
    return None


async def import_row(
    session: AsyncSession, row: Row, *, system: str, fill: bool, by: str, now: datetime
) -> Outcome:
    """Add one row, or with `fill` fill in what the contact that is there already lacks."""
    notes = tuple(row.notes)
    if row.refused is not None:
        return Outcome(row.line, "refuse", row.refused, notes=notes)
    present = await _present(session, row, system)
    if present is None:
        values = {**row.values, "company_id": await _company(session, row, by=by, now=now)}
        contact = await service.create(session, values, by=by, now=now)
        await _remember(session, row, contact.id, system, now)
        return Outcome(row.line, "add", "new", contact.id, notes)
    await _remember(session, row, present.id, system, now)
    missing = _missing(present, row) if fill else {}
    if not missing:
        return Outcome(row.line, "leave", "is there already", present.id, notes)
    await service.update(session, present.id, missing, by=by, now=now)
    return Outcome(row.line, "fill", f"filled in {', '.join(missing)}", present.id, notes)


async def _remember(
    session: AsyncSession, row: Row, contact_id: str, system: str, now: datetime
) -> None:
    if row.external_id:
        values = {"system": system, "external_id": row.external_id}
        named = {**values, "contact_id": contact_id, "added_at": now}
        await insert_unless_there(session, ContactExternalId, named)


async def _present(session: AsyncSession, row: Row, system: str) -> Contact | None:
    if row.external_id:
        known = await by_external_id(session, system, row.external_id)
        if known is not None:
            return known
    if "emails" in row.values:
        for email in row.values["emails"]:
            known = await repository.get_by_email(session, normalise_email(email))
            if known is not None:
                return known
        return None
    sharing = await repository.list_by_phone(session, row.values["phones"][0])
    return next((one for one in sharing if one.name == row.values.get("name")), None)


def _missing(present: Contact, row: Row) -> dict[str, Any]:
    """What the row knows and the contact does not."""
    missing = {
        name: value
        for name, value in row.values.items()
        if name not in ("emails", "phones", "properties") and getattr(present, name) in (None, "")
    }
    if row.values.get("phones") and not present.phones:
        missing["phones"] = row.values["phones"]
    fresh = {
        name: value
        for name, value in row.values.get("properties", {}).items()
        if name not in present.properties
    }
    if fresh:
        missing["properties"] = {**present.properties, **fresh}
    return missing


async def _company(session: AsyncSession, row: Row, *, by: str, now: datetime) -> str | None:
    emails = row.values.get("emails")
    domain = company_domain(domain_of(emails[0])) if emails else None
    if domain and (found := await company_repository.get_by_domain(session, domain)) is not None:
        return found.id
    if row.company is None:
        return None
    if domain is None:
        same = await company_repository.get_by_compared_name(session, compared(row.company))
        if same is not None:
            return same.id
    domains = [domain] if domain else []
    return (await companies.create(session, row.company, domains=domains, by=by, now=now)).id
