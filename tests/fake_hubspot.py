"""HubSpot's objects API as its documentation tells it, in memory.

Batches of 100 at most; upsert by a unique property; a wrong value in a batch answers 207
with an error for that record; an address that another contact has refuses the whole batch
with 409 and the other's id; the search index lags; searches have a limit of their own and
never go beyond 10,000 rows; too many requests are answered 429 with Retry-After.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fake_crm import Breaking

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SEARCH_LIMIT = 10_000


@dataclass
class Row:
    """A record. `visible_at` is when the search index knows of its last change."""

    id: str
    fields: dict[str, str]
    modified: datetime
    created: datetime
    visible_at: float = 0.0

    def shown(self, names: list[str] | None) -> dict[str, Any]:
        stamps = {
            "lastmodifieddate": _iso(self.modified),
            "hs_lastmodifieddate": _iso(self.modified),
            "hs_object_id": self.id,
        }
        every = {**self.fields, **stamps}
        wanted = names or ["email", "firstname", "lastname", "lastmodifieddate", "hs_object_id"]
        return {
            "id": self.id,
            "properties": {name: every.get(name) for name in wanted if every.get(name) is not None},
            "createdAt": _iso(self.created),
            "updatedAt": _iso(self.modified),
            "archived": False,
        }


@dataclass
class FakeHubSpot(Breaking):
    """The server. `lag_seconds` is the search index's; `down` answers 503 to everything;
    `refusals` is how many requests are answered 429 from now on; `writes` counts writes."""

    lag_seconds: float = 0.0
    down: bool = False
    refusals: int = 0
    retry_after: str = "0"
    lose_answers: int = 0
    asked: int = 0
    writes: int = 0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    numbers: int = 100

    @property
    def app(self) -> Starlette:
        base = "/crm/{version:path}/{object}"
        return Starlette(
            routes=[
                Route(f"{base}/batch/{{what}}", self.batch, methods=["POST"]),
                Route(f"{base}/search", self.search, methods=["POST"]),
                Route(f"{base}/{{id:int}}", self.one, methods=["GET", "PATCH", "DELETE"]),
                Route(base, self.all, methods=["GET", "POST"]),
            ]
        )

    # What tests do beside the API

    def table(self, kind: str = "contacts") -> dict[str, Row]:
        return self.tables.setdefault(kind, {})

    def put(self, kind: str = "contacts", *, at: datetime | None = None, **properties: str) -> str:
        """A record that somebody made in HubSpot; its id."""
        return self._save(kind, None, properties, at=at).id

    def edit(self, kind: str, record_id: str, **properties: str) -> None:
        """Somebody changed a record in HubSpot."""
        self._save(kind, record_id, properties)

    def delete(self, kind: str, record_id: str) -> None:
        """Somebody deleted a record in HubSpot."""
        del self.tables[kind][record_id]

    def _save(
        self,
        kind: str,
        record_id: str | None,
        properties: dict[str, str],
        *,
        at: datetime | None = None,
    ) -> Row:
        # HubSpot keeps milliseconds
        now = at or self.now().replace(microsecond=self.now().microsecond // 1000 * 1000)
        row = self.table(kind).get(record_id or "")
        if row is None:
            self.numbers += 1
            row = Row(str(self.numbers), {}, now, now)
            self.table(kind)[row.id] = row
        cleaned = {name: str(value) for name, value in properties.items()}
        if "email" in cleaned:
            cleaned["email"] = cleaned["email"].lower()
        if any(row.fields.get(name, "") != value for name, value in cleaned.items()):
            row.modified = now
            row.visible_at = self.now().timestamp() + self.lag_seconds
        row.fields.update(cleaned)
        return row

    # The API

    async def _gate(self, request: Request) -> Response | None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.down:
            return _error(503, "SERVICE_UNAVAILABLE", "down")
        if request.headers.get("authorization") not in ("Bearer token", "Bearer t"):
            return _error(401, "INVALID_AUTHENTICATION", "no token")
        if self.refusals > 0:
            self.refusals -= 1
            return self.told_to_rest()
        return self.broken()

    def told_to_rest(self) -> Response:
        refused = _error(429, "RATE_LIMITS", "You have reached your ten_secondly_rolling limit.")
        refused.headers["retry-after"] = self.retry_after
        return refused

    def _answered(self, response: Response) -> Response:
        if self.lose_answers > 0:
            self.lose_answers -= 1
            return Response(status_code=502)
        return response

    async def batch(self, request: Request) -> Response:
        if (refused := await self._gate(request)) is not None:
            return refused
        body, kind = await request.json(), request.path_params["object"]
        what, inputs = request.path_params["what"], body["inputs"]
        if len(inputs) > 100:
            return _error(400, "VALIDATION_ERROR", "No more than 100 inputs")
        if what == "read":
            found = [self.table(kind).get(one["id"]) for one in inputs]
            missing = [one["id"] for one, row in zip(inputs, found, strict=True) if row is None]
            shown = [row.shown(body.get("properties")) for row in found if row is not None]
            errors = [_item_error("OBJECT_NOT_FOUND", "not there", ids=missing)] if missing else []
            return _batch(shown, errors)
        if what not in ("upsert", "update", "create"):
            return _error(405, "METHOD_NOT_ALLOWED", what)
        return self._answered(self._write(kind, what, inputs))

    def _write(self, kind: str, what: str, inputs: list[dict[str, Any]]) -> Response:
        results, errors = [], []
        targets = [self._target(kind, what, one) for one in inputs]
        for one, target in zip(inputs, targets, strict=True):
            taken = self._taken(kind, one["properties"], target)
            if taken is not None:
                said = f"Contact already exists. Existing ID: {taken}"
                return _error(409, "CONFLICT", said)
        for one, target in zip(inputs, targets, strict=True):
            trace = one.get("objectWriteTraceId")
            about = {"objectWriteTraceId": [trace]} if trace else {}
            if what == "update" and target is None:
                errors.append(
                    _item_error("OBJECT_NOT_FOUND", "not there", ids=[one["id"]], **about)
                )
                continue
            email = one["properties"].get("email")
            if email and not _EMAIL.fullmatch(email):
                said = f"Property values were not valid: Email address {email} is invalid"
                errors.append(_item_error("VALIDATION_ERROR", said, **about))
                continue
            is_new = target is None
            self.writes += 1
            row = self._save(kind, target, one["properties"])
            shown = {**row.shown(list(row.fields)), "new": is_new}
            results.append({**shown, **({"objectWriteTraceId": trace} if trace else {})})
        return _batch(results, errors)

    def _target(self, kind: str, what: str, one: dict[str, Any]) -> str | None:
        if what == "create":
            return None
        name = one.get("idProperty")
        if name is None:
            return one["id"] if one["id"] in self.table(kind) else None
        same = (row for row in self.table(kind).values() if row.fields.get(name) == one["id"])
        return next((row.id for row in same), None)

    def _taken(self, kind: str, properties: dict[str, str], target: str | None) -> str | None:
        email = properties.get("email", "").lower()
        if kind != "contacts" or not email:
            return None
        rows = self.table(kind).values()
        return next(
            (row.id for row in rows if row.fields.get("email") == email and row.id != target),
            None,
        )

    async def search(self, request: Request) -> Response:
        if (refused := await self._gate(request)) is not None:
            return refused
        body, kind = await request.json(), request.path_params["object"]
        limit, begin = body.get("limit", 10), int(body.get("after") or 0)
        if limit > 200 or len(body.get("sorts", ())) > 1 or begin + limit > _SEARCH_LIMIT:
            return _error(400, "VALIDATION_ERROR", "limit, sorts or after")
        now = self.now().timestamp()
        rows = [row for row in self.table(kind).values() if row.visible_at <= now]
        groups = body.get("filterGroups") or [{"filters": []}]
        rows = [
            row
            for row in rows
            if any(all(_fits(row, one) for one in group["filters"]) for group in groups)
        ]
        for one in body.get("sorts", ()):
            rows.sort(key=lambda row: _value(row, one["propertyName"]))
        page = rows[begin : begin + limit]
        answer: dict[str, Any] = {
            "total": len(rows),
            "results": [row.shown(body.get("properties")) for row in page],
        }
        if begin + limit < len(rows):
            answer["paging"] = {"next": {"after": str(begin + limit)}}
        return JSONResponse(answer)

    async def all(self, request: Request) -> Response:
        if (refused := await self._gate(request)) is not None:
            return refused
        kind = request.path_params["object"]
        if request.method == "POST":
            return self._create(kind, await request.json())
        limit, after = int(request.query_params.get("limit", 10)), request.query_params.get("after")
        names = request.query_params.get("properties")
        rows = sorted(self.table(kind).values(), key=lambda row: int(row.id))
        rows = [row for row in rows if after is None or int(row.id) >= int(after)]
        answer: dict[str, Any] = {
            "results": [row.shown(names.split(",") if names else None) for row in rows[:limit]]
        }
        if len(rows) > limit:
            answer["paging"] = {"next": {"after": rows[limit].id}}
        return JSONResponse(answer)

    def _create(self, kind: str, body: dict[str, Any]) -> Response:
        taken = self._taken(kind, body["properties"], None)
        if taken is not None:
            return _error(409, "CONFLICT", f"Contact already exists. Existing ID: {taken}")
        row = self._save(kind, None, body["properties"])
        return JSONResponse(row.shown(list(row.fields)), status_code=201)

    async def one(self, request: Request) -> Response:
        if (refused := await self._gate(request)) is not None:
            return refused
        kind, record_id = request.path_params["object"], str(request.path_params["id"])
        row = self.table(kind).get(record_id)
        if request.method == "DELETE":
            self.table(kind).pop(record_id, None)
            return Response(status_code=204)
        if row is None:
            return _error(404, "OBJECT_NOT_FOUND", "not there")
        if request.method == "PATCH":
            row = self._save(kind, record_id, (await request.json())["properties"])
        return JSONResponse(row.shown(None))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(row: Row, name: str) -> Any:
    if name in ("lastmodifieddate", "hs_lastmodifieddate"):
        return round(row.modified.timestamp() * 1000)
    return int(row.id) if name == "hs_object_id" else row.fields.get(name, "")


def _fits(row: Row, one: dict[str, str]) -> bool:
    value: Any = _value(row, one["propertyName"])
    wanted: Any = int(one["value"]) if isinstance(value, int) else one["value"]
    compare = {"EQ": value == wanted, "GT": value > wanted, "GTE": value >= wanted}
    return compare[one["operator"]]


def _error(status: int, category: str, message: str) -> JSONResponse:
    body = {"status": "error", "message": message, "correlationId": "c", "category": category}
    return JSONResponse(body, status_code=status)


def _item_error(category: str, message: str, **context: list[str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": category,
        "message": message,
        "context": context,
        "errors": [],
        "links": {},
    }


def _batch(results: list[Any], errors: list[Any]) -> Response:
    now = _iso(datetime.now(UTC))
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": now,
        "completedAt": now,
    }
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return JSONResponse(body, status_code=207 if errors else 200)
