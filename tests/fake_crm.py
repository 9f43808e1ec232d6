"""What the fakes of CRMs have in common: tables in memory, and ways to be in trouble."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONG_AGO = datetime(2026, 3, 11, 9, 0, tzinfo=UTC) - timedelta(days=30)


@dataclass
class Row:
    """A record; `number` counts its changes."""

    id: str
    fields: dict[str, Any]
    modified: datetime
    number: int
    deleted: bool = False


@dataclass
class Breaking(ABC):
    """A server that is in trouble after `good_for` more requests (None: never): each is then
    answered by `trouble`, "refused" (429), "fault" (500) or "cut" (the connection ends amid
    the answer)."""

    good_for: int | None = None
    trouble: str = "fault"

    @abstractmethod
    def told_to_rest(self) -> Response:
        """How the CRM says that it is asked too much."""

    def broken(self) -> Response | None:
        """The answer to the next request, where there is trouble."""
        if self.good_for is None:
            return None
        self.good_for -= 1
        if self.good_for >= 0:
            return None
        if self.trouble == "refused":
            return self.told_to_rest()
        if self.trouble == "fault":
            return Response("fault", status_code=500)
        # less than was announced: the server has to end the connection
        return Response("{", headers={"content-length": "1000"})


@dataclass
class FakeCrm(Breaking):
    """The server. `down` answers 503 to everything; `refusals` is how many requests are told
    to rest from now on; `slow_seconds` how long each takes; `lose_answers` how many writes are done and not answered; `asked`
    counts requests, `writes` records written, `sign_ins` tokens given."""

    down: bool = False
    refusals: int = 0
    slow_seconds: float = 0.0
    lose_answers: int = 0
    asked: int = 0
    writes: int = 0
    sign_ins: int = 0
    number: int = 100
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    token: str = ""

    # What tests do beside the API

    def table(self, name: str) -> dict[str, Row]:
        """The records of a table that are not deleted."""
        return {i: row for i, row in self.tables.get(name, {}).items() if not row.deleted}

    def put(self, table: str, *, at: datetime | None = None, **fields: Any) -> str:
        """A record that somebody made there; its id."""
        return self.save(table, None, fields, at=at).id

    def edit(self, table: str, record_id: str, **fields: Any) -> None:
        """Somebody changed a record there."""
        self.save(table, record_id, fields)

    def delete(self, table: str, record_id: str) -> None:
        """Somebody deleted a record there."""
        row = self.tables[table][record_id]
        self.number += 1
        row.deleted, row.modified, row.number = True, self.stamp(self.now()), self.number

    def expire(self) -> None:
        """The token that is in force ends."""
        self.token = "ended"

    # What a fake says of itself

    @abstractmethod
    def new_id(self, table: str) -> str:
        """The id of the next record."""

    def stamp(self, at: datetime) -> datetime:
        """An instant as finely as the CRM keeps it."""
        return at

    def cleaned(self, table: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Values as the CRM keeps them."""
        return fields

    # The records

    def save(
        self,
        table: str,
        record_id: str | None,
        fields: dict[str, Any],
        *,
        at: datetime | None = None,
    ) -> Row:
        """Make or change a record; what changes nothing leaves its timestamp."""
        now = at or self.stamp(self.now())
        row = self.tables.setdefault(table, {}).get(record_id or "")
        self.number += 1
        if row is None:
            row = Row(self.new_id(table), {}, now, self.number)
            self.tables[table][row.id] = row
        cleaned = self.cleaned(table, dict(fields))
        if any(row.fields.get(name) != value for name, value in cleaned.items()):
            row.modified, row.number = now, self.number
        row.fields.update(cleaned)
        return row

    def granted(self) -> str:
        """A new token; the one before is no longer good."""
        self.sign_ins += 1
        self.token = f"token-{self.sign_ins}"
        return self.token

    def is_signed(self, request: Request) -> bool:
        """Whether a request shows the token in force."""
        return request.headers.get("authorization") == f"Bearer {self.token}" and bool(self.token)

    async def gate(self, request: Request) -> Response | None:
        """The answer to a request that is not let in."""
        self.asked += 1
        await asyncio.sleep(self.slow_seconds)
        if self.down:
            return Response("down", status_code=503)
        if not self.is_signed(request):
            return self.unsigned()
        if self.refusals > 0:
            self.refusals -= 1
            return self.told_to_rest()
        return self.broken()

    @abstractmethod
    def unsigned(self) -> Response:
        """How the CRM says that a token is no good."""

    def answered(self, response: Response) -> Response:
        """The answer to a write that was done, or its loss."""
        if self.lose_answers > 0:
            self.lose_answers -= 1
            return Response(status_code=502)
        return response
