"""Brings turns to the bots: one turn of a conversation at a time, none forgotten.

A conversation with work has one task here, woken by the commit that queued a turn. Turns
that wait for another try, or that a dead worker left behind, are found by a sweep.
Several bridge workers may run this on one database: the lease of a turn decides.
"""

import asyncio
import logging

from crm_bridge.chat import attempt, repository, turns
from crm_bridge.chat.attempt import Gateway
from crm_bridge.core.database import Database

log = logging.getLogger(__name__)


class TurnDispatch:
    """The turns of one bridge process."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._running = False
        database: Database = gateway.database
        database.on_touched(turns.TOPIC, self.wake)

    def wake(self, conversation_id: str) -> None:
        """Look after a conversation now; nothing before `run` and after its end."""
        if not self._running:
            return
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._serve(conversation_id), name=f"turns {conversation_id}")
        self._tasks[conversation_id] = task

    async def run(self) -> None:
        """Sweep until cancelled; then end the tries that run, giving their turns back."""
        self._running = True
        try:
            while True:
                await self._sweep()
                await asyncio.sleep(self._gateway.rhythm.sweep_seconds)
        finally:
            self._running = False
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until no conversation has a task (for tests and drills)."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _sweep(self) -> None:
        now = self._gateway.clock.now()
        try:
            async with self._gateway.database.quick(readonly=True) as quick:
                due = await repository.due_conversations(quick, now=now)
        except Exception:
            log.exception("the waiting turns could not be read; trying again")
            return
        for conversation_id in due:
            if conversation_id not in self._tasks:
                self.wake(conversation_id)

    async def _serve(self, conversation_id: str) -> None:
        try:
            await self._drain(conversation_id)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a turn of %s was not settled; the sweep finds it", conversation_id)
        finally:
            self._tasks.pop(conversation_id, None)
            self._again.discard(conversation_id)

    async def _drain(self, conversation_id: str) -> None:
        """Try turns until none may be tried now."""
        while True:
            self._again.discard(conversation_id)
            prepared = await attempt.prepare(self._gateway, conversation_id)
            if prepared is not None:
                outcome = await attempt.try_once(self._gateway, prepared)
                if outcome == "set_aside":
                    await self._let_pass(prepared)
                if outcome == "answered":
                    continue
            if conversation_id not in self._again:
                return

    async def _let_pass(self, stuck: attempt.Prepared) -> None:
        """Try the message after one that keeps failing; if that is answered, the bot is
        well and the fault lies in the first message, which is dropped."""
        claimed = stuck.claimed
        later = await attempt.prepare(self._gateway, claimed.conversation_id, beyond=claimed.number)
        if later is None:
            return
        if await attempt.try_once(self._gateway, later) in ("answered", "answered_all"):
            await attempt.drop(self._gateway, stuck)
