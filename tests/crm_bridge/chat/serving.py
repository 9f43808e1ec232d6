"""An ASGI application on a real socket, in the event loop of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import uvicorn

from tests.postgresql import free_port


class Served:
    """A running server; `url` is where it answers."""

    def __init__(self, app: Any, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app, host="127.0.0.1", port=self.port, log_level="warning", ws="none",
            proxy_headers=False,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self.server.serve())
        while not self.server.started:
            if self._task.done():
                self._task.result()
                raise RuntimeError("the server ended at once")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End as on SIGTERM: open responses are waited for."""
        self.server.should_exit = True
        if self._task is not None:
            await self._task

    async def crash(self) -> None:
        """End without a goodbye: connections are cut, and nothing is finished."""
        self.server.force_exit = True
        for connection in list(self.server.server_state.connections):
            connection.transport.abort()  # type: ignore[union-attr]
        for task in list(self.server.server_state.tasks):
            task.cancel()
        await self.stop()


@asynccontextmanager
async def served(app: Any, port: int | None = None) -> AsyncIterator[Served]:
    server = Served(app, port)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
