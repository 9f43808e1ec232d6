"""`usher publish`: an edited playbook for the conversations that begin from now on."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, fail, in_transaction, operator_settings, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.playbooks import service
from crm_bridge.playbooks.models import PlaybookVersion
from playbook.fault import PlaybookFaults

app = typer.Typer()


@app.command()
def publish(
    playbook: Annotated[str, typer.Argument(help="a file, or the name of one in data/playbooks")],
    as_json: AsJson = False,
) -> None:
    """Publish a playbook: new conversations get it at once, running ones keep theirs.

    A faulty file is refused with every fault and its place; what runs stays as it is.
    """
    path = _file(playbook)
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as unread:
        fail(f"{path} cannot be read: {unread}")

    async def work(session: AsyncSession, clock: Clock) -> PlaybookVersion:
        return await service.publish(session, source, filename=str(path), now=clock.now())

    try:
        row = in_transaction(work)
    except PlaybookFaults as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        fail(f"{path} was not published: {len(refused.faults)} faults; what runs stays as it is")
    if as_json:
        show_json({"name": row.name, "version": row.version, "sha256": row.sha256})
        return
    typer.echo(f"{row.name} version {row.version} is what new conversations get")


def _file(playbook: str) -> Path:
    given = Path(playbook)
    if given.suffix in (".yml", ".yaml") or given.exists():
        return given
    return operator_settings().data / "playbooks" / f"{playbook}.yml"
