"""Durable work for a process; `app.py` calls `make`."""

from typing import Final

from crm_bridge.core.clock import Clock
from crm_bridge.durable.engine import DbosWork
from crm_bridge.durable.in_memory import MemoryWork
from crm_bridge.durable.port import Durable
from crm_bridge.settings import Settings

MEMORY: Final = "memory"


def make(settings: Settings, clock: Clock) -> Durable:
    """Connects nothing and starts nothing yet."""
    if settings.durable.database_url == MEMORY:
        return MemoryWork(clock)
    return DbosWork(settings, clock)
