"""`usher contacts report | bounced | merge | unmerge | same | apart`: contacts kept in order."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.contacts import hygiene
from crm_bridge.contacts.bounce import failed_recipients, note_bounces
from crm_bridge.contacts.commands import app
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.core.clock import Clock
from crm_bridge.merging import duplicates
from crm_bridge.merging.commands import add_commands

add_commands(app, CONTACTS)


@app.command()
def report(
    duplicates_too: Annotated[
        bool, typer.Option("--duplicates/--no-duplicates", help="compare all contacts first")
    ] = True,
    merge_certain: Annotated[
        bool, typer.Option("--merge", help="merge the pairs that are certain")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Stale addresses, old jobs, missing data and duplicates, with what to do about each."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        now = clock.now()
        merged = 0
        if duplicates_too:
            found = await duplicates.search(CONTACTS, session, merge_certain=merge_certain, now=now)
            merged = len(found.merged)
        state = await hygiene.report(session, now=now)
        waiting = await duplicates.open_suggestions(CONTACTS, session, limit=20)
        if as_json:
            pairs = [
                {
                    "id": row.id,
                    "contacts": [row.first_id, row.second_id],
                    "probability": row.probability,
                    "reasons": row.reasons,
                }
                for row in waiting
            ]
            show_json({**asdict(state), "merged": merged, "suggestions": pairs})
            return
        for line in hygiene.lines(state, waiting):
            typer.echo(line)
        if merged:
            typer.echo(f"{merged:>7}  were merged; `usher contacts unmerge` takes one back")

    in_transaction(work)


@app.command()
def bounced(
    addresses: Annotated[
        list[str] | None, typer.Argument(help="none: a report on delivery is read from stdin")
    ] = None,
) -> None:
    """Note that mail came back: pipe the reports of your mail server here, or name addresses."""
    failed = addresses or failed_recipients(sys.stdin.buffer.read())

    async def work(session: AsyncSession, clock: Clock) -> None:
        found = await note_bounces(session, failed, now=clock.now())
        typer.echo(f"{len(failed)} addresses, {len(found)} contacts: {', '.join(found)}")

    in_transaction(work)
