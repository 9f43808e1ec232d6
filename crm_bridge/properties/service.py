"""Properties are declared before they are used in earnest, and looked up before they are added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.stored import Stored
from crm_bridge.properties.models import PropertyRow
from crm_bridge.properties.near import nearest
from crm_bridge.properties.value import KINDS, BadValue, Kind, Shape, normalise

Record = Literal["contact", "company", "deal", "ticket"]
RECORDS: Final[tuple[Record, ...]] = get_args(Record)
_property = cast("Table", PropertyRow.__table__)
_OF_RECORD: Final = Stored(
    PropertyRow,
    select(_property).where(_property.c.record == bindparam("of")).order_by(_property.c.name),
)


class PropertyUnknown(NotFound):
    code = "property_unknown"


class PropertyThere(Conflict):
    """`there` is the property that means the same."""

    code = "property_there_already"


class BadProperty(Invalid):
    code = "bad_property"


@dataclass(frozen=True, slots=True)
class New:
    """A property to be declared; see `PropertyRow`."""

    record: Record
    name: str
    kind: Kind
    other_names: Sequence[str] = ()
    unit: str | None = None
    options: Sequence[str] = ()
    refers_to: Record | None = None
    default: Any = None


async def declare(
    session: AsyncSession, new: New, *, by: str, anyway: bool = False, now: datetime
) -> PropertyRow:
    """Add a property. Raises PropertyThere when one of the same or nearly the same meaning
    is there (`anyway` lets a person insist, save on the very name), BadProperty or BadValue."""
    _check(new)
    there = await known(session, new.record)
    same = new.name if new.name in there else None
    if same is None and not anyway:
        names = {name: row.other_names for name, row in there.items()}
        wanted = (new.name, *new.other_names)
        same = next((found for name in wanted if (found := nearest(name, names))), None)
    if same is not None:
        raise PropertyThere(f"{new.record}.{same} means that already", there=same)
    shape = Shape(new.kind, new.unit, new.options)
    row = PropertyRow(
        record=new.record,
        name=new.name,
        kind=new.kind,
        other_names=list(new.other_names),
        unit=new.unit,
        options=list(new.options),
        refers_to=new.refers_to,
        default={"value": normalise(shape, new.default)},
        created_by=by,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row


def _check(new: New) -> None:
    if new.kind not in KINDS or new.record not in RECORDS:
        raise BadProperty(f"a kind is one of {', '.join(KINDS)}; a record {', '.join(RECORDS)}")
    if not new.name.strip():
        raise BadProperty("a property has a name")
    if new.kind in ("option", "multi_option") and not new.options:
        raise BadProperty("a choice has options")
    if (new.kind == "reference") != (new.refers_to is not None):
        raise BadProperty("a reference, and nothing else, refers to a kind of record")


async def known(session: AsyncSession, record: str) -> dict[str, PropertyRow]:
    """The properties of a kind of record, by name."""
    return {row.name: row for row in await _OF_RECORD.all(session, {"of": record})}


async def in_form(
    session: AsyncSession,
    record: str,
    values: Mapping[str, Any],
    *,
    stored: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Values under their declared names and in their one form; what is not declared stays
    as it is, and so does what is `stored` so. Of a new record (None is stored) defaults fill
    what is missing. Raises BadValue, also for a reference to a record that is not there."""
    registry = await Registry.of(session, record)
    same = {name: value for name, value in values.items() if name in (stored or {})}
    same = {name: value for name, value in same.items() if (stored or {})[name] == value}
    rest = {name: value for name, value in values.items() if name not in same}
    found, faults = registry.formed(rest, fresh=stored is None)
    faults |= await registry.missing(session, found)
    for fault in faults.values():
        raise fault
    return {**same, **found}


@dataclass(frozen=True, slots=True)
class Registry:
    """The declared properties of one kind of record."""

    rows: Mapping[str, PropertyRow]
    own: dict[str, str] = field(default_factory=dict)  # as it was called -> as it is declared

    @classmethod
    async def of(cls, session: AsyncSession, record: str) -> "Registry":
        """As it is now."""
        return cls(await known(session, record))

    def formed(
        self, values: Mapping[str, Any], *, fresh: bool = False
    ) -> tuple[dict[str, Any], dict[str, BadValue]]:
        """See `in_form`; and what could not be brought into its form, by name."""
        found: dict[str, Any] = {}
        faults: dict[str, BadValue] = {}
        for called, value in values.items():
            name = self.own_name(called)
            row = self.rows.get(name)
            try:
                found[name] = normalise(_shape(row), value) if row is not None else value
            except BadValue as fault:
                faults[name] = fault
        for name, row in self.rows.items() if fresh else ():
            default = row.default.get("value")
            if default is not None and found.get(name) is None:
                found[name] = default
        return found, faults

    async def missing(
        self, session: AsyncSession, values: Mapping[str, Any]
    ) -> dict[str, BadValue]:
        """The references among the values to records that are not there."""
        faults = {}
        for name, referred in values.items():
            row = self.rows.get(name)
            if row is None or row.refers_to is None or referred is None:
                continue
            table = Base.metadata.tables[row.refers_to]
            if await session.scalar(select(table.c.id).where(table.c.id == referred)) is None:
                faults[name] = BadValue(f"there is no {row.refers_to} {referred}")
        return faults

    def own_name(self, called: str) -> str:
        """The declared name of what is called so, or what it is called."""
        if called not in self.own:
            names = {name: row.other_names for name, row in self.rows.items()}
            near = called if called in names else nearest(called, names)
            self.own[called] = near or called
        return self.own[called]


def _shape(row: PropertyRow) -> Shape:
    return Shape(cast("Kind", row.kind), row.unit, row.options)
