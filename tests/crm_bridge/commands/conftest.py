"""`usher` as an operator runs it, on a database of each kind."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner, Result

from crm_bridge.cli import app
from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.conftest import NOW


class Usher:
    """Runs commands and looks into the database that they work on."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def __call__(self, *arguments: str, exit_code: int = 0, typed: str | None = None) -> Result:
        result = CliRunner().invoke(app, list(arguments), input=typed)
        assert result.exit_code == exit_code, f"{result.output}\n{result.exception!r}"
        return result

    def look[Found](self, work: Callable[[AsyncSession], Awaitable[Found]]) -> Found:
        """What `work` finds in a transaction of its own."""

        async def run() -> Found:
            database = Database(make_engine(self._database_url))
            try:
                async with database.transaction() as session:
                    return await work(session)
            finally:
                await database.close()

        return asyncio.run(run())


@pytest.fixture
def usher(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Usher:
    """The command line with a database of its own, the clock at NOW."""
    settings: dict[str, Any] = {
        "USHER_DATABASE_URL": database_url,
        "USHER_VAR": str(tmp_path / "var"),
        "USHER_DATA": str(Path(__file__).resolve().parents[3] / "data"),
        "USHER_NOW": NOW.isoformat(),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Usher(database_url)
