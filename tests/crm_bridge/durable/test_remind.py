"""A reminder fires at its time, once, though the bridge was killed while it waited."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_reminder_is_mailed_once_also_after_a_kill(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crm_bridge.durable.remind_house", database_url, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["ended"] == [-9, 0, 0], ran.stderr[-3000:]
    invitation, reminder = told["mails"]
    assert not invitation.startswith("remind")
    assert reminder.startswith("remind")
