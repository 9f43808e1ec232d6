"""A party of Tryton as a flat record, and changes of it as what Tryton writes. Pure.

E-mail and phone are contact mechanisms of their own (the first of their type counts);
marketing is membership in one of two categories.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from crm_bridge.connectors.port import OutsideRecord
from crm_bridge.connectors.tryton.rpc import instant

READ: Final = (
    "code",
    "name",
    "active",
    "lang.code",
    "write_date",
    "create_date",
    "_timestamp",
    "contact_mechanisms.type",
    "contact_mechanisms.value",
    "contact_mechanisms._timestamp",
    "contact_mechanisms.write_date",
    "contact_mechanisms.create_date",
    "categories.name",
)
FIELDS: Final = ("name", "email", "phone", "mobile", "website", "lang", "marketing")
_TYPES: Final = ("email", "phone", "mobile", "website")
OPT_IN, OPT_OUT = "Marketing: opt-in", "Marketing: opt-out"


def record(row: Mapping[str, Any]) -> OutsideRecord:
    """A row that was read with `READ`."""
    mechanisms = row.get("contact_mechanisms.") or []
    fields: dict[str, Any] = {"name": row.get("name"), "lang": (row.get("lang.") or {}).get("code")}
    for kind in _TYPES:
        fields[kind] = next((one["value"] for one in mechanisms if one["type"] == kind), None)
    categories = {one["name"] for one in row.get("categories.") or []}
    fields["marketing"] = _marketing(categories)
    return OutsideRecord(
        id=str(row["id"]),
        key=row.get("code"),
        fields=fields,
        modified=max(_written(one) for one in (row, *mechanisms)),
        version=version(row),
        deleted=not row.get("active", True),
    )


def _written(row: Mapping[str, Any]) -> datetime:
    return instant(row.get("write_date") or row["create_date"])


def _marketing(categories: set[str]) -> str | None:
    if OPT_OUT in categories:
        return "opt-out"
    return "opt-in" if OPT_IN in categories else None


def change(
    fields: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    *,
    languages: Mapping[str, int],
    categories: Mapping[str, int],
) -> dict[str, Any]:
    """What to create or write so that a party has `fields`. `row` is the party as it is
    (None: it is to be made); `languages` and `categories` are Tryton's ids by code, name."""
    values: dict[str, Any] = {}
    if "name" in fields:
        values["name"] = fields["name"]
    if fields.get("lang") in languages:
        values["lang"] = languages[fields["lang"]]
    commands = [
        command
        for kind in _TYPES
        if fields.get(kind)
        for command in _mechanism(kind, fields[kind], (row or {}).get("contact_mechanisms.") or [])
    ]
    if commands:
        values["contact_mechanisms"] = commands
    if fields.get("marketing"):
        into, out = (OPT_IN, OPT_OUT) if fields["marketing"] == "opt-in" else (OPT_OUT, OPT_IN)
        values["categories"] = [["add", [categories[into]]]]
        if row is not None:
            values["categories"].append(["remove", [categories[out]]])
    return values


def _mechanism(kind: str, value: Any, have: list[Mapping[str, Any]]) -> list[list[Any]]:
    first = next((one for one in have if one["type"] == kind), None)
    if first is None:
        return [["create", [{"type": kind, "value": value}]]]
    return [["write", [first["id"]], {"value": value}]]


def version(row: Mapping[str, Any]) -> str:
    """Changes with the party and with each of its mechanisms."""
    return "|".join(f"{name}={at}" for name, at in sorted(versions(row).items()))


def versions(row: Mapping[str, Any]) -> dict[str, Any]:
    """What Tryton compares before it writes (`_timestamp` in the context)."""
    seen = {f"party.party,{row['id']}": row["_timestamp"]}
    for one in row.get("contact_mechanisms.") or []:
        seen[f"party.contact_mechanism,{one['id']}"] = one["_timestamp"]
    return seen
