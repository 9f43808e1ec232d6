"""The sources that the settings name, put together; `app.py` calls `install`."""

import importlib
from datetime import timedelta

from fastapi import FastAPI

from crm_bridge.core.clock import Clock
from crm_bridge.core.egress import Answer, Egress
from crm_bridge.enrichment.asking import Asking
from crm_bridge.enrichment.port import Ask, Source
from crm_bridge.enrichment.registers import registers
from crm_bridge.settings import Enrichment

MOST_BYTES = 4 * 1024 * 1024
SECONDS = 10.0


def asks(egress: Egress) -> Ask:
    """The guarded way out, as registers and sellers are given it."""

    async def ask(url: str) -> Answer:
        headers = {"accept": "application/json"}
        return await egress.request(
            "GET", url, headers=headers, most_bytes=MOST_BYTES, seconds=SECONDS
        )

    return ask


def sources(settings: Enrichment, ask: Ask, clock: Clock) -> list[Source]:
    """The registers in the order they are named, then the sellers. Raises ImportError or
    AttributeError for a seller that is not there."""
    known = registers(ask, today=lambda: clock.now().date())
    found = [known[name] for name in settings.asked]
    for target in settings.bought:
        module, _, name = target.partition(":")
        found.append(getattr(importlib.import_module(module), name)(ask))
    return found


def install(app: FastAPI) -> None:
    """Needs the application's settings, database, clock, durable work and calendars."""
    state = app.state
    settings: Enrichment = state.settings.enrichment
    state.asking = Asking(
        state.database,
        state.clock,
        state.durable,
        sources=sources(settings, asks(state.calendars.egress), state.clock),
        again=timedelta(days=settings.again_days),
    )
