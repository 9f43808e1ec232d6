"""HubSpot's contacts, companies and deals by its objects API.

Records are made by upsert under our id (a unique property of ours), never by search and
create: the search index lags behind the records by seconds. Reads that decide about a
write go to the records themselves; the search serves for pulling alone.
Source: https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, ClassVar, Final

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
from crm_bridge.connectors.ties import page_of
from crm_bridge.connectors.transport import body_of

MOST_IN_BATCH: Final = 100
_EVERY: Final = 100  # of a list, at most
MOST_IN_SEARCH: Final = 200
SEARCH: Final = "search"  # the bucket of searches
_MODIFIED: Final = {
    "contacts": "lastmodifieddate",
    "companies": "hs_lastmodifieddate",
    "deals": "hs_lastmodifieddate",
}
_ID: Final = "hs_object_id"
_EXISTING: Final = re.compile(r"Existing ID: (\d+)")


class HubSpotCrm(RestCrm):
    """See `Crm`. `path` is where objects are: /crm/v3/objects, or a dated one."""

    can_read: ClassVar[bool] = True

    def streams(self, kind: str) -> Sequence[str]:
        """See `Crm`."""
        return ("modified",)

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`. A search sorts by one property alone."""
        limit, modified = min(limit, MOST_IN_SEARCH), _MODIFIED[kind]

        async def at(instant: datetime, after_id: str) -> list[OutsideRecord]:
            filters = [
                _filter(modified, "EQ", _milliseconds(instant)),
                _filter(_ID, "GT", after_id or "0"),
            ]
            return await self._search(kind, filters, sort=_ID, limit=limit)

        async def since(instant: datetime | None, inclusive: bool) -> list[OutsideRecord]:
            filters = []
            if instant is not None:
                operator = "GTE" if inclusive else "GT"
                filters = [_filter(modified, operator, _milliseconds(instant))]
            return await self._search(kind, filters, sort=modified, limit=limit)

        return await page_of(after, limit, at=at, since=since)

    async def _search(
        self, kind: str, filters: list[dict[str, str]], *, sort: str, limit: int
    ) -> list[OutsideRecord]:
        body = {
            "filterGroups": [{"filters": filters}] if filters else [],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": self._properties(kind),
            "limit": limit,
        }
        found = await self._transport.json(
            "POST", f"{self._object(kind)}/search", json=body, idempotent=True, bucket=SEARCH
        )
        return [self._record(kind, row) for row in found["results"]]

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        found: dict[str, OutsideRecord] = {}
        for some in batched(ids, MOST_IN_BATCH):
            body = {
                "inputs": [{"id": one} for one in some],
                "properties": self._properties(kind),
            }
            path = f"{self._object(kind)}/batch/read"
            answer = await self._transport.ask("POST", path, json=body, idempotent=True)
            if answer.status_code not in (200, 207):
                raise CrmMisunderstood(f"{path} is answered {answer.status_code}")
            for row in body_of(answer)["results"]:
                found[str(row["id"])] = self._record(kind, row)
        return found

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`. The list is of the records themselves, not of the search index."""
        params = {"limit": str(_EVERY), "properties": ",".join(self._properties(kind))}
        if after is not None:
            params["after"] = after
        found = await self._transport.json("GET", self._object(kind), params=params)
        following = found.get("paging", {}).get("next", {}).get("after")
        return EveryPage([self._record(kind, row) for row in found["results"]], following)

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`."""
        done: dict[str, Written] = {}
        for is_new in (True, False):
            some = [one for one in writes if (one.id is None) == is_new]
            for batch in batched(some, MOST_IN_BATCH):
                done |= await self._write(kind, batch, is_new=is_new)
        return [done[one.key] for one in writes]

    async def _write(
        self, kind: str, writes: Sequence[Write], *, is_new: bool
    ) -> dict[str, Written]:
        """Write a batch; where HubSpot refuses it as a whole, or says of a record nothing
        that can be told apart, each by itself."""
        path = f"{self._object(kind)}/batch/{'upsert' if is_new else 'update'}"
        inputs = [self._input(kind, one, is_new=is_new) for one in writes]
        answer = await self._transport.ask("POST", path, json={"inputs": inputs}, idempotent=True)
        if answer.status_code in (200, 201, 207):
            done = _sorted_out(writes, body_of(answer), key=self._rules[kind].key)
        elif len(writes) == 1:
            return {writes[0].key: _refused(writes[0], answer.status_code, body_of(answer))}
        else:
            done = {}
        for one in writes:
            if one.key not in done:
                if len(writes) == 1:
                    fault = WriteFault("refused", "HubSpot says nothing of it")
                    done[one.key] = Written(one.key, fault=fault)
                else:
                    done |= await self._write(kind, [one], is_new=is_new)
        return done

    def _input(self, kind: str, write: Write, *, is_new: bool) -> dict[str, Any]:
        key = self._rules[kind].key
        properties = {name: _text(value) for name, value in write.fields.items()}
        said: dict[str, Any] = {"objectWriteTraceId": write.key}
        if is_new:
            return said | {
                "idProperty": key,
                "id": write.key,
                "properties": {**properties, key: write.key},
            }
        # adopted records get our id with the first write
        return said | {"id": write.id, "properties": {**properties, key: write.key}}

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`."""
        answer = await self._transport.ask(
            "DELETE", f"{self._object(kind)}/{external_id}", idempotent=True
        )
        if answer.status_code not in (204, 404):
            raise CrmMisunderstood(f"a deletion is answered {answer.status_code}")

    async def check(self) -> str:
        """See `Crm`."""
        kind = next(iter(self._rules))
        await self._transport.json("GET", self._object(kind), params={"limit": "1"})
        return f"HubSpot answers, and shows {kind}"

    def _object(self, kind: str) -> str:
        return f"{self._path}/{self._rules[kind].object}"

    def _properties(self, kind: str) -> list[str]:
        return [*self._rules[kind].outside_names, self._rules[kind].key, _MODIFIED[kind]]

    def _record(self, kind: str, row: Mapping[str, Any]) -> OutsideRecord:
        properties = row["properties"]
        modified = properties.get(_MODIFIED[kind]) or row["updatedAt"]
        return OutsideRecord(
            id=str(row["id"]),
            key=properties.get(self._rules[kind].key) or None,
            fields={name: properties.get(name) for name in self._rules[kind].outside_names},
            modified=datetime.fromisoformat(modified).astimezone(UTC),
            deleted=bool(row.get("archived")),
        )


