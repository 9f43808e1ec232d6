"""`merge | unmerge | same | apart` for the records of one kind."""

from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import in_transaction
from crm_bridge.core.clock import Clock
from crm_bridge.merging import duplicates
from crm_bridge.merging import merge as merging
from crm_bridge.merging.kind import Kind

BY = "rep:operator"


def add_commands(app: typer.Typer, kind: Kind[Any]) -> None:
    """Add what merges and parts records of a kind, by hand."""

    @app.command()
    def merge(
        kept: Annotated[str, typer.Argument(help="the id that stays")],
        gone: Annotated[str, typer.Argument(help="the id that becomes part of it")],
    ) -> None:
        """Make two one. Can be taken back."""

        async def work(session: AsyncSession, clock: Clock) -> str:
            made = await merging.merge(kind, session, kept, gone, by=BY, now=clock.now())
            return made.id

        typer.echo(f"{in_transaction(work)}: {gone} is part of {kept} now")

    @app.command()
    def unmerge(
        merge_id: Annotated[str, typer.Argument(help=f"{kind.merge_prefix}_…")],
    ) -> None:
        """Part two again, as they were."""

        async def work(session: AsyncSession, clock: Clock) -> str:
            back = await merging.undo(kind, session, merge_id, now=clock.now())
            return str(back.id)

        typer.echo(f"{in_transaction(work)} is a {kind.word} of its own again")

    @app.command()
    def same(
        suggestion: Annotated[str, typer.Argument(help=f"{kind.suggestion_prefix}_…")],
    ) -> None:
        """Yes, these two are one: merge them."""
        _decide(kind, suggestion, same=True)

    @app.command()
    def apart(
        suggestion: Annotated[str, typer.Argument(help=f"{kind.suggestion_prefix}_…")],
    ) -> None:
        """No, these two are different: never suggest them again."""
        _decide(kind, suggestion, same=False)


def _decide(kind: Kind[Any], suggestion: str, *, same: bool) -> None:
    async def work(session: AsyncSession, clock: Clock) -> None:
        await duplicates.decide(kind, session, suggestion, same=same, by=BY, now=clock.now())

    in_transaction(work)
    typer.echo(f"{suggestion} is decided")
