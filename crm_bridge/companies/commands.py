"""`usher companies …`: companies kept in order."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.companies import service
from crm_bridge.companies.merging import COMPANIES
from crm_bridge.core.clock import Clock
from crm_bridge.merging import duplicates
from crm_bridge.merging.commands import add_commands

app = typer.Typer(help="Companies, kept in order.", no_args_is_help=True)
add_commands(app, COMPANIES)


@app.command()
def report(
    limit: Annotated[int, typer.Option(help="most suggestions to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """Companies that may be one; nothing is merged."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        now = clock.now()
        found = await duplicates.search(COMPANIES, session, merge_certain=False, now=now)
        rows = await duplicates.open_suggestions(COMPANIES, session, limit=limit)
        if as_json:
            names = ("id", "first_id", "second_id", "probability", "reasons")
            show_json([{name: getattr(row, name) for name in names} for row in rows])
            return
        typer.echo(f"{found.suggested:>7}  likely duplicates wait for a decision")
        for row in rows:
            first = await service.get(session, row.first_id)
            second = await service.get(session, row.second_id)
            typer.echo(
                f"         {row.id}  {first.name} ({first.id}) = {second.name} ({second.id})? "
                f"{', '.join(row.reasons)}"
            )

    in_transaction(work)