def _filter(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def _milliseconds(at: datetime) -> str:
    return str(round(at.timestamp() * 1000))


def _text(value: Any) -> str:
    """HubSpot's properties are texts; the empty one clears."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sorted_out(writes: Sequence[Write], body: Any, *, key: str) -> dict[str, Written]:
    """Answers by our ids, as far as HubSpot's tell whose they are."""
    by_id = {one.id: one.key for one in writes if one.id is not None}
    known = {one.key for one in writes}
    done: dict[str, Written] = {}
    for row in body.get("results", ()):
        own = (
            row.get("objectWriteTraceId")
            or by_id.get(str(row["id"]))
            or row.get("properties", {}).get(key)
        )
        if own in known:
            done[own] = Written(own, str(row["id"]))
    for error in body.get("errors", ()):
        context = error.get("context", {})
        for own in (*context.get("objectWriteTraceId", ()), *context.get("ids", ())):
            own = by_id.get(own, own)
            if own in known:
                done[own] = Written(own, fault=_fault(error))
    return done


def _refused(write: Write, status: int, body: Any) -> Written:
    error = body if isinstance(body, Mapping) else {}
    if status == 404:
        return Written(write.key, fault=WriteFault("gone"))
    return Written(write.key, fault=_fault(error, status=status))


def _fault(error: Mapping[str, Any], *, status: int = 0) -> WriteFault:
    said = str(error.get("message", f"HubSpot says {status}"))[:300]
    category = error.get("category")
    existing = _EXISTING.search(said)
    if existing is not None and (category == "CONFLICT" or status == 409):
        return WriteFault("taken", said, existing[1])
    if category == "OBJECT_NOT_FOUND":
        return WriteFault("gone", said)
    return WriteFault("refused", said)
