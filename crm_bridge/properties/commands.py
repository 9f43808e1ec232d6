"""`usher property …`: what may be known of records beyond their fields."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.properties import service
from crm_bridge.properties.models import PropertyRow

app = typer.Typer(help="Properties of records.", no_args_is_help=True)


@app.command()
def add(
    record: Annotated[str, typer.Argument(help="contact, company, deal or ticket")],
    name: Annotated[str, typer.Argument(help="its one name")],
    kind: Annotated[str, typer.Argument(help="text, number, money, date, option …")],
    other: Annotated[list[str] | None, typer.Option(help="another name for it")] = None,
    unit: Annotated[str | None, typer.Option(help="kg, km …; of money the currency")] = None,
    option: Annotated[list[str] | None, typer.Option(help="a value of a choice")] = None,
    refers_to: Annotated[str | None, typer.Option(help="of a reference: to what")] = None,
    default: Annotated[str | None, typer.Option(help="for new records")] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="though one like it is there")] = False,
) -> None:
    """Declare a property, unless there is one that means the same."""
    new = service.New(
        record=record,  # type: ignore[arg-type] # checked there, with words that teach
        name=name,
        kind=kind,  # type: ignore[arg-type]
        other_names=other or (),
        unit=unit,
        options=option or (),
        refers_to=refers_to,  # type: ignore[arg-type]
        default=default,
    )

    async def work(session: AsyncSession, clock: Clock) -> str:
        made = await service.declare(
            session, new, by="rep:operator", anyway=anyway, now=clock.now()
        )
        return f"{made.record}.{made.name}"

    typer.echo(f"{in_transaction(work)} is declared")


@app.command(name="list")
def list_properties(
    record: Annotated[str, typer.Argument(help="contact, company, deal or ticket")],
    as_json: AsJson = False,
) -> None:
    """The properties of a kind of record."""

    async def work(session: AsyncSession, _clock: Clock) -> list[PropertyRow]:
        return list((await service.known(session, record)).values())

    rows = in_transaction(work)
    if as_json:
        names = ("name", "kind", "unit", "options", "other_names", "refers_to", "default")
        show_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    for row in rows:
        typer.echo(f"{row.name:<24} {row.kind:<13} {row.unit or ''} {', '.join(row.options)}")
