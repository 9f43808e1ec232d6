"""`usher`: the operators' command line. Each domain brings its own commands.

A domain that has some exposes `app = typer.Typer(…)` in `commands.py`; GROUPS names it.
Commands print for people, or JSON with --json; they end with 1 and one clear line on a
fault of the input.
"""

from typing import Annotated, Final

import typer
import uvicorn

from crm_bridge.console import commands as users
from crm_bridge.demo import commands as demo
from crm_bridge.migrations import upgrade
from crm_bridge.settings import Settings

GROUPS: Final = {
    "user": users.app,
    "demo": demo.app,
}
# How long running requests and streams may take to end when the server stops.
GRACE_SECONDS: Final = 3

main = typer.Typer(help=(__doc__ or "").splitlines()[0], no_args_is_help=True)
database = typer.Typer(help="The bridge's tables.", no_args_is_help=True)
main.add_typer(database, name="db")
for name, commands in GROUPS.items():
    main.add_typer(commands, name=name)


@database.callback()
def _database() -> None:
    """A group even with one command, so that others can join it."""


@database.command(name="upgrade")
def upgrade_database() -> None:
    """Bring the tables up to date."""
    upgrade(Settings().database)


@main.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="USHER_PORT")] = 8000,
) -> None:
    """Run the bridge."""
    settings = Settings()
    uvicorn.run(
        "crm_bridge.server:app",
        host=host,
        port=port,
        log_level="info",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )
