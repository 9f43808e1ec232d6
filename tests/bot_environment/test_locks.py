"""One message of a conversation at a time, in order, and no lock left behind."""

import asyncio

import pytest
from rasa.core.lock_store import LockError

from bot.locks import ConversationLocks


def test_waits_in_order_and_leaves_nothing_behind() -> None:
    locks, order = ConversationLocks(), []

    async def message(number: int) -> None:
        async with locks.lock("cnv_1"):
            order.append(f"{number} begins")
            await asyncio.sleep(0)
            order.append(f"{number} ends")

    async def three() -> None:
        await asyncio.gather(*(message(number) for number in range(3)))

    asyncio.run(three())
    assert order == [f"{n} {what}" for n in range(3) for what in ("begins", "ends")]
    assert not locks._locks
    assert not locks._users


def test_conversations_do_not_wait_for_each_other() -> None:
    locks, inside = ConversationLocks(), []  # type: ignore[var-annotated]

    async def both() -> list[str]:
        async with locks.lock("cnv_1"), locks.lock("cnv_2"):
            inside.append("both")
        return inside

    assert asyncio.run(both()) == ["both"]


def test_a_message_that_hangs_is_not_waited_for_for_ever() -> None:
    locks = ConversationLocks()

    async def stuck() -> None:
        async with locks.lock("cnv_1"), locks.lock("cnv_1", lock_lifetime=0.01):
            raise AssertionError("two at once")

    with pytest.raises(LockError):
        asyncio.run(stuck())
    assert not locks._locks


def test_a_fault_inside_releases_the_lock() -> None:
    locks = ConversationLocks()

    async def fail_and_try_again() -> str:
        with pytest.raises(KeyError):
            async with locks.lock("cnv_1"):
                raise KeyError("x")
        async with locks.lock("cnv_1"):
            return "again"

    assert asyncio.run(fail_and_try_again()) == "again"
