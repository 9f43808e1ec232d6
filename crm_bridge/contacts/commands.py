"""`usher contacts …` and `usher import contacts`: people, looked up and brought in."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, fail, in_transaction, show_json
from crm_bridge.contacts import csv_import, repository, service
from crm_bridge.contacts.csv_import import Action, Outcome, Row
from crm_bridge.contacts.models import Contact
from crm_bridge.contacts.views import ContactView
from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import UsherError
from crm_bridge.core.pagination import PageRequest

app = typer.Typer(help="People that the house knows.", no_args_is_help=True)
importing = typer.Typer(help="Data from files.", no_args_is_help=True)

ROWS_AT_ONCE = 500  # rows in one transaction


@app.callback()
def _contacts() -> None:
    """People that the house knows."""


@importing.callback()
def _importing() -> None:
    """Data from files."""


@app.command()
def find(
    query: Annotated[str, typer.Argument(help="an address, a number, or words of a name")],
    limit: Annotated[int, typer.Option(help="most people to show")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find people by address, number or name."""

    async def work(session: AsyncSession, _clock: Clock) -> list[Contact]:
        matches = await service.find(session, email=query, phone=query)
        if matches:
            return [match.contact for match in matches]
        page = await repository.list_page(session, PageRequest(limit=limit), query=query)
        return list(page.items)

    found = in_transaction(work)
    if as_json:
        show_json([ContactView.of(row).model_dump(mode="json") for row in found])
        return
    for row in found:
        reached = ", ".join(
            [*(email.address for email in row.emails), *(phone.number for phone in row.phones)]
        )
        typer.echo(f"{row.id}  {row.name or '(no name)':<28} {row.lifecycle_stage:<12} {reached}")
    if not found:
        fail("nobody found")


@importing.command()
def contacts(
    file: Annotated[Path, typer.Argument(help="a CSV file, its first line the headings")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would be, do nothing")] = (
        False
    ),
    fill: Annotated[
        bool, typer.Option("--fill", help="fill in what is empty at those who are there already")
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="country (SI, IL …) of numbers without a country code")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring contacts in from a CSV file, with a reason for each row that is not added.

    Encoding and delimiter are found out; columns that we do not know become properties.
    Run again, it changes nothing.
    """
    try:
        rows = csv_import.read(file.read_bytes(), region=region)
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}")
    except UsherError as fault:
        fail(f"{file}: {fault.detail}")
    outcomes = list(_run(rows, file, fill=fill, dry_run=dry_run))
    counts = Counter(outcome.action for outcome in outcomes)
    if as_json:
        rows_json = [asdict(outcome) for outcome in outcomes]
        show_json({"dry_run": dry_run, "counts": counts, "rows": rows_json})
        return
    for outcome in outcomes:
        if outcome.action != "add" or outcome.notes:
            notes = f" ({'; '.join(outcome.notes)})" if outcome.notes else ""
            typer.echo(f"line {outcome.line}: {outcome.action}: {outcome.reason}{notes}")
    would = "would be " if dry_run else ""
    said: dict[Action, str] = {
        "add": "added",
        "fill": "filled in",
        "leave": "left as they are",
        "refuse": "refused",
    }
    typer.echo(", ".join(f"{counts[action]} {would}{word}" for action, word in said.items()))


def _run(rows: Sequence[Row], file: Path, *, fill: bool, dry_run: bool) -> Sequence[Outcome]:
    """Every row's outcome; a dry run is rolled back as a whole."""
    outcomes: list[Outcome] = []
    batches = [rows] if dry_run else itertools.batched(rows, ROWS_AT_ONCE)
    for batch in batches:

        async def work(
            session: AsyncSession, clock: Clock, batch: Sequence[Row] = tuple(batch)
        ) -> None:
            by = f"import:{file.name}"
            async with session.begin_nested() as tried:
                found = csv_import.import_rows(session, batch, fill=fill, by=by, now=clock.now())
                outcomes.extend([outcome async for outcome in found])
                if dry_run:
                    await tried.rollback()

        in_transaction(work)
        typer.echo(f"{len(outcomes)} of {len(rows)} rows", err=True)
    return outcomes
