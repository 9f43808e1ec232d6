"""What a file calls a declared property comes in under its declared name and in its one form;
what does not fit is left out of its row, with the reason."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.csv_import import Row
from crm_bridge.properties.service import Registry


async def settle(session: AsyncSession, rows: Sequence[Row], *, fresh: Collection[int]) -> None:
    """Put the properties of rows in order; those of the lines `fresh` become contacts as they
    are now, others go through `contacts.service`, which brings values into their form."""
    registry = await Registry.of(session, "contact")
    if not registry.rows:
        return
    for row in rows:
        given = row.values.get("properties", {})
        found, faults = registry.formed(given, fresh=row.line in fresh)
        nowhere = await registry.missing(session, found)
        without = set(nowhere)
        if row.line not in fresh:
            found = {registry.own_name(called): value for called, value in given.items()}
            without |= faults.keys()
        kept = {name: value for name, value in found.items() if name not in without}
        told = {**faults, **nowhere}.items()
        row.notes.extend(f"{name}: {fault.detail}" for name, fault in told)
        if kept or given:
            row.values["properties"] = kept
