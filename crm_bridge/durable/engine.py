"""Durable work on DBOS, inside the bridge's process and its event loop.

DBOS is imported and started in the background once the bridge answers (it takes half a
second and 27 MB); works begun before that wait in the outbox, which tries again.
"""

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import TryLater
from crm_bridge.durable import store
from crm_bridge.durable.instance import Instance
from crm_bridge.durable.port import Data, Work
from crm_bridge.settings import Settings

log = logging.getLogger(__name__)

# Pinned: DBOS takes a hash of the code otherwise, and leaves works begun by other code be.
# Change the steps of a work only behind DBOS.patch, or give the work a new name.
VERSION: Final = "1"
QUEUE: Final = "works"
POLL_SECONDS: Final = 1.0  # a look costs 7 ms of CPU
THREADS: Final = 8
KEEP: Final = timedelta(days=30)
_DONE: Final = ["SUCCESS", "ERROR", "CANCELLED"]


class NotStarted(TryLater):
    """Durable work has not started yet, or could not."""

    code: ClassVar[str] = "durable_not_started"


class _DbosSteps:
    """`port.Steps` within a workflow of DBOS."""

    def __init__(self, engine: "DbosWork", dbos: Any) -> None:
        self._engine = engine
        self._dbos = dbos

    async def once(self, name: str, act: Callable[[], Awaitable[str]]) -> str:
        async def step() -> str:  # DBOS awaits what is plainly async alone
            return await act()

        done: str = await self._dbos.DBOS.run_step_async({"name": name}, step)
        return done

    async def pause(self, span: timedelta) -> None:
        await self._dbos.DBOS.sleep_async(span.total_seconds())

    async def begin(self, name: str, key: str, data: Data, *, line: str, at: datetime) -> None:
        await self._engine.begin(name, key, data, line=line, at=at)


class DbosWork:
    """`port.Durable` on DBOS. One a process: DBOS is a process-wide thing."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._works: dict[str, Work] = {}
        self._workflows: dict[str, Any] = {}
        self._dbos: Any = None
        self._instance: Instance | None = None
        self._problem = "is starting"

    def add(self, name: str, work: Work) -> None:
        """Make a work known, before the start."""
        self._works[name] = work

    async def run(self) -> None:
        """Start, stay until cancelled, and stop: for the bridge's background work."""
        try:
            await self.start()
            while True:
                await asyncio.sleep(KEEP.total_seconds() / 30)
                await self.forget_old()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Launch DBOS; the works that a former process left go on. A fault is logged and
        shown by /readyz."""
        try:
            dbos = await asyncio.to_thread(importlib.import_module, "dbos")
            self._instance = Instance(self._settings.var / "durable", self._settings.durable.name)
            dbos.DBOS(config=self._config(self._instance.name))
            for name, work in self._works.items():
                self._workflows[name] = self._workflow(dbos, name, work)
            dbos.DBOS.launch()
            await dbos.DBOS.register_queue_async(
                QUEUE, partition_concurrency=1, polling_interval_sec=POLL_SECONDS
            )
        except Exception as fault:
            self._problem = f"could not start: {type(fault).__name__}"
            log.exception("durable work could not start")
            raise
        self._dbos = dbos

    async def stop(self) -> None:
        """Stop taking works; those that run are left to the next process of this name."""
        dbos, self._dbos = self._dbos, None
        self._problem = "is stopped"
        if dbos is not None:
            await asyncio.to_thread(dbos.DBOS.destroy, destroy_registry=True)
        if self._instance is not None:
            self._instance.let_go()
            self._instance = None

    async def begin(
        self, name: str, key: str, data: Data, *, line: str, at: datetime | None = None
    ) -> None:
        """See `port.Durable`."""
        dbos = self._dbos
        if dbos is None:
            raise NotStarted(f"durable work {self._problem}")
        options: dict[str, Any] = {"queue_partition_key": line}
        if at is not None:
            wait = (at - self._clock.now()).total_seconds()
            options = {"queue_partition_key": key, "delay_seconds": max(wait, 0.001)}
        with dbos.SetWorkflowID(key), dbos.SetEnqueueOptions(**options):
            await dbos.DBOS.enqueue_workflow_async(QUEUE, self._workflows[name], dict(data))

    async def check(self) -> str:
        """For /readyz. Raises NotStarted."""
        if self._dbos is None:
            raise NotStarted(f"durable work {self._problem}")
        return "ok"

    async def forget_old(self) -> None:
        """Drop what is kept of works that ended a month ago."""
        before = (datetime.now().astimezone() - KEEP).isoformat()
        old = await self._dbos.DBOS.list_workflows_async(
            status=_DONE, completed_before=before, load_input=False, load_output=False, limit=10_000
        )
        await self._dbos.DBOS.delete_workflows_async([each.workflow_id for each in old])

    def _workflow(self, dbos: Any, name: str, work: Work) -> Any:
        async def run(data: dict[str, Any]) -> None:
            await work(_DbosSteps(self, dbos), data)

        return dbos.DBOS.workflow(name=name)(run)

    def _config(self, instance: str) -> dict[str, Any]:
        settings = self._settings
        url = store.url_of(settings.durable.database_url, settings.database, settings.var)
        config = {
            "name": "usher",
            "system_database_url": url,
            "application_version": VERSION,
            "executor_id": instance,
            "log_level": "WARNING",
            "sys_db_pool_size": 4,
            "max_executor_threads": THREADS,
            "notification_listener_polling_interval_sec": 5.0,  # nothing is sent by it
        }
        engine = store.engine_of(url)
        return {**config, "system_database_engine": engine} if engine else config
