"""`usher contacts report | merge | unmerge | same | apart`: contacts kept in order."""

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.contacts import duplicates, hygiene, merging
from crm_bridge.contacts.commands import app
from crm_bridge.core.clock import Clock

BY = "rep:operator"


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
            found = await duplicates.search(session, merge_certain=merge_certain, now=now)
            merged = len(found.merged)
        state = await hygiene.report(session, now=now)
        waiting = await duplicates.open_suggestions(session, limit=20)
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
def merge(
    kept: Annotated[str, typer.Argument(help="con_… that stays")],
    gone: Annotated[str, typer.Argument(help="con_… that becomes part of it")],
) -> None:
    """Make two contacts one. Can be taken back."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        return (await merging.merge(session, kept, gone, by=BY, now=clock.now())).id

    typer.echo(f"{in_transaction(work)}: {gone} is part of {kept} now")


@app.command()
def unmerge(merge_id: Annotated[str, typer.Argument(help="mrg_…")]) -> None:
    """Part two contacts again, as they were."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        return (await merging.undo(session, merge_id, now=clock.now())).id

    typer.echo(f"{in_transaction(work)} is a contact of its own again")


@app.command()
def same(suggestion: Annotated[str, typer.Argument(help="dup_…")]) -> None:
    """Yes, these two are one person: merge them."""
    _decide(suggestion, same=True)


@app.command()
def apart(suggestion: Annotated[str, typer.Argument(help="dup_…")]) -> None:
    """No, these two are different people: never suggest them again."""
    _decide(suggestion, same=False)


def _decide(suggestion: str, *, same: bool) -> None:
    async def work(session: AsyncSession, clock: Clock) -> None:
        await duplicates.decide(session, suggestion, same=same, by=BY, now=clock.now())

    in_transaction(work)
    typer.echo(f"{suggestion} is decided")
