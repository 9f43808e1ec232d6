"""`usher person …`: everything about one person, given out or erased."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import in_transaction, operator_settings
from crm_bridge.contacts import service as contacts
from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import NotFound
from crm_bridge.files.folder import Folder
from crm_bridge.privacy import service
from crm_bridge.privacy.export import PersonExport, export_contact
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
def export(who: Who) -> None:
    """Print everything that is kept about a person, as JSON."""

    folder = Folder(operator_settings().var / "files")

    async def work(session: AsyncSession, clock: Clock) -> PersonExport:
        contact_id = await _contact_id(session, who)
        return await export_contact(session, contact_id, folder=folder, now=clock.now())

    typer.echo(in_transaction(work).model_dump_json(indent=2))


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
