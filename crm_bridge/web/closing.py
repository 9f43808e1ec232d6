"""Tells long answers that the server is about to stop.

uvicorn first waits for open responses and only then ends the lifespan, so an event
stream that waits for the lifespan's end would hold the server for ever. The signal that
stops uvicorn is heard here first.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told_before_the_end(call: Callable[[], None]) -> Iterator[None]:
    """While the block runs, `call` runs in the event loop when the process is told to stop,
    beside what the signal did before. Outside the main thread nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {number: signal.getsignal(number) for number in SIGNALS}

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(call)
        previous = before[signal.Signals(number)]
        if callable(previous):
            previous(number, frame)

    # A signal that nobody handles ends the process by itself; it is left to do so.
    ours = [number for number in SIGNALS if callable(before[number])]
    for number in ours:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
