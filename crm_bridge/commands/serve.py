"""`usher serve`: the bridge as a web server."""

import gc
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError

from crm_bridge.commands.work import fail
from crm_bridge.settings import Settings

app = typer.Typer()

GRACE_SECONDS = 5  # for open streams, when the server is told to stop


def calm_collector() -> None:
    """Leave what was made at the start out of garbage collection, and collect less often."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on", envvar="USHER_HOST")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="port to listen on", envvar="USHER_PORT")] = 8000,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error")] = "info",
) -> None:
    """Run the bridge until it is told to stop."""
    try:
        settings = Settings()
    except ValidationError as fault:
        names = ", ".join("USHER_" + str(error["loc"][0]).upper() for error in fault.errors())
        fail(f"these settings are missing or wrong: {names} (see `usher settings`)")
    from crm_bridge.app import create_app

    settings.var.mkdir(parents=True, exist_ok=True)
    application = create_app(settings)
    calm_collector()
    uvicorn.run(
        application,
        host=host,
        port=port,
        log_level=log_level,
        access_log=False,  # addresses of visitors and tokens of pages stay out of the log
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=False,
    )
