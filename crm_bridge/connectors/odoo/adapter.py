"""Odoo's partners and opportunities by its External JSON-2 API.

Records are made by `load`, Odoo's own import, under our id as an external id, which is
unique: what was made twice is one record. Timestamps are compared in whole seconds though
the tables keep more, so the rows of one second are read by their id (see `ties`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from crm_bridge.connectors import addresses
from crm_bridge.connectors.errors import CrmMisunderstood
from crm_bridge.connectors.mapping import ObjectRule
from crm_bridge.connectors.odoo import values
from crm_bridge.connectors.odoo.api import Api, OdooRefused
from crm_bridge.connectors.port import (
    ChangePage,
    EveryPage,
    OutsideRecord,
    Position,
    Write,
    WriteFault,
    Written,
)
from crm_bridge.connectors.ties import page_of

MODULE: Final = "usher"  # of our external ids
_EVERY: Final = 500
_SECOND: Final = timedelta(seconds=1)
# what tells the records of a kind from the others of their model, and what makes a new one so
_ONLY: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("res.partner", "contacts"): {"is_company": False},
    ("res.partner", "companies"): {"is_company": True},
    ("crm.lead", "deals"): {"type": "opportunity"},
}


class OdooCrm:
    """See `Crm`."""

    can_read: ClassVar[bool] = True

    def __init__(self, api: Api, rules: Mapping[str, ObjectRule]) -> None:
        self._api = api
        self._rules = rules
        self._types: dict[str, dict[str, str]] = {}

    def streams(self, kind: str) -> Sequence[str]:
        """See `Crm`."""
        return ("written",)

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`."""

        async def at(second: datetime, after_id: str) -> list[OutsideRecord]:
            domain = [
                ["write_date", ">=", values.as_text(second)],
                ["write_date", "<", values.as_text(second + _SECOND)],
                ["id", ">", int(after_id or 0)],
            ]
            return await self._search(kind, domain, order="id", limit=limit)

        async def since(second: datetime | None, inclusive: bool) -> list[OutsideRecord]:
            domain = []
            if second is not None:
                start = second if inclusive else second + _SECOND
                domain = [["write_date", ">=", values.as_text(start)]]
            return await self._search(kind, domain, order="write_date, id", limit=limit)

        return await page_of(after, limit, at=at, since=since)

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        known = [int(one) for one in ids if one.isdecimal()]
        return {one.id: one for one in await self._search(kind, [["id", "in", known]])}

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`."""
        domain = [["id", ">", int(after or 0)]]
        found = await self._search(kind, domain, order="id", limit=_EVERY)
        return EveryPage(found, found[-1].id if len(found) == _EVERY else None)

    async def _search(
        self, kind: str, domain: list[Any], *, order: str = "id", limit: int | None = None
    ) -> list[OutsideRecord]:
        rule, types = self._rules[kind], await self._learn(kind)
        only = _ONLY.get((rule.object, kind), {})
        domain = [*domain, *([name, "=", value] for name, value in only.items())]
        fields = [*rule.outside_names, "write_date", *(["active"] if "active" in types else [])]
        try:
            rows = await self._api.call(
                rule.object, "search_read", domain=domain, fields=fields, order=order, limit=limit
            )
            keys = await self._keys(rule.object, [row["id"] for row in rows])
        except OdooRefused as fault:
            raise CrmMisunderstood(f"{rule.object}: {fault.said}") from fault
        return [self._record(kind, row, keys) for row in rows]

    async def _keys(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        """Our ids of records that were made under one."""
        if not ids:
            return {}
        found = await self._api.call(model, "get_external_id", ids=list(ids))
        own = f"{MODULE}."
        return {int(i): n.removeprefix(own) for i, n in found.items() if n.startswith(own)}

    async def _learn(self, kind: str) -> dict[str, str]:
        """Field -> type. Raises CrmMisunderstood, naming a field that Odoo has not."""
        if kind not in self._types:
            rule = self._rules[kind]
            names = [*rule.outside_names, "active", *_ONLY.get((rule.object, kind), ())]
            try:
                known = await self._api.call(
                    rule.object, "fields_get", allfields=names, attributes=["type"]
                )
            except OdooRefused as fault:
                raise CrmMisunderstood(f"{rule.object}: {fault.said}") from fault
            missing = [name for name in rule.outside_names if name not in known]
            if missing:
                raise CrmMisunderstood(f"{rule.object} has no field {', '.join(missing)}")
            self._types[kind] = {name: one["type"] for name, one in known.items()}
        return self._types[kind]

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`. New ones by one import for each set of fields, others one by one."""
        await self._learn(kind)
        known = await self._same_address(kind, writes)
        done = {
            key: Written(key, fault=WriteFault("taken", "has this address", external_id))
            for key, external_id in known.items()
        }
        alike: dict[tuple[str, ...], list[Write]] = {}
        for one in writes:
            if one.id is not None:
                done[one.key] = await self._update(kind, one, int(one.id))
            elif one.key not in done:
                alike.setdefault(tuple(sorted(one.fields)), []).append(one)
        for some in alike.values():
            done |= await self._load(kind, some)
        return [done[one.key] for one in writes]

    async def _same_address(self, kind: str, writes: Sequence[Write]) -> dict[str, str]:
        """Our id -> the record that has the address already, and not under our id."""
        rule = self._rules[kind]
        field, wanted = addresses.of_new(rule, writes)
        if not wanted:
            return {}
        domain = [["email_normalized", "in", sorted(wanted)]]
        found: dict[str, str] = {}
        for record in await self._search(kind, domain):
            key = wanted.get(str(record.fields[field]).strip().lower())
            if key is not None and record.key is None and not record.deleted:
                found.setdefault(key, record.id)
        return found

    async def _load(self, kind: str, writes: Sequence[Write]) -> dict[str, Written]:
        """Import records; where one is refused all are, and then each goes by itself."""
        rule, types = self._rules[kind], self._types[kind]
        fixed = _ONLY.get((rule.object, kind), {})
        rows = [
            dict(values.loaded(n, types[n], v) for n, v in {**one.fields, **fixed}.items())
            for one in writes
        ]
        columns = list(rows[0])
        data = [
            [f"{MODULE}.{one.key}", *(row[column] for column in columns)]
            for one, row in zip(writes, rows, strict=True)
        ]
        try:
            answer = await self._api.call(rule.object, "load", fields=["id", *columns], data=data)
        except OdooRefused as fault:
            answer = {"ids": False, "messages": [{"message": fault.said}]}
        if answer["ids"]:
            made = zip(writes, answer["ids"], strict=True)
            return {one.key: Written(one.key, str(record_id)) for one, record_id in made}
        if len(writes) == 1:
            said = "; ".join(str(one.get("message")) for one in answer["messages"])[:300]
            return {writes[0].key: Written(writes[0].key, fault=WriteFault("refused", said))}
        done: dict[str, Written] = {}
        for one in writes:
            done |= await self._load(kind, [one])
        return done

    async def _update(self, kind: str, write: Write, record_id: int) -> Written:
        types = self._types[kind]
        vals = {name: values.written(types[name], value) for name, value in write.fields.items()}
        try:
            await self._api.call(self._rules[kind].object, "write", ids=[record_id], vals=vals)
        except OdooRefused as fault:
            said = "gone" if fault.status == 404 else "refused"
            return Written(write.key, fault=WriteFault(said, fault.said))  # type: ignore[arg-type]
        return Written(write.key, str(record_id))

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`. A record that papers refer to cannot be deleted: it is archived."""
        model, ids = self._rules[kind].object, [int(external_id)]
        try:
            await self._api.call(model, "unlink", ids=ids)
        except OdooRefused as fault:
            if fault.status != 404:
                await self._api.call(model, "write", ids=ids, vals={"active": False})

    async def check(self) -> str:
        """See `Crm`. Asks for every field of the mapping: one that is not there is named."""
        for kind in self._rules:
            await self._search(kind, [], limit=1)
        return f"Odoo answers, and shows {', '.join(self._rules)}"

    async def close(self) -> None:
        """See `Crm`."""
        await self._api.close()

    def _record(self, kind: str, row: Mapping[str, Any], keys: Mapping[int, str]) -> OutsideRecord:
        found = values.flat(self._types[kind], row)
        return OutsideRecord(
            id=str(row["id"]),
            key=keys.get(row["id"]),
            fields={name: found.get(name) for name in self._rules[kind].outside_names},
            modified=values.instant(row["write_date"]),
            # a lost opportunity is archived too, and is none the less there
            deleted=kind != "deals" and found.get("active") is False,
        )
