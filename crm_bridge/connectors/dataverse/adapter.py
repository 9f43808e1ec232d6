"""Dataverse's contacts, accounts and opportunities (Dynamics 365) by its Web API.

Records are made by upsert under our id as an alternate key, and written only if they are as
they were read (If-Match). Changes come by change tracking: Dataverse hands out a link and
tells by it what happened since, in no order of time, and with what was deleted.
Source: https://learn.microsoft.com/en-us/power-apps/developer/data-platform/webapi/
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, ClassVar, Final

import httpx

from crm_bridge.connectors import addresses
from crm_bridge.connectors.dataverse import odata
from crm_bridge.connectors.errors import CrmMisunderstood
from crm_bridge.connectors.port import (
    ChangePage,
    EveryPage,
    OutsideRecord,
    Position,
    Write,
    WriteFault,
    Written,
)
from crm_bridge.connectors.rest import RestCrm
from crm_bridge.connectors.transport import body_of

_EVERY: Final = 500
_IN_QUESTION: Final = 100
_MODIFIED: Final = "modifiedon"
_STATE: Final = "statecode"
_CHANGED: Final = "0x80060882"  # If-Match met another version
_DUPLICATE: Final = ("0x80060892", "0x80040237")  # an alternate key or a unique column is taken
_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REPRESENTED: Final = {"Prefer": "return=representation"}


class DataverseCrm(RestCrm):
    """See `Crm`. `path` is where the API is: /api/data/v9.2."""

    can_read: ClassVar[bool] = True

    def streams(self, kind: str) -> Sequence[str]:
        """See `Crm`."""
        return ("tracked",)

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`. A link that has expired (a week or more without a look) begins anew."""
        prefer = {"Prefer": f"odata.track-changes,odata.maxpagesize={limit}"}
        link = after.token if after is not None else None
        if link is None:
            answer = await self._get(self._set(kind), params=self._columns(kind), headers=prefer)
        else:
            answer = await self._transport.ask("GET", link, headers=prefer)
            if answer.status_code in (400, 404, 410):
                return await self.changes(kind, stream, after=None, limit=limit)
        body = _good(answer)
        more = odata.NEXT in body
        last = Position(_NO_TIME, "", odata.local(body[odata.NEXT if more else odata.DELTA]))
        return ChangePage([self._record(kind, row) for row in body["value"]], last, more=more)

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        found: dict[str, OutsideRecord] = {}
        for some in batched(ids, _IN_QUESTION):
            question = odata.among(odata.id_column(self._rules[kind].object), some)
            answer = await self._get(self._set(kind), params={**self._columns(kind), **question})
            found |= {one.id: one for one in self._records(kind, _good(answer))}
        return found

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`."""
        prefer = {"Prefer": f"odata.maxpagesize={_EVERY}"}
        if after is None:
            answer = await self._get(self._set(kind), params=self._columns(kind), headers=prefer)
        else:
            answer = await self._transport.ask("GET", after, headers=prefer)
        body = _good(answer)
        link = body.get(odata.NEXT)
        return EveryPage(self._records(kind, body), odata.local(link) if link else None)

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`. One request a record: one that is refused holds up no other."""
        known = await self._same_address(kind, writes)
        return [
            Written(one.key, fault=WriteFault("taken", "has this address", known[one.key]))
            if one.key in known
            else await self._write(kind, one)
            for one in writes
        ]

    async def _same_address(self, kind: str, writes: Sequence[Write]) -> dict[str, str]:
        """Our id -> the record that has the address already, and not under our id."""
        rule = self._rules[kind]
        field, wanted = addresses.of_new(rule, writes)
        column, found = odata.id_column(rule.object), dict[str, str]()
        for some in batched(sorted(wanted), _IN_QUESTION):
            question = odata.among(field, some, also=f"{rule.key} eq null")
            params = {**odata.selected([column, field]), **question}
            for row in _good(await self._get(self._set(kind), params=params))["value"]:
                key = wanted.get(str(row[field]).lower())
                if key is not None:
                    found.setdefault(key, str(row[column]))
        return found

    async def _write(self, kind: str, write: Write) -> Written:
        rule = self._rules[kind]
        column = odata.id_column(rule.object)
        if write.id is None:
            path, headers = odata.by_key(rule.object, rule.key, write.key), {}
            body = dict(write.fields)
        else:
            path = odata.by_id(rule.object, write.id)
            headers = {"If-Match": write.version or "*"}  # never make it anew
            body = {**write.fields, rule.key: write.key}
        answer = await self._transport.ask(
            "PATCH",
            f"{self._path}/{path}",
            json=body,
            params=odata.selected([column]),
            headers={**_REPRESENTED, **headers},
            # a repeated write that was done meets a new version: it is then read again
            idempotent=True,
        )
        if answer.status_code < 300:
            made = body_of(answer)
            return Written(write.key, str(made[column]), made.get(odata.ETAG))
        return Written(write.key, fault=await self._fault(kind, write, answer))

    async def _fault(self, kind: str, write: Write, answer: httpx.Response) -> WriteFault:
        code, said = odata.error_of(_json(answer), answer.status_code)
        if answer.status_code == 404:
            return WriteFault("gone", said)
        if code in _DUPLICATE:
            rule = self._rules[kind]
            question = odata.among(rule.key, [write.key])
            answer = await self._get(self._set(kind), params={**self._columns(kind), **question})
            other = self._records(kind, _good(answer))
            return WriteFault("taken", said, other[0].id) if other else WriteFault("refused", said)
        if answer.status_code == 412 or code == _CHANGED:
            return WriteFault("changed", said)
        return WriteFault("refused", said)

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`."""
        path = f"{self._path}/{odata.by_id(self._rules[kind].object, external_id)}"
        answer = await self._transport.ask("DELETE", path, idempotent=True)
        if answer.status_code not in (204, 404):
            raise CrmMisunderstood(odata.error_of(_json(answer), answer.status_code)[1])

    async def check(self) -> str:
        """See `Crm`. Asks for every column of the mapping: one that is not there is named."""
        for kind in self._rules:
            _good(await self._get(self._set(kind), params={**self._columns(kind), "$top": "1"}))
        return f"Dataverse answers, and shows {', '.join(self._rules)}"

    async def _get(
        self, path: str, *, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return await self._transport.ask("GET", path, params=params, headers=headers)

    def _set(self, kind: str) -> str:
        return f"{self._path}/{self._rules[kind].object}"

    def _columns(self, kind: str) -> dict[str, str]:
        rule = self._rules[kind]
        own = [odata.id_column(rule.object), rule.key, _MODIFIED, _STATE]
        return odata.selected([*own, *rule.outside_names])

    def _records(self, kind: str, body: Mapping[str, Any]) -> list[OutsideRecord]:
        return [self._record(kind, row) for row in body["value"]]

    def _record(self, kind: str, row: Mapping[str, Any]) -> OutsideRecord:
        rule = self._rules[kind]
        if odata.is_deleted(row):
            return OutsideRecord(str(row["id"]), {}, _NO_TIME, deleted=True)
        return OutsideRecord(
            id=str(row[odata.id_column(rule.object)]),
            key=row.get(rule.key) or None,
            fields={name: row.get(name) for name in rule.outside_names},
            modified=datetime.fromisoformat(row[_MODIFIED]).astimezone(UTC),
            version=row.get(odata.ETAG),
            # a deal that was won or lost is not active, and is none the less there
            deleted=kind != "deals" and row.get(_STATE) == 1,
        )


def _json(answer: httpx.Response) -> Any:
    return body_of(answer) if "json" in answer.headers.get("content-type", "") else None


def _good(answer: httpx.Response) -> Any:
    """The body of an answer that is one. Raises CrmMisunderstood in Dataverse's words."""
    if answer.status_code >= 300:
        raise CrmMisunderstood(odata.error_of(_json(answer), answer.status_code)[1])
    return body_of(answer)
