"""`usher companies …`: companies kept in order."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.companies import duplicates, merging, service
from crm_bridge.core.clock import Clock

BY = "rep:operator"

app = typer.Typer(help="Companies, kept in order.", no_args_is_help=True)


@app.command()
def report(
    limit: Annotated[int, typer.Option(help="most suggestions to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """Companies that may be one; nothing is merged."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        found = await duplicates.search(session, now=clock.now())
        rows = await duplicates.open_suggestions(session, limit=limit)
        if as_json:
            names = ("id", "first_id", "second_id", "probability", "reasons")
            show_json([{name: getattr(row, name) for name in names} for row in rows])
            return
        typer.echo(f"{found:>7}  likely duplicates wait for a decision")
        for row in rows:
            first = await service.get(session, row.first_id)
            second = await service.get(session, row.second_id)
            typer.echo(
                f"         {row.id}  {first.name} ({first.id}) = {second.name} ({second.id})? "
                f"{', '.join(row.reasons)}"
            )

    in_transaction(work)


@app.command()
def merge(
    kept: Annotated[str, typer.Argument(help="com_… that stays")],
    gone: Annotated[str, typer.Argument(help="com_… that becomes part of it")],
) -> None:
    """Make two companies one. Can be taken back."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        return (await merging.merge(session, kept, gone, by=BY, now=clock.now())).id

    typer.echo(f"{in_transaction(work)}: {gone} is part of {kept} now")


@app.command()
def unmerge(merge_id: Annotated[str, typer.Argument(help="cmg_…")]) -> None:
    """Part two companies again, as they were."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        return (await merging.undo(session, merge_id, now=clock.now())).id

    typer.echo(f"{in_transaction(work)} is a company of its own again")


@app.command()
def same(suggestion: Annotated[str, typer.Argument(help="cdp_…")]) -> None:
    """Yes, these two are one company: merge them."""
    _decide(suggestion, same=True)


@app.command()
def apart(suggestion: Annotated[str, typer.Argument(help="cdp_…")]) -> None:
    """No, these two are different: never suggest them again."""
    _decide(suggestion, same=False)


def _decide(suggestion: str, *, same: bool) -> None:
    async def work(session: AsyncSession, clock: Clock) -> None:
        await duplicates.decide(session, suggestion, same=same, by=BY, now=clock.now())

    in_transaction(work)
    typer.echo(f"{suggestion} is decided")
