"""What the generic webhook says and hears, as JSON. Pure.

Out, one request a record:  {"type": "contacts.upserted", "data": {"key", "id", "fields"}}
In, several records:        {"type": "contacts.upserted", "records":
                                [{"id", "key"?, "modified", "fields", "deleted"?}]}
Both are signed after Standard Webhooks. `key` is our id, `id` theirs.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crm_bridge.connectors.port import OutsideRecord, Write
from crm_bridge.core.errors import Invalid

MOST_RECORDS = 500


class BadMessage(Invalid):
    code = "crm_webhook_unreadable"


def out(kind: str, write: Write) -> bytes:
    """The body of one write."""
    data = {"key": write.key, "id": write.id, "fields": dict(write.fields)}
    said = {"type": f"{kind}.upserted", "data": data}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def heard(body: bytes) -> tuple[str, list[OutsideRecord]]:
    """The kind and the records of a body. Raises BadMessage."""
    try:
        said = json.loads(body)
        kind = str(said["type"]).partition(".")[0]
        records = [_record(one) for one in said["records"][:MOST_RECORDS]]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BadMessage(f"{type(fault).__name__}: {fault}") from fault
    return kind, records


def _record(one: Mapping[str, Any]) -> OutsideRecord:
    modified = datetime.fromisoformat(one["modified"])
    if modified.tzinfo is None:
        raise ValueError("`modified` needs a time zone")
    fields = one.get("fields", {})
    if not isinstance(fields, Mapping) or not str(one["id"]):
        raise TypeError("`fields` must be an object, `id` not empty")
    key = one.get("key")
    return OutsideRecord(
        id=str(one["id"]),
        key=str(key) if key else None,
        fields=fields,
        modified=modified,
        version=modified.astimezone(UTC).isoformat(timespec="microseconds"),
        deleted=one.get("deleted") is True,
    )
