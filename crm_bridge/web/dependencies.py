"""What endpoints ask for: the transaction of their request, the time, the settings.

A transaction is committed before the response is sent (scope="function"): whoever got
an answer can rely on it.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.reading() as session:
        yield session


async def _now(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.now()


Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
Now = Annotated[datetime, Depends(_now)]
