"""Companies in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query

from crm_bridge.companies import repository, service
from crm_bridge.companies.domain import registrable
from crm_bridge.companies.views import CompanyChanges, CompanyView, NewCompany
from crm_bridge.web.auth import PROBLEMS, ApiKey, CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(
    prefix="/api/v1/companies", tags=["companies"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("", summary="Find companies")
async def list_companies(
    session: Reading,
    page: Paging,
    query: Annotated[Text, Query(description="words of the name")] = None,
    domain: Annotated[Text, Query(description="a host name; its registrable domain counts")] = None,
) -> PageView[CompanyView]:
    """Companies that fit every filter, newest first."""
    wanted = (registrable(domain) or domain) if domain else None
    found = await repository.list_page(session, page, query=query, domain=wanted)
    return page_view(found, CompanyView.of)


@router.post("", status_code=201, summary="Add a company")
async def add_company(
    new: NewCompany, session: Transaction, now: Now, once: Once, caller: CallerKey
) -> CompanyView:
    """Add a company. 409 `company_domain_taken` when another one has a domain of it; 422
    `not_a_company_domain` for free-mail and disposable domains and public suffixes."""

    async def work() -> CompanyView:
        values = {
            key: value for key, value in new.given().items() if key not in ("name", "domains")
        }
        company = await service.create(
            session,
            new.name,
            domains=new.domains,
            values=values,
            by=f"api:{caller.key_id}",
            now=now,
        )
        return CompanyView.of(company)

    return await once.answer(session, CompanyView, work)


@router.get("/{company_id}", summary="One company")
async def get_company(company_id: str, session: Reading) -> CompanyView:
    """A company."""
    return CompanyView.of(await service.get(session, company_id))


@router.patch("/{company_id}", summary="Change a company")
async def change_company(
    company_id: str,
    changes: CompanyChanges,
    session: Transaction,
    now: Now,
    once: Once,
    caller: CallerKey,
) -> CompanyView:
    """Set the fields that were sent; `domains` is the whole list."""

    async def work() -> CompanyView:
        by = f"api:{caller.key_id}"
        return CompanyView.of(
            await service.update(session, company_id, changes.given(), by=by, now=now)
        )

    return await once.answer(session, CompanyView, work)
