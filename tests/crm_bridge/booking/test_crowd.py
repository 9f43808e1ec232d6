"""Visitors in several processes after the same openings: no overlap, no lost hold, no limit
exceeded. USHER_CROWD_TRIES=10000 makes the long run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TRIES = int(os.environ.get("USHER_CROWD_TRIES", "120"))
PROCESSES = 3


@pytest.mark.timeout(3600)
def test_a_crowd_in_several_processes_breaks_no_promise(database_url: str) -> None:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "tests.crm_bridge.booking.crowd"),
            *(database_url, str(TRIES), str(PROCESSES)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=3500,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    told = json.loads(ran.stdout.splitlines()[-1])
    print(told)
    ended = told["ended"]
    assert ended["booked"] > 0
    assert ended["taken, with the nearest"] > 0
    assert ended.get("LOST HOLD", 0) == ended.get("NOT IDEMPOTENT", 0) == 0
    assert told["overlaps"] == told["days over the limit"] == 0
    assert told["times amiss"] == told["claims amiss"] == 0
    done = sum(ended[each] for each in ("booked", "taken", "moved", "cancelled"))
    done += ended.get("told to try later", 0)
    assert done == TRIES // PROCESSES // 4 * 4 * PROCESSES
