"""Everything that is kept about one company, as JSON that another system can read."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities.models import Activity
from crm_bridge.activities.views import ActivityView
from crm_bridge.companies import service as companies
from crm_bridge.companies.views import CompanyView
from crm_bridge.contacts.models import Contact
from crm_bridge.contacts.views import ContactView
from crm_bridge.deals.models import Deal
from crm_bridge.deals.views import DealView
from crm_bridge.tickets.models import Ticket
from crm_bridge.tickets.views import TicketView


class CompanyExport(BaseModel):
    """One company with its people, deals, tickets and what was noted. What a person said in
    chats is in that person's own export. Instants are ISO 8601 in UTC."""

    exported_at: datetime
    company: CompanyView
    contacts: list[ContactView]
    deals: list[DealView]
    tickets: list[TicketView]
    activities: list[ActivityView]


async def export_company(session: AsyncSession, company_id: str, *, now: datetime) -> CompanyExport:
    """Everything about a company. Raises CompanyUnknown."""
    company = await companies.get(session, company_id)
    people = select(Contact).where(Contact.company_id == company_id).order_by(Contact.id)
    contacts = (await session.scalars(people)).all()
    mine = [contact.id for contact in contacts]
    business = select(Deal).where(or_(Deal.company_id == company_id, Deal.contact_id.in_(mine)))
    deals = (await session.scalars(business.order_by(Deal.id))).all()
    asked = select(Ticket).where(Ticket.contact_id.in_(mine)).order_by(Ticket.id)
    about = or_(Activity.contact_id.in_(mine), Activity.deal_id.in_([deal.id for deal in deals]))
    noted = select(Activity).where(about).order_by(Activity.id)
    return CompanyExport(
        exported_at=now,
        company=CompanyView.of(company),
        contacts=[ContactView.of(row) for row in contacts],
        deals=[DealView.of(row) for row in deals],
        tickets=[TicketView.of(row) for row in await session.scalars(asked)],
        activities=[ActivityView.of(row) for row in await session.scalars(noted)],
    )
