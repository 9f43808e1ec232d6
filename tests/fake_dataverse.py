"""Dataverse's Web API as its documentation tells it, in memory.

Upsert by an alternate key; If-Match; change tracking by links that carry a version number
and end after a while; answers in pages (@odata.nextLink); service protection is a 429 with
Retry-After; errors are `{"error": {"code", "message"}}`.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fake_crm import EMAIL, FakeCrm, Row

_COMMON = ("usher_id", "modifiedon", "statecode")
COLUMNS = {
    "contacts": ("firstname", "lastname", "emailaddress1", "telephone1", "usher_marketing"),
    "accounts": ("name", "websiteurl"),
    "opportunities": ("name", "estimatedvalue", "estimatedclosedate", "usher_stage"),
}
IDS = {"contacts": "contactid", "accounts": "accountid", "opportunities": "opportunityid"}
_ONE = re.compile(r"(?P<set>\w+)\((?P<key>.+)\)")
_KEY = re.compile(r"(?P<column>\w+)='(?P<value>.*)'")
_IN = "Microsoft.Dynamics.CRM.In(PropertyName=@column,PropertyValues=@values)"


class Wrong(Exception):
    """An error: its HTTP status, its code."""

    def __init__(self, status: int, code: str, said: str) -> None:
        super().__init__(said)
        self.status, self.code = status, code


@dataclass
class FakeDataverse(FakeCrm):
    """See `FakeCrm`. Links from before `oldest` have expired."""

    oldest: int = 0

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/{tenant}/oauth2/v2.0/token", self.grant, methods=["POST"]),
                Route(
                    "/api/data/v9.2/{rest:path}",
                    self.call,
                    methods=["GET", "POST", "PATCH", "DELETE"],
                ),
            ]
        )

    def new_id(self, table: str) -> str:
        return f"{self.number:08x}-0000-4000-8000-{self.number:012x}"

    def stamp(self, at: datetime) -> datetime:
        return at.replace(microsecond=0)

    def cleaned(self, table: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: None if value == "" else value for name, value in fields.items()}

    def unsigned(self) -> Response:
        return Response(status_code=401)

    def told_to_rest(self) -> Response:
        said = "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
        answer = _error(Wrong(429, "0x80072322", said))
        answer.headers["retry-after"] = "7"
        return answer

    async def grant(self, request: Request) -> Response:
        form = await request.form()
        if self.down:
            return Response(status_code=503)
        asked = str(form.get("scope", ""))
        if form.get("client_secret") != "secret" or not asked.endswith("/.default"):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        return JSONResponse({"access_token": self.granted(), "token_type": "Bearer"})

    async def call(self, request: Request) -> Response:
        if (refused := await self.gate(request)) is not None:
            return refused
        rest = unquote(request.path_params["rest"])
        base = str(request.base_url) + "api/data/v9.2/"
        try:
            if rest.startswith("EntityDefinitions"):
                return JSONResponse({"value": _definitions(rest)})
            one = _ONE.fullmatch(rest)
            if one is not None:
                return await self._one(request, one["set"], one["key"])
            if request.method == "POST":
                row = self._saved(rest, None, await request.json())
                return Response(
                    status_code=204, headers={"OData-EntityId": f"{base}{rest}({row.id})"}
                )
            return self._list(request, rest, base)
        except Wrong as fault:
            return _error(fault)

    # Lists and changes

    def _list(self, request: Request, entity_set: str, base: str) -> Response:
        params, prefer = dict(request.query_params), request.headers.get("prefer", "")
        names = params["$select"].split(",") if "$select" in params else None
        _known(entity_set, names or ())
        asked = re.search(r"odata\.maxpagesize=(\d+)", prefer)
        size = int(asked[1]) if asked else 5000
        tracked = "odata.track-changes" in prefer
        if tracked and {"$filter", "$orderby", "$top"} & set(params):
            raise Wrong(400, "0x80060888", "not supported with change tracking")
        # a place: the last version read, the version at the pass's begin, the version before it
        place = params.get("$skiptoken") or params.get("$deltatoken") or f"0!{self.number}!0"
        last, end, since = (int(part) for part in place.split("!"))
        if "$deltatoken" in params:
            last, end, since = end, self.number, end
        if tracked and 0 < since < self.oldest:
            raise Wrong(410, "0x80060889", "The delta token has expired")
        rows = sorted(self.tables.get(entity_set, {}).values(), key=lambda row: row.number)
        # what changes while a pass goes by has a later version: it comes with the next one
        rows = [row for row in rows if last < row.number <= end]
        rows = [row for row in rows if not row.deleted or (tracked and since)]
        rows = [row for row in rows if _fits(entity_set, row, params)]
        if "$top" in params:
            rows = rows[: int(params["$top"])]
        page = rows[:size]
        body: dict[str, Any] = {"@odata.context": f"{base}$metadata#{entity_set}"}
        body["value"] = [_shown(entity_set, row, names, base) for row in page]
        kept = {name: value for name, value in params.items() if "token" not in name}
        if len(rows) > size:
            token = {"$skiptoken": f"{page[-1].number}!{end}!{since}"}
            body["@odata.nextLink"] = f"{base}{entity_set}?{urlencode(kept | token)}"
        elif tracked:
            token = {"$deltatoken": f"{end}!{end}!{since}"}
            body["@odata.deltaLink"] = f"{base}{entity_set}?{urlencode(kept | token)}"
        return JSONResponse(body)

    # One record

    async def _one(self, request: Request, entity_set: str, key: str) -> Response:
        named = _KEY.fullmatch(key)
        row = self._found(entity_set, key, named)
        if request.method == "GET":
            if row is None:
                raise Wrong(404, "0x80040217", "does not exist")
            return JSONResponse(_shown(entity_set, row, None, str(request.base_url)))
        if request.method == "DELETE":
            if row is None:
                raise Wrong(404, "0x80040217", "does not exist")
            self.delete(entity_set, row.id)
            return Response(status_code=204)
        match = request.headers.get("if-match")
        if row is None and (match is not None or named is None):
            raise Wrong(404, "0x80040217", f"{entity_set} With Id = {key} Does Not Exist")
        if row is not None and match not in (None, "*", _etag(row)):
            said = "The version of the existing record doesn't match the RowVersion property"
            raise Wrong(412, "0x80060882", said)
        is_new = row is None
        body = await request.json()
        if named is not None:
            body = {named["column"]: named["value"].replace("''", "'"), **body}
        row = self._saved(entity_set, row.id if row else None, body)
        if "return=representation" not in request.headers.get("prefer", ""):
            return self.answered(Response(status_code=204))
        names = request.query_params.get("$select", "").split(",")
        shown = _shown(entity_set, row, names, str(request.base_url))
        return self.answered(JSONResponse(shown, status_code=201 if is_new else 200))

    def _found(self, entity_set: str, key: str, named: re.Match[str] | None) -> Row | None:
        rows = self.table(entity_set)
        if named is None:
            return rows.get(key)
        column, value = named["column"], named["value"].replace("''", "'")
        return next((row for row in rows.values() if row.fields.get(column) == value), None)

    def _saved(self, entity_set: str, record_id: str | None, body: dict[str, Any]) -> Row:
        _known(entity_set, body)
        email = body.get("emailaddress1")
        if email and not EMAIL.fullmatch(email):
            raise Wrong(400, "0x80048d19", f"Invalid e-mail address {email}")
        key = body.get("usher_id")
        other = self._found(entity_set, "", _KEY.fullmatch(f"usher_id='{key}'")) if key else None
        if other is not None and other.id != record_id:
            said = "A record that has the attribute values Usher Id already exists."
            raise Wrong(412, "0x80060892", said)
        self.writes += 1
        return self.save(entity_set, record_id, body)


def _known(entity_set: str, names: Any) -> None:
    known = {IDS[entity_set], *_COMMON, *COLUMNS[entity_set]}
    for name in names:
        if name not in known:
            said = f"Could not find a property named '{name}' on type"
            raise Wrong(400, "0x80060888", f"{said} 'Microsoft.Dynamics.CRM.{entity_set[:-1]}'.")


def _etag(row: Row) -> str:
    return f'W/"{row.number}"'


def _shown(entity_set: str, row: Row, names: list[str] | None, base: str) -> dict[str, Any]:
    if row.deleted:
        context = f"{base}$metadata#{entity_set}/$deletedEntity"
        return {"@odata.context": context, "id": row.id, "reason": "deleted"}
    _known(entity_set, names or ())
    every = {
        "statecode": 0,
        **row.fields,
        IDS[entity_set]: row.id,
        "modifiedon": row.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    wanted = names if names is not None else list(every)
    return {"@odata.etag": _etag(row), **{name: every.get(name) for name in wanted}}


def _fits(entity_set: str, row: Row, params: dict[str, str]) -> bool:
    for part in params.get("$filter", "").split(" and "):
        if part == _IN:
            column = params["@column"].strip("'")
            have = row.id if column == IDS[entity_set] else row.fields.get(column)
            values = [one.lower() for one in json.loads(params["@values"])]
            if have is None or str(have).lower() not in values:
                return False
        elif part:
            column, _, value = part.partition(" eq ")
            _known(entity_set, [column])
            wanted = None if value == "null" else value.strip("'")
            if row.fields.get(column) != wanted:
                return False
    return True


def _definitions(rest: str) -> list[dict[str, Any]]:
    if "/" in rest:
        return []  # no choice columns
    return [
        {"LogicalName": "contact", "EntitySetName": "contacts", "PrimaryIdAttribute": "contactid"}
    ]


def _error(fault: Wrong) -> JSONResponse:
    body = {"error": {"code": fault.code, "message": str(fault)}}
    return JSONResponse(body, status_code=fault.status)
