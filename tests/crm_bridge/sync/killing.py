"""Starts the sync in a process of its own and kills it, again and again."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from tests.zygote import zygote


async def kill_again_and_again(
    url: str, *, times: int, seed: int, meanwhile: Callable[[], Awaitable[None]]
) -> None:
    """Have the sync work on the database for moments of 20 to 900 ms, each ended by
    kill -9; `meanwhile` is done in each of them."""
    chance = random.Random(seed)
    with zygote("tests.crm_bridge.sync.sync_house", url) as process:
        for _ in range(times):
            await asyncio.to_thread(process.start)
            await meanwhile()
            await asyncio.sleep(chance.uniform(0.02, 0.9))
            await asyncio.to_thread(process.kill)
