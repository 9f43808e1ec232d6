"""Killed with -9 at any step of what follows a booking, its move, its cancellation, its
reminder and its no-show, the bridge goes on, and the world has everything once."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.crm_bridge.durable.kill_house import LIVES

ROOT = Path(__file__).parents[3]


def _without_works(url: str) -> None:
    """Another test's works may be in the PostgreSQL that the tests share."""
    if url.startswith("postgresql"):
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS dbos CASCADE"))
        engine.dispose()


@pytest.mark.timeout(480)
def test_killed_at_each_step_it_goes_on_and_all_is_done_once(
    database_url: str, tmp_path: Path
) -> None:
    _without_works(database_url)
    folder = tmp_path / "house"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.crm_bridge.durable.kill_house"]
    ran = subprocess.run(
        [*command, database_url, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=450,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    world = json.loads(ran.stdout.splitlines()[-1])
    changes = Counter(change for change, _ in LIVES)
    standing = len(LIVES) - changes["cancel"]
    in_calendar = [uid.split("@")[0] for uid in world["calendar"]]
    assert len(in_calendar) == len(set(in_calendar)) == standing
    assert len(set(world["rooms"])) == len(world["rooms"]) == len(LIVES)
    assert set(in_calendar) < set(world["rooms"])
    told = len(LIVES) + changes["move"] + changes["cancel"]  # each of them once to both sides
    reminded = [name for name in world["mails"] if name.startswith("remind")]
    assert len(reminded) == changes["remind"]
    assert len(world["records"]) == told + changes["miss"]
    assert len(world["mails"]) == 2 * told + changes["remind"] + changes["miss"]
    assert world["reminders"] == 2 * (len(LIVES) + changes["move"]) - changes["remind"]
    assert world["tickets"] == 0
