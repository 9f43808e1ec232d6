"""Telling a change from our own words coming back. Pure.

For each field of the CRM a short hash of the value that both sides last agreed on, as the
CRM writes it. A record whose every mapped field has its hash is an echo, or was changed in
fields that are no concern of ours; it costs no look at our own record.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any


def hash_of(value: Any) -> str:
    """16 hexadecimal digits; nothing and the empty text are one."""
    if value is None or value == "":
        return ""
    said = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def hashes(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Field -> hash."""
    return {name: hash_of(fields.get(name)) for name in names}


def is_echo(seen: Mapping[str, str], fields: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Whether every field is as it was last agreed."""
    return all(seen.get(name) == hash_of(fields.get(name)) for name in names)
