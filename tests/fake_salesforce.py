"""Salesforce's REST API as its documentation tells it, in memory.

Collections of 200 at most with an error for each record inside a 200; upsert by a unique
external id; queries answered in parts (nextRecordsUrl); deleted records in queryAll; a
session that ended is a 401 INVALID_SESSION_ID, a day that is used up a 403
REQUEST_LIMIT_EXCEEDED; timestamps of whole seconds. A composite request of 25 at most, 5 of
them queries, counts as one; every answer tells what is used (Sforce-Limit-Info).
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fake_crm import EMAIL, FakeCrm, Row
from tests.soql import MalformedQuery, parsed

KEY = "Usher_Id__c"
FIELDS = {
    "Contact": ("FirstName", "LastName", "Email", "Phone", "Usher_Marketing__c", "AccountId"),
    "Account": ("Name", "Website"),
    "Opportunity": ("Name", "StageName", "Amount", "CloseDate", "AccountId", "ContactId"),
}
_REQUIRED = {
    "Contact": ("LastName",),
    "Account": ("Name",),
    "Opportunity": ("Name", "StageName", "CloseDate"),
}
_PREFIX = {"Contact": "003", "Account": "001", "Opportunity": "006"}


@dataclass
class FakeSalesforce(FakeCrm):
    """See `FakeCrm`. `part` is how many rows one answer of a query holds; `used` and
    `allowed` the requests of the day; `queries_fail` answers none of them."""

    part: int = 2000
    queries_fail: bool = False
    used: int = 18
    allowed: int = 100_000
    left: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        data = "/services/data/{version}"
        one = f"{data}/sobjects/{{object}}"
        return Starlette(
            middleware=[Middleware(_Usage, told=self)],
            routes=[
                Route("/services/oauth2/token", self.grant, methods=["POST"]),
                Route(f"{data}/composite", self.composite, methods=["POST"]),
                Route(f"{data}/composite/sobjects", self.update_many, methods=["PATCH"]),
                Route(
                    f"{data}/composite/sobjects/{{object}}/{{key}}",
                    self.upsert_many,
                    methods=["PATCH"],
                ),
                Route(f"{data}/query/{{locator}}", self.more),
                *(Route(f"{data}/{what}", self.query) for what in ("query", "queryAll", "query/")),
                Route(f"{one}/", self.create, methods=["POST"]),
                Route(f"{one}/{{key}}/{{value}}", self.upsert, methods=["PATCH"]),
                Route(f"{one}/{{id}}", self.one, methods=["GET", "PATCH", "DELETE"]),
            ],
        )

    def new_id(self, table: str) -> str:
        return f"{_PREFIX[table]}{self.number:012d}AAA"

    def stamp(self, at: datetime) -> datetime:
        return at.replace(microsecond=0)

    def cleaned(self, table: str, fields: dict[str, Any]) -> dict[str, Any]:
        kept = {name: None if value == "" else value for name, value in fields.items()}
        if kept.get("Email"):
            kept["Email"] = kept["Email"].lower()
        return kept

    def unsigned(self) -> Response:
        return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")

    def told_to_rest(self) -> Response:
        return _error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")

    async def grant(self, request: Request) -> Response:
        form = await request.form()
        if self.down:
            return Response(status_code=503)
        good = form.get("client_secret") == "secret" or form.get("assertion")
        good = good and (form["grant_type"] != "refresh_token" or form.get("refresh_token"))
        if not good or form.get("grant_type") is None:
            return JSONResponse({"error": "invalid_client"}, status_code=400)
        body = {"access_token": self.granted(), "token_type": "Bearer", "scope": "api"}
        return JSONResponse({**body, "instance_url": str(request.base_url).rstrip("/")})

    async def gate(self, request: Request) -> Response | None:
        self.used += 1
        return await super().gate(request)

    async def composite(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        asked = (await request.json())["compositeRequest"]
        if len(asked) > 25 or sum("/query" in one["url"] for one in asked) > 5:
            return _error(400, "LIMIT_EXCEEDED", "too many subrequests")
        answers = []
        for one in asked:
            url = urlsplit(one["url"])
            if one["method"] != "GET" or "/query" not in url.path:
                return _error(400, "INVALID_INPUT", "only queries are known here")
            said = self._queried(parse_qs(url.query)["q"][0], url.path)
            answers.append(
                {
                    "body": json.loads(bytes(said.body)),
                    "httpHeaders": {},
                    "httpStatusCode": said.status_code,
                    "referenceId": one["referenceId"],
                }
            )
        return JSONResponse({"compositeResponse": answers})

    async def query(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        return self._queried(request.query_params["q"], request.url.path)

    def _queried(self, question: str, path: str) -> Response:
        if self.queries_fail:
            return _error(400, "QUERY_TIMEOUT", "Your query request was running for too long.")
        try:
            asked = parsed(question)
        except MalformedQuery as fault:
            return _error(400, "MALFORMED_QUERY", str(fault))
        known = {"Id", "SystemModstamp", "IsDeleted", KEY, *FIELDS.get(asked.table, ())}
        for name in asked.asked:
            if name not in known:
                said = f"\nSELECT {name}\n ^\nERROR at Row:1:Column:8\nNo such column '{name}'"
                return _error(400, "INVALID_FIELD", said)
        is_all = path.endswith("queryAll")
        rows = [
            self._flat(row)
            for row in self.tables.get(asked.table, {}).values()
            if is_all or not row.deleted
        ]
        rows = [row for row in rows if asked.where(row)]
        for name in reversed(asked.order):
            rows.sort(key=lambda row: row[name])
        rows = rows[: asked.limit]
        base = path.rpartition("/query")[0]
        shown = [_shown(asked.table, row, asked.fields) for row in rows]
        return self._part(shown, len(shown), base)

    async def more(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        rows = self.left.pop(request.path_params["locator"], None)
        if rows is None:
            return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._part(rows, len(rows), request.url.path.rpartition("/query")[0])

    def _part(self, rows: list[dict[str, Any]], total: int, base: str) -> Response:
        body = {"totalSize": total, "done": len(rows) <= self.part, "records": rows[: self.part]}
        if not body["done"]:
            locator = f"01g{len(self.left):012d}-{self.asked}"
            self.left[locator] = rows[self.part :]
            body["nextRecordsUrl"] = f"{base}/query/{locator}"
        return JSONResponse(body)

    def _flat(self, row: Row) -> dict[str, Any]:
        stamps = {"Id": row.id, "SystemModstamp": row.modified, "IsDeleted": row.deleted}
        return {**row.fields, **stamps}

    async def upsert_many(self, request: Request) -> Response:
        table, key = request.path_params["object"], request.path_params["key"]
        return await self._many(request, lambda one: self._by_key(table, key, one.get(key)))

    async def update_many(self, request: Request) -> Response:
        return await self._many(request, lambda one: one.get("id") or "missing")

    async def _many(self, request: Request, target: Any) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        records = (await request.json())["records"]
        if len(records) > 200:
            return _error(400, "LIMIT_EXCEEDED", "record limit reached: 200")
        if len({one["attributes"]["type"] for one in records}) > 1 and "key" in request.path_params:
            return _error(400, "INVALID_INPUT", "only one type")
        for one in records:
            table = one["attributes"]["type"]
            known = {"attributes", "id", KEY, *FIELDS[table]}
            if strange := set(one) - known:
                said = f"No such column '{strange.pop()}' on sobject of type {table}"
                return _error(400, "INVALID_FIELD", said)
        return self.answered(
            JSONResponse(
                [self._save_one(one["attributes"]["type"], target(one), one) for one in records]
            )
        )

    def _by_key(self, table: str, key: str, value: Any) -> str | None:
        rows = self.table(table).values()
        return next((row.id for row in rows if row.fields.get(key) == value), None)

    def _save_one(self, table: str, record_id: str | None, one: dict[str, Any]) -> dict[str, Any]:
        values = {name: value for name, value in one.items() if name not in ("attributes", "id")}
        fault = self._fault(table, record_id, values)
        if fault is not None:
            said = {"statusCode": fault[0], "message": fault[1], "fields": []}
            return {"success": False, "errors": [said]}
        self.writes += 1
        row = self.save(table, record_id, values)
        return {"id": row.id, "success": True, "errors": [], "created": record_id is None}

    def _fault(
        self, table: str, record_id: str | None, values: dict[str, Any]
    ) -> tuple[str, str] | None:
        if record_id is not None and record_id not in self.table(table):
            deleted = record_id in self.tables.get(table, {})
            code = "ENTITY_IS_DELETED" if deleted else "INVALID_CROSS_REFERENCE_KEY"
            return code, code.lower().replace("_", " ")
        have = self.table(table)[record_id].fields if record_id else {}
        for name in _REQUIRED[table]:
            if not {**have, **values}.get(name):
                return "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]"
        email = values.get("Email")
        if email and not EMAIL.fullmatch(email):
            return "INVALID_EMAIL_ADDRESS", f"Email: invalid email address: {email}"
        other = self._by_key(table, KEY, values[KEY]) if values.get(KEY) else None
        if other not in (None, record_id):
            said = f"duplicate value found: {KEY} duplicates value on record with id: {other}"
            return "DUPLICATE_VALUE", said
        return None

    async def create(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        made = self._save_one(request.path_params["object"], None, await request.json())
        if not made["success"]:
            first = made["errors"][0]
            return _error(400, first["statusCode"], first["message"])
        return JSONResponse(made, status_code=201)

    async def upsert(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        table, key, value = (request.path_params[name] for name in ("object", "key", "value"))
        found = self._by_key(table, key, value)
        made = self._save_one(table, found, {key: value, **await request.json()})
        if not made["success"]:
            return _error(400, made["errors"][0]["statusCode"], made["errors"][0]["message"])
        return JSONResponse(made, status_code=200 if found else 201)

    async def one(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        table, record_id = request.path_params["object"], request.path_params["id"]
        if record_id not in self.table(table):
            return _error(404, "NOT_FOUND", "Provided external ID field does not exist")
        if request.method == "DELETE":
            self.delete(table, record_id)
            return Response(status_code=204)
        if request.method == "PATCH":
            self._save_one(table, record_id, await request.json())
            return Response(status_code=204)
        row = self._flat(self.table(table)[record_id])
        return JSONResponse(_shown(table, row, [*row, *FIELDS[table], KEY]))


class _Usage:
    """Every answer tells how much of the day is used."""

    def __init__(self, app: ASGIApp, told: FakeSalesforce) -> None:
        self.app, self.told = app, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                usage = f"api-usage={self.told.used}/{self.told.allowed}"
                MutableHeaders(scope=message)["Sforce-Limit-Info"] = usage
            await send(message)

        await self.app(scope, receive, telling)


def _shown(table: str, row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    url = f"/services/data/v62.0/sobjects/{table}/{row['Id']}"
    shown = {"attributes": {"type": table, "url": url}, **{name: row.get(name) for name in names}}
    if isinstance(shown.get("SystemModstamp"), datetime):
        at = shown["SystemModstamp"].astimezone(UTC)
        shown["SystemModstamp"] = at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return shown


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse([{"errorCode": code, "message": message}], status_code=status)
