"""Companies as the sync sees them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import repository
from crm_bridge.companies import service as companies
from crm_bridge.companies.models import Company
from crm_bridge.connectors.forms import Value
from crm_bridge.connectors.vocabulary import PROPERTY
from crm_bridge.core.errors import Invalid
from crm_bridge.sync.home import HomeRecord, Listed, with_properties

_COLUMNS: Final = ("name", "country", "industry", "owner", "employees_min", "employees_max")


class NamelessCompany(Invalid):
    code = "company_without_name"


class CompaniesHome(Listed):
    """Our companies."""

    kind = "companies"
    id_column = Company.id

    async def read(
        self, session: AsyncSession, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, HomeRecord]:
        """See `Home`."""
        rows = (await session.scalars(select(Company).where(Company.id.in_(record_ids)))).all()
        return {row.id: _record(row, fields) for row in rows}

    async def find(self, session: AsyncSession, values: Mapping[str, Value]) -> str | None:
        """By its own domain alone."""
        domain = values.get("domain")
        found = await repository.get_by_domain(session, domain) if isinstance(domain, str) else None
        return found.id if found else None

    async def create(
        self, session: AsyncSession, values: Mapping[str, Value], *, by: str, now: datetime
    ) -> str:
        """See `Home`."""
        name = values.get("name") or values.get("domain")
        if not name:
            raise NamelessCompany("a company without a name and a domain")
        domains = [str(values["domain"])] if values.get("domain") else []
        changes = {**_changes(values, None), "name": str(name)}
        made = await companies.create(
            session, str(name), domains=domains, values=changes, by=by, now=now
        )
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
        company = await companies.get(session, record_id)
        changes = _changes(values, company)
        if values.get("domain"):
            changes["domains"] = [values["domain"]]
        await companies.update(session, record_id, changes, by=by, now=now)


def _record(row: Company, fields: Sequence[str]) -> HomeRecord:
    values: dict[str, Value] = {}
    for name in fields:
        if name == "domain":
            if len(row.domains) < 2:  # of several, no one is the CRM's
                values[name] = row.domains[0].domain if row.domains else None
        elif name.startswith(PROPERTY):
            values[name] = row.properties.get(name.removeprefix(PROPERTY))
        else:
            values[name] = getattr(row, name)
    stamps = {name: row.provenance[name] for name in fields if row.provenance.get(name)}
    return HomeRecord(
        id=row.id,
        values=values,
        changed_at={name: datetime.fromisoformat(stamp["at"]) for name, stamp in stamps.items()},
        claimed=frozenset(
            name
            for name, stamp in stamps.items()
            if stamp["by"].startswith(("conversation:", "derived:"))
        ),
    )


def _changes(values: Mapping[str, Value], company: Company | None) -> dict[str, Any]:
    changes: dict[str, Any] = {name: values[name] for name in _COLUMNS if name in values}
    if not changes.get("name", "x"):
        del changes["name"]
    changes |= with_properties(company.properties if company else {}, values)
    return changes
