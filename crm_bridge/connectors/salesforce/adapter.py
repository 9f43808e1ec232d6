"""Salesforce's contacts, accounts and opportunities by its REST API.

Records are made by upsert under our id (an external id field that is unique). SOQL asks the
tables themselves, which do not lag, so that somebody whose address is there already is
found before a second record is made. Changes and deletions come in one stream (queryAll).
Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
"""

import re
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from itertools import batched
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

import httpx

from crm_bridge.connectors import addresses
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
from crm_bridge.connectors.salesforce import allowance, soql
from crm_bridge.connectors.ties import place
from crm_bridge.connectors.transport import body_of

MOST_AT_ONCE: Final = 200  # records of one request of the collections API
MOST_IN_PAGE: Final = 2000
MOST_QUERIES: Final = 5  # of one composite request
REST_SECONDS: Final = 300.0  # the day's requests are counted over 24 rolling hours
_ID: Final = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_RECORD: Final = re.compile(r"record with id: ([A-Za-z0-9]{15,18})")
_GONE: Final = {"ENTITY_IS_DELETED", "NOT_FOUND"}
_AGAIN: Final = {"UNABLE_TO_LOCK_ROW", "INVALID_CROSS_REFERENCE_KEY"}  # a fresh look decides


def rest_seconds(answer: httpx.Response) -> float | None:
    """Salesforce says 403 when the day's requests are used up."""
    if answer.status_code != 403 or b"REQUEST_LIMIT_EXCEEDED" not in answer.content:
        return None
    return REST_SECONDS


