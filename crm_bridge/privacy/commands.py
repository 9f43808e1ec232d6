"""`usher person …`: everything about one person, given out or erased."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import in_transaction, operator_settings
from crm_bridge.contacts import opt_out as opt_outs
from crm_bridge.contacts import service as contacts
from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import NotFound
from crm_bridge.files.folder import Folder
from crm_bridge.privacy import service
from crm_bridge.privacy.export import PersonExport, export_contact
from crm_bridge.privacy.export_company import CompanyExport, export_company
from crm_bridge.privacy.export_page import page
from crm_bridge.privacy.retention import Kept, erase_due, find_due
from crm_bridge.privacy.traces import Traces

app = typer.Typer(help="Everything about one person.", no_args_is_help=True)

Who = Annotated[str, typer.Argument(help="a contact's id (con_…) or mail address")]


async def _contact_id(session: AsyncSession, who: str) -> str:
    if who.startswith("con_"):
        return (await contacts.get(session, who)).id
    matches = await contacts.find(session, email=who)
    if not matches:
        raise NotFound(f"nobody has the address {who}")
    return matches[0].contact.id


@app.command()
def export(
    who: Who,
    as_page: Annotated[bool, typer.Option("--html", help="as a page that people read")] = False,
) -> None:
    """Print everything that is kept about a person, as JSON or as one readable page."""

    folder = Folder(operator_settings().var / "files")

    async def work(session: AsyncSession, clock: Clock) -> PersonExport:
        contact_id = await _contact_id(session, who)
        return await export_contact(session, contact_id, folder=folder, now=clock.now())

    found = in_transaction(work)
    typer.echo(page(found) if as_page else found.model_dump_json(indent=2))


@app.command(name="opt-out")
def opt_out(who: Who) -> None:
    """Note that a person wants no offers by mail; connected CRMs are told."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        contact_id = await _contact_id(session, who)
        await opt_outs.opt_out(session, contact_id, by="rep:operator", now=clock.now())
        return contact_id

    typer.echo(f"{in_transaction(work)} gets no offers from now on")


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would go")] = False,
) -> None:
    """Erase what has been kept as long as the rules allow (USHER_PRIVACY__…)."""
    settings = operator_settings()
    folder = settings.var / "outbox"

    async def work(session: AsyncSession, clock: Clock) -> Kept:
        due = await find_due(session, settings.privacy, now=clock.now())
        if not dry_run:
            await erase_due(session, due, mail_folder=folder, now=clock.now())
        return due

    due = in_transaction(work)
    would = "would be " if dry_run else ""
    typer.echo(
        f"{would}erased: {len(due.conversation_ids)} conversations, "
        f"{len(due.contact_ids)} leads, {due.events} events"
    )


@app.command()
def erase(
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask whether you are sure")] = False,
) -> None:
    """Erase a person everywhere: what they said, booked and agreed to. Cannot be undone."""
    if not yes:
        typer.confirm(f"Erase everything about {who} for ever?", abort=True)
    folder = operator_settings().var / "outbox"

    async def work(session: AsyncSession, clock: Clock) -> Traces:
        contact_id = await _contact_id(session, who)
        return await service.erase_contact(session, contact_id, mail_folder=folder, now=clock.now())

    found = in_transaction(work)
    typer.echo(
        f"erased: {len(found.conversation_ids)} conversations, {len(found.deal_ids)} deals, "
        f"{len(found.ticket_ids)} tickets, {len(found.booking_ids)} bookings"
    )


@app.command()
def company(
    company_id: Annotated[str, typer.Argument(help="a company's id (com_…)")],
) -> None:
    """Print everything that is kept about one company, as JSON."""

    async def work(session: AsyncSession, clock: Clock) -> CompanyExport:
        return await export_company(session, company_id, now=clock.now())

    typer.echo(in_transaction(work).model_dump_json(indent=2))
