"""`usher contacts …` and `usher import contacts`: people, looked up and brought in."""

import gc
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, fail, in_transaction, show_json, with_database
from crm_bridge.contacts import csv_import, csv_run, repository, service
from crm_bridge.contacts.csv_import import Action, Outcome, Reading
from crm_bridge.contacts.models import Contact
from crm_bridge.contacts.views import ContactView
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import UsherError
from crm_bridge.core.pagination import PageRequest

app = typer.Typer(help="People that the house knows.", no_args_is_help=True)
importing = typer.Typer(help="Data from files.", no_args_is_help=True)


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
        data = file.read_bytes()
        reading = csv_import.stream(data, region=region)
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}")
    except UsherError as fault:
        fail(f"{file}: {fault.detail}")
    run = csv_run.run_id(data, region=region, fill=fill)
    counts: Counter[Action] = Counter()
    told: list[dict[str, Any]] = []

    def tell(outcome: Outcome) -> None:
        counts[outcome.action] += 1
        if as_json:
            told.append(asdict(outcome))
        elif outcome.action != "add" or outcome.notes:
            notes = f" ({'; '.join(outcome.notes)})" if outcome.notes else ""
            typer.echo(f"line {outcome.line}: {outcome.action}: {outcome.reason}{notes}")

    _bring_in(reading, file.name, run, fill=fill, dry_run=dry_run, tell=tell)
    if as_json:
        about = {"dry_run": dry_run, "layout": reading.layout, "counts": counts}
        show_json({**about, "rows": told})
        return
    _say(counts, dry_run=dry_run)


def _say(counts: Counter[Action], *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    said: dict[Action, str] = {
        "add": "added",
        "fill": "filled in",
        "leave": "left as they are",
        "refuse": "refused",
    }
    typer.echo(", ".join(f"{counts[action]} {would}{word}" for action, word in said.items()))


def _bring_in(
    reading: Reading,
    file: str,
    run: str,
    *,
    fill: bool,
    dry_run: bool,
    tell: Callable[[Outcome], None],
) -> None:
    """Tell every row's outcome as it comes, and how far it is on stderr."""

    async def work(database: Database, clock: Clock) -> None:
        gc.freeze()  # what was loaded stays: looking through it again costs a fifth of the time
        done = 0 if dry_run else await csv_run.done_before(database, run)
        if done:
            typer.echo(f"goes on after {done} of {reading.total} rows", err=True)
        batches = (
            csv_run.tried(database, reading, clock, file=file, fill=fill)
            if dry_run
            else csv_run.bring_in(database, reading, clock, run=run, file=file, fill=fill)
        )
        async for outcomes in batches:
            for outcome in outcomes:
                tell(outcome)
            done += len(outcomes)
            typer.echo(f"{done} of {reading.total} rows", err=True)

    with_database(work)
