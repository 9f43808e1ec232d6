"""Starts the sync in a process of its own and kills it, again and again."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


async def kill_again_and_again(
    url: str, *, times: int, seed: int, meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """Have the sync work on the database for moments of 20 to 900 ms, each ended by
    kill -9; `meanwhile` is done in each of them."""
    chance = random.Random(seed)
    zygote = subprocess.Popen(  # noqa: ASYNC220 - it starts once, before anything waits
        [sys.executable, "-m", "tests.crm_bridge.sync.zygote", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert zygote.stdin is not None
    assert zygote.stdout is not None
    try:
        for _ in range(times):
            zygote.stdin.write("\n")
            zygote.stdin.flush()
            child = int(await asyncio.to_thread(zygote.stdout.readline))
            await meanwhile()
            await asyncio.sleep(chance.uniform(0.02, 0.9))
            os.kill(child, signal.SIGKILL)
            assert (await asyncio.to_thread(zygote.stdout.readline)).strip() == "ended"
    finally:
        zygote.stdin.close()
        zygote.wait(30)
        zygote.stdout.close()
