"""Where a visitor came from, without secrets: what is kept of a page's address. Pure.

User names, passwords, fragments and every query parameter but campaign marks are cut
off: session ids, reset tokens and mail addresses travel there.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

LONGEST_URL: Final = 500
LONGEST_TITLE: Final = 200
LONGEST_MARK: Final = 100
UTM: Final = ("source", "medium", "campaign", "term", "content", "id")
_KEPT: Final = frozenset({f"utm_{mark}" for mark in UTM})


def clean_url(url: str | None, *, with_marks: bool) -> str | None:
    """scheme://host[:port]/path and, `with_marks`, its utm_ parameters; None for what is
    no web address."""
    try:
        parts = urlsplit((url or "").strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    marks = [(name, value) for name, value in _query(parts.query) if name in _KEPT]
    query = f"?{urlencode(marks)}" if with_marks and marks else ""
    return f"{parts.scheme}://{host}{port}{parts.path}{query}"[:LONGEST_URL]


def clean_source(
    *, url: str | None, title: str | None, referrer: str | None, utm: Mapping[str, str] | None
) -> dict[str, object]:
    """What is stored of a page: url, title, referrer and utm, each only if there is one."""
    marks = _utm(utm) or _utm(dict(_query(_query_of(url))))
    found: dict[str, object | None] = {
        "url": clean_url(url, with_marks=True),
        "title": " ".join((title or "").split())[:LONGEST_TITLE] or None,
        "referrer": clean_url(referrer, with_marks=False),
        "utm": marks or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _query_of(url: str | None) -> str:
    try:
        return urlsplit(url or "").query
    except ValueError:
        return ""


def _query(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query[: 4 * LONGEST_URL], max_num_fields=50)
    except ValueError:
        return []


def _utm(given: Mapping[str, str] | None) -> dict[str, str]:
    marks = {}
    for name, value in (given or {}).items():
        mark = name.removeprefix("utm_")
        if mark in UTM and value.strip():
            marks[mark] = value.strip()[:LONGEST_MARK]
    return marks
