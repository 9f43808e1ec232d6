"""`usher scoring report`: whether outcomes can be predicted, how well, and from what."""

import csv
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, fail, in_transaction, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.scoring.predict import FEWEST_LABELLED, FEWEST_OF_EACH, Report, learn
from crm_bridge.scoring.service import rescore

WON = frozenset({"1", "yes", "true", "won", "converted", "y"})


def report(
    file: Annotated[
        Path | None, typer.Option(help="a CSV file of leads in place of the database")
    ] = None,
    outcome: Annotated[str, typer.Option(help="the file's column that says who was won")] = (
        "Converted"
    ),
    as_json: AsJson = False,
) -> None:
    """How well outcomes are predicted, measured on leads that were not learned from; which
    columns were refused because they know the outcome, and which tell most.

    Without a file: learns from the contacts with closed deals and scores the others.
    """
    found = _of_file(file, outcome) if file else in_transaction(_rescore)
    if as_json:
        show_json(asdict(found))
        return
    typer.echo(f"{found.labelled} leads with an outcome, {found.won} of them won")
    if not found.ready:
        typer.echo(
            f"too few to predict from (wanted: {FEWEST_LABELLED}, and {FEWEST_OF_EACH} each way): "
            "points alone count"
        )
        return
    typer.echo(f"AUC {found.auc:.3f}, calibration error {found.calibration_error:.3f} (5 folds)")
    _say("refused", found.refused)
    _say("tell most", {name: f"{lost:.3f} of AUC" for name, lost in found.strongest})
    if found.doubtful:
        typer.echo(f"look at: {', '.join(found.doubtful)}: written before the outcome?")


def _say(what: str, told: Mapping[str, str]) -> None:
    if told:
        typer.echo(f"{what}:")
    for name, reason in told.items():
        typer.echo(f"  {name}: {reason}")


async def _rescore(session: AsyncSession, clock: Clock) -> Report:
    return (await rescore(session, now=clock.now())).report


def _of_file(file: Path, outcome: str) -> Report:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError) as fault:
        fail(f"{file} cannot be read: {fault}")
    if not rows or outcome not in rows[0]:
        fail(f"{file} has no column {outcome}")
    won = [row.pop(outcome).strip().lower() in WON for row in rows]
    return learn(rows, won)[1]