class SalesforceCrm(RestCrm):
    """See `Crm`. `path` is where the API is: /services/data/v62.0."""

    can_read: ClassVar[bool] = True
    scarcity: float = 1.0

    async def changed(self, places: Mapping[str, Position | None]) -> Set[str]:
        """See `MeteredCrm`. A query for each kind in one composite request, which counts as one;
        a kind whose query fails is read, and its fault found there."""
        path = f"{self._path}/composite"
        queries = [
            {
                "method": "GET",
                "referenceId": kind,
                "url": f"{self._path}/queryAll?q={quote(self._anything_after(kind, place))}",
            }
            for kind, place in places.items()
        ]
        unchanged: set[str] = set()
        for some in batched(queries, MOST_QUERIES):
            answer = await self._ask(
                "POST", path, json={"compositeRequest": list(some)}, idempotent=True
            )
            body = body_of(answer)
            if answer.status_code >= 300:
                raise CrmMisunderstood(_said(body, answer.status_code))
            unchanged |= {
                one["referenceId"]
                for one in body["compositeResponse"]
                if one["httpStatusCode"] == 200 and not one["body"]["records"]
            }
        return places.keys() - unchanged

    def _anything_after(self, kind: str, place: Position | None) -> str:
        return soql.select(["Id"], self._rules[kind].object, where=soql.after(place), limit=1)

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        answer = await self._transport.ask(method, path, **how)
        self.scarcity = allowance.scarcity(answer.headers.get(allowance.HEADER))
        return answer

    def streams(self, kind: str) -> Sequence[str]:
        """See `Crm`."""
        return ("modified",)

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`. The recycle bin too: what lies there was deleted."""
        found = await self._select(
            kind,
            where=soql.after(after),
            order=f"{soql.MODIFIED}, Id",
            limit=limit,
            even_deleted=True,
        )
        return ChangePage(found, place(found[-1]) if found else None, more=len(found) == limit)

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        known = [one for one in ids if _ID.fullmatch(one)]
        found: dict[str, OutsideRecord] = {}
        for some in batched(known, MOST_AT_ONCE):
            rows = await self._select(kind, where=soql.among("Id", some))
            found |= {row.id: row for row in rows}
        return found

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`."""
        where = f"Id > {soql.text(after)}" if after else ""
        found = await self._select(kind, where=where, order="Id", limit=MOST_IN_PAGE)
        return EveryPage(found, found[-1].id if len(found) == MOST_IN_PAGE else None)

    async def _select(
        self,
        kind: str,
        *,
        where: str,
        order: str = "",
        limit: int | None = None,
        even_deleted: bool = False,
    ) -> list[OutsideRecord]:
        rule = self._rules[kind]
        fields = ["Id", soql.MODIFIED, "IsDeleted", rule.key, *rule.outside_names]
        query = soql.select(
            list(dict.fromkeys(fields)), rule.object, where=where, order=order, limit=limit
        )
        rows = await self._rows(query, even_deleted=even_deleted)
        return [self._record(kind, row) for row in rows]

    async def _rows(self, query: str, *, even_deleted: bool = False) -> list[dict[str, Any]]:
        """All rows of a query: Salesforce cuts wide ones into smaller answers as it likes."""
        path, params = f"{self._path}/{'queryAll' if even_deleted else 'query'}", {"q": query}
        rows: list[dict[str, Any]] = []
        while True:
            answer = await self._ask("GET", path, params=params)
            body = body_of(answer)
            if answer.status_code >= 300:
                raise CrmMisunderstood(_said(body, answer.status_code))
            rows += body["records"]
            if body["done"]:
                return rows
            path, params = urlsplit(body["nextRecordsUrl"]).path, {}

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`."""
        known = await self._same_address(kind, writes)
        done = {
            key: Written(key, fault=WriteFault("taken", "has this address", external_id))
            for key, external_id in known.items()
        }
        for is_new in (True, False):
            left = [w for w in writes if (w.id is None) == is_new and w.key not in done]
            for some in batched(left, MOST_AT_ONCE):
                done |= await self._write(kind, some, is_new=is_new)
        return [done[one.key] for one in writes]

    async def _same_address(self, kind: str, writes: Sequence[Write]) -> dict[str, str]:
        """Our id -> the record that has the address already, and not under our id."""
        rule = self._rules[kind]
        field, wanted = addresses.of_new(rule, writes)
        found: dict[str, str] = {}
        for some in batched(sorted(wanted), 100):  # a query has its longest length
            query = soql.select(
                ["Id", field], rule.object, where=f"{rule.key} = null AND {soql.among(field, some)}"
            )
            for row in await self._rows(query):
                found.setdefault(wanted.get(str(row[field]).lower(), ""), str(row["Id"]))
        found.pop("", None)
        return found

    async def _write(
        self, kind: str, writes: Sequence[Write], *, is_new: bool
    ) -> dict[str, Written]:
        """Write a batch; one that is refused as a whole, each by itself."""
        rule = self._rules[kind]
        path = f"{self._path}/composite/sobjects"
        records = [
            {
                "attributes": {"type": rule.object},
                **one.fields,
                rule.key: one.key,  # adopted records get our id with the first write
                **({} if is_new else {"id": one.id}),
            }
            for one in writes
        ]
        answer = await self._ask(
            "PATCH",
            f"{path}/{rule.object}/{rule.key}" if is_new else path,
            json={"allOrNone": False, "records": records},
            idempotent=True,
        )
        body = body_of(answer)
        if answer.status_code < 300 and isinstance(body, list) and len(body) == len(writes):
            return {one.key: _written(one, row) for one, row in zip(writes, body, strict=True)}
        if len(writes) == 1:
            fault = WriteFault("refused", _said(body, answer.status_code))
            return {writes[0].key: Written(writes[0].key, fault=fault)}
        done: dict[str, Written] = {}
        for one in writes:
            done |= await self._write(kind, [one], is_new=is_new)
        return done

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`."""
        path = f"{self._path}/sobjects/{self._rules[kind].object}/{external_id}"
        answer = await self._ask("DELETE", path, idempotent=True)
        if answer.status_code not in (204, 404):
            raise CrmMisunderstood(_said(body_of(answer), answer.status_code))

    async def check(self) -> str:
        """See `Crm`. Asks for every field of the mapping: one that is not there is named."""
        for kind in self._rules:
            await self._select(kind, where="", limit=1)
        return f"Salesforce answers, and shows {', '.join(self._rules)}"

    def _record(self, kind: str, row: Mapping[str, Any]) -> OutsideRecord:
        rule = self._rules[kind]
        return OutsideRecord(
            id=str(row["Id"]),
            key=row.get(rule.key) or None,
            fields={name: row.get(name) for name in rule.outside_names},
            modified=datetime.fromisoformat(row[soql.MODIFIED]).astimezone(UTC),
            deleted=bool(row.get("IsDeleted")),
        )


def _written(write: Write, row: Mapping[str, Any]) -> Written:
    if row.get("success"):
        return Written(write.key, str(row["id"]))
    errors = row.get("errors") or [{}]
    said = _said(errors, 200)
    codes = {str(one.get("statusCode")) for one in errors}
    existing = _RECORD.search(said)
    if "DUPLICATE_VALUE" in codes and existing is not None:
        return Written(write.key, fault=WriteFault("taken", said, existing[1]))
    if codes & _GONE:
        return Written(write.key, fault=WriteFault("gone", said))
    return Written(write.key, fault=WriteFault("changed" if codes & _AGAIN else "refused", said))


def _said(body: Any, status: int) -> str:
    """The error in Salesforce's words, without the query that it repeats."""
    first = body[0] if isinstance(body, list) and body else {}
    code = first.get("errorCode") or first.get("statusCode") or status
    words = str(first.get("message", "")).rpartition("ERROR at")[2].strip()
    return f"{code}: {words}"[:300]
