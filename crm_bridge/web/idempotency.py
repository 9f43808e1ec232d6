"""A write sent twice with one Idempotency-Key is done once and answered alike.

The key, the fingerprint of the request and the answer are stored in the transaction of
the work itself: a failed request leaves no trace and may be tried again; of two at once
the second waits and gets the first's answer. The same key with another request is refused.

    @router.post("/things", status_code=201)
    async def add(new: NewThing, session: Transaction, now: Now, once: Once) -> ThingView:
        async def work() -> ThingView:
            return ThingView.of(await service.add(session, new, now=now))

        return await once.answer(session, ThingView, work)

Without the header the work is simply done.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, cast

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import String, Table, bindparam, delete, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Base, Database
from crm_bridge.core.errors import Invalid
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.prepared import Prepared

log = logging.getLogger(__name__)

KEPT = timedelta(days=2)
FORGET_EVERY_SECONDS = 3600.0
INTERNAL = "internal"


class StoredAnswer(Base):
    """The answer given to one key of one caller. `response` is JSON text."""

    __tablename__ = "idempotency_key"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    path: Mapped[str]
    response: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


_stored = cast("Table", StoredAnswer.__table__)
_KEEP: Final = Prepared(
    update(_stored)
    .where(_stored.c.caller == bindparam("by"), _stored.c.key == bindparam("of"))
    .values(response=bindparam("answer", type_=String))
)


class KeyReused(Invalid):
    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """The idempotency of one request; `key` is None when the client sent none."""

    caller: str
    key: str | None
    path: str
    request_sha256: str
    at: datetime

    async def answer[View: BaseModel](
        self, session: AsyncSession, view: type[View], work: Callable[[], Awaitable[View]]
    ) -> View:
        """Do `work` and keep its answer, or give the answer kept. Raises KeyReused."""
        if self.key is None:
            return await work()
        identity = {"caller": self.caller, "key": self.key}
        values = {
            **identity,
            "path": self.path,
            "request_sha256": self.request_sha256,
            "at": self.at,
        }
        fresh = await insert_unless_there(session, StoredAnswer, values)
        if not fresh:
            return self._repeat(await session.get_one(StoredAnswer, identity), view)
        given = await work()
        await _KEEP.run(
            session, {"by": self.caller, "of": self.key, "answer": given.model_dump_json()}
        )
        return given

    def _repeat[View: BaseModel](self, stored: StoredAnswer, view: type[View]) -> View:
        if stored.request_sha256 != self.request_sha256 or stored.response is None:
            raise KeyReused("this Idempotency-Key was used for another request")
        return view.model_validate_json(stored.response)


async def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(max_length=200, description="the same key again: done once, answered alike"),
    ] = None,
) -> OnceOnly:
    clock: Clock = request.app.state.clock
    return OnceOnly(
        caller=getattr(request.state, "caller", INTERNAL),
        key=idempotency_key or None,
        path=request.url.path,
        request_sha256=fingerprint(request.method, request.url.path, await request.body()),
        at=clock.now(),
    )


Once = Annotated[OnceOnly, Depends(_once)]


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same one: method, path, and the body's JSON whatever
    the order and spacing of its members."""
    with suppress(ValueError):
        body = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


async def forget_old(session: AsyncSession, *, now: datetime) -> None:
    """Drop answers older than `KEPT`."""
    await session.execute(delete(StoredAnswer).where(StoredAnswer.at < now - KEPT))


async def erase(session: AsyncSession, record_ids: Sequence[str]) -> None:
    """Drop every stored answer that names one of the records."""
    for record_id in record_ids:
        mentions = or_(
            StoredAnswer.path.contains(record_id, autoescape=True),
            StoredAnswer.response.contains(record_id, autoescape=True),
        )
        await session.execute(delete(StoredAnswer).where(mentions))


class Forgetter:
    """Drops old answers for as long as the process lives."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Once an hour; a database that is away is tried again the next time."""
        while True:
            try:
                async with self._database.transaction() as session:
                    await forget_old(session, now=self._clock.now())
            except SQLAlchemyError as fault:
                log.warning("old answers were not dropped: %s", type(fault).__name__)
            await asyncio.sleep(FORGET_EVERY_SECONDS)
