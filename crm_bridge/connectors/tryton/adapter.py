"""Tryton's parties as contacts and companies, made and written under their code.

The code of a party is unique in Tryton: with our id as the code a party that was made
twice is refused the second time, so a lost answer makes no duplicate.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from crm_bridge.connectors.mapping import ObjectRule
from crm_bridge.connectors.port import (
    ChangePage,
    EveryPage,
    OutsideRecord,
    Position,
    Write,
    WriteFault,
    Written,
)
from crm_bridge.connectors.tryton import party
from crm_bridge.connectors.tryton.rpc import Rpc, TrytonRefused, as_instant, instant

_PARTY: Final = "model.party.party"
_MECHANISM: Final = "model.party.contact_mechanism"
_EVEN_INACTIVE: Final = {"active_test": False}
_EVERY: Final = 200


class TrytonCrm:
    """See `Crm`."""

    can_read: ClassVar[bool] = True

    def __init__(self, rpc: Rpc, rules: Mapping[str, ObjectRule]) -> None:
        self._rpc = rpc
        self._rules = rules
        self._languages: dict[str, int] = {}
        self._categories: dict[str, int] = {}

    def streams(self, kind: str) -> Sequence[str]:
        """Parties, and their mechanisms: a new address does not touch the party's date."""
        return ("party", "mechanism")

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`."""
        if stream == "party":
            rows = await self._rows(_PARTY, after, limit, party.READ)
            records = [party.record(row) for row in rows]
        else:
            rows = await self._rows(_MECHANISM, after, limit, ("party", "write_date"))
            parties = dict.fromkeys(str(row["party"]) for row in rows)
            records = list((await self.fetch(kind, list(parties))).values()) if parties else []
        last = Position(instant(rows[-1]["write_date"]), str(rows[-1]["id"])) if rows else None
        return ChangePage(records, last, more=len(rows) == limit)

    async def _rows(
        self, model: str, after: Position | None, limit: int, fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        domain: list[Any] = []
        if after is not None:
            at = as_instant(after.modified)
            later: list[Any] = ["write_date", ">", at]
            same = [["write_date", "=", at], ["id", ">", int(after.id or 0)]]
            domain = [["OR", later, same]]
        order = [["write_date", "ASC"], ["id", "ASC"]]
        rows: list[dict[str, Any]] = await self._rpc.call(
            f"{model}.search_read",
            domain,
            0,
            limit,
            order,
            [*fields],
            context=_EVEN_INACTIVE,
        )
        return rows

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        rows = await self._parties([["id", "in", [int(one) for one in ids]]])
        return {str(row["id"]): party.record(row) for row in rows}

    async def _parties(self, domain: list[Any]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await self._rpc.call(
            f"{_PARTY}.search_read", domain, 0, None, None, [*party.READ], context=_EVEN_INACTIVE
        )
        return rows

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`."""
        rows = await self._rpc.call(
            f"{_PARTY}.search_read",
            [["id", ">", int(after or 0)]],
            0,
            _EVERY,
            [["id", "ASC"]],
            [*party.READ],
            context=_EVEN_INACTIVE,
        )
        last = str(rows[-1]["id"]) if len(rows) == _EVERY else None
        return EveryPage([party.record(row) for row in rows], last)

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`. One call a party: one that is refused holds up no other."""
        await self._learn_names()
        ids = [int(one.id) for one in writes if one.id is not None]
        keys = [one.key for one in writes if one.id is None]
        rows = await self._parties(["OR", ["id", "in", ids], ["code", "in", keys]])
        by_id = {str(row["id"]): row for row in rows}
        by_code = {str(row["code"]): row for row in rows}
        return [
            await self._write(one, by_id.get(one.id or "") or by_code.get(one.key))
            for one in writes
        ]

    async def _write(self, write: Write, row: Mapping[str, Any] | None) -> Written:
        if row is None and write.id is not None:
            return Written(write.key, fault=WriteFault("gone"))
        if row is not None and write.id is None:
            return Written(write.key, fault=WriteFault("taken", "made before", str(row["id"])))
        if row is not None and write.version not in (None, party.version(row)):
            return Written(write.key, fault=WriteFault("changed"))
        values = party.change(
            write.fields, row, languages=self._languages, categories=self._categories
        )
        try:
            if row is None:
                made = await self._rpc.call(f"{_PARTY}.create", [{**values, "code": write.key}])
                return Written(write.key, str(made[0]))
            seen = {"_timestamp": party.versions(row)}
            await self._rpc.call(f"{_PARTY}.write", [row["id"]], values, context=seen)
        except TrytonRefused as fault:
            kind = "changed" if fault.name == "ConcurrencyException" else "refused"
            return Written(write.key, fault=WriteFault(kind, str(fault)))  # type: ignore[arg-type]
        return Written(write.key, str(row["id"]))

    async def _learn_names(self) -> None:
        if self._languages:
            return
        rows = await self._rpc.call(f"{_LANG}.search_read", [], 0, None, None, ["code"])
        for name in (party.OPT_IN, party.OPT_OUT):
            found = await self._rpc.call(f"{_CATEGORY}.search", [["name", "=", name]], 0, 1, None)
            made = found or await self._rpc.call(f"{_CATEGORY}.create", [{"name": name}])
            self._categories[name] = made[0]
        self._languages = {row["code"]: row["id"] for row in rows}

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`. A party that papers refer to cannot be deleted: it is deactivated."""
        row = await self.fetch(kind, [external_id])
        if not row:
            return
        try:
            await self._rpc.call(f"{_PARTY}.delete", [int(external_id)])
        except TrytonRefused:
            await self._rpc.call(f"{_PARTY}.write", [int(external_id)], {"active": False})

    async def check(self) -> str:
        """See `Crm`."""
        count = await self._rpc.call(f"{_PARTY}.search_count", [])
        return f"Tryton with {count} parties"

    async def close(self) -> None:
        """See `Crm`."""
        await self._rpc.close()


_LANG: Final = "model.ir.lang"
_CATEGORY: Final = "model.party.category"
