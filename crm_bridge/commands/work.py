"""What commands of the operator share: settings, one transaction, one way to fail.

    async def work(session: AsyncSession, clock: Clock) -> int: ...

    count = in_transaction(work)

A refusal (UsherError) becomes one line on stderr and exit code 1.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.errors import UsherError
from crm_bridge.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="print JSON for other programs")]


class OperatorSettings(Settings):
    """The settings as commands need them: most do their work without the secrets."""

    internal_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")


def operator_settings() -> Settings:
    """The settings in force, from the environment, .env, and the secrets that `make run` keeps."""
    settings = OperatorSettings()
    kept = settings.var / "secrets.env"
    return OperatorSettings(_env_file=(kept, ".env")) if kept.exists() else settings


def fail(said: str) -> NoReturn:
    """End the command with one line on stderr and exit code 1."""
    typer.echo(f"usher: {said}", err=True)
    raise typer.Exit(1)


def show_json(data: Any) -> None:
    """Print data for other programs."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def in_transaction[Result](work: Callable[[AsyncSession, Clock], Awaitable[Result]]) -> Result:
    """Do `work` in one transaction, committed when it ends well."""

    async def at_once(database: Database, clock: Clock) -> Result:
        async with database.transaction() as session:
            return await work(session, clock)

    return with_database(at_once)


def with_database[Result](work: Callable[[Database, Clock], Awaitable[Result]]) -> Result:
    """Do `work`, which begins its own transactions."""
    # Every table is known once the application is imported. By name, because domains'
    # commands come here, and domains know nothing of the application.
    importlib.import_module("crm_bridge.app")
    settings = operator_settings()

    async def run() -> Result:
        database = Database(make_engine(settings.database))
        try:
            return await work(database, Clock(settings.now))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except UsherError as fault:
        fail(fault.detail or fault.code)
    except (OperationalError, ProgrammingError) as fault:
        fail(f"the database says: {fault.orig}. Are the tables up to date (usher db upgrade)?")
