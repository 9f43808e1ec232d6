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
from crm_bridge.contacts import csv_import, csv_run, repository, service
from crm_bridge.contacts.csv_import import Action, Outcome, Row, Sheet
from crm_bridge.contacts.models import Contact
from crm_bridge.contacts.views import ContactView
from crm_bridge.core.clock import Clock
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
        sheet = csv_import.read(data, region=region)
    except OSError as fault:
        fail(f"{file} cannot be read: {fault.strerror}")
    except UsherError as fault:
        fail(f"{file}: {fault.detail}")
    run = csv_run.run_id(data, region=region, fill=fill)
    outcomes = list(_run(sheet, file, run, fill=fill, dry_run=dry_run))
    counts = Counter(outcome.action for outcome in outcomes)
    if as_json:
        rows_json = [asdict(outcome) for outcome in outcomes]
        told = {"dry_run": dry_run, "layout": sheet.layout, "counts": counts}
        show_json({**told, "rows": rows_json})
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


def _run(sheet: Sheet, file: Path, run: str, *, fill: bool, dry_run: bool) -> Sequence[Outcome]:
    """Every row's outcome; a dry run is rolled back as a whole. What an earlier run of the
    same file has committed is not done again."""
    outcomes: list[Outcome] = []
    by = f"import:{file.name}"

    async def begin(session: AsyncSession, clock: Clock) -> int:
        started = await csv_run.begin(session, run, sheet, file=file.name, now=clock.now())
        return started.done

    done = 0 if dry_run else in_transaction(begin)
    if done:
        typer.echo(f"goes on after {done} of {len(sheet.rows)} rows", err=True)
    rows = sheet.rows[done:]
    batches = [rows] if dry_run else itertools.batched(rows, csv_run.ROWS_AT_ONCE)
    for batch in batches:

        async def work(
            session: AsyncSession, clock: Clock, batch: Sequence[Row] = tuple(batch)
        ) -> None:
            now = clock.now()
            async with session.begin_nested() as tried:
                found = []
                for part in itertools.batched(batch, csv_run.ROWS_AT_ONCE):
                    found += await csv_run.import_batch(
                        session, part, system=sheet.layout, fill=fill, by=by, now=now
                    )
                outcomes.extend(found)
                if dry_run:
                    await tried.rollback()
                else:
                    await csv_run.note(session, run, found, now=now)

        in_transaction(work)
        typer.echo(f"{done + len(outcomes)} of {len(sheet.rows)} rows", err=True)
    return outcomes
