"""Pages of the console: the templates, how values are written, and the headers of every page."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crm_bridge.core.written_time import written

_OURS_ALONE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY: Final = f"{_OURS_ALONE}; require-trusted-types-for 'script'; trusted-types 'none'"
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def _aware(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def moment(at: datetime | str, zone: str) -> str:
    """ "12 Mar, 10:00": an instant among others of a page that names the zone."""
    local = _aware(at).astimezone(ZoneInfo(zone))
    return format_datetime(local, "d MMM, HH:mm", locale="en_GB")


def told(value: Any) -> str:
    """An answer's value in words: ranges with a dash, currencies behind, options plain."""
    if isinstance(value, Mapping):
        return _told_mapping(value)
    if isinstance(value, list | tuple):
        return ", ".join(told(one) for one in value)
    return (
        str(value).replace("_", " ") if isinstance(value, str) and "@" not in value else str(value)
    )


def _told_mapping(value: Mapping[str, Any]) -> str:
    if "file" in value:
        return str(value.get("name"))
    if value.get("asap"):
        return "as soon as possible"
    if value.get("by_months") is not None:
        return f"within {value['by_months']} months"
    if "min" in value or "max" in value:
        low, high = value.get("min"), value.get("max")
        parts = [_grouped(low)] if low == high else [_grouped(low), _grouped(high)]
        amount = "–".join(part for part in parts if part) or "?"
        if low is None and high is not None:
            amount = f"up to {_grouped(high)}"
        if high is None and low is not None:
            amount = f"{_grouped(low)} or more"
        tail = " ".join(
            filter(None, [value.get("currency"), f"a {value['per']}" if value.get("per") else ""])
        )
        return f"{amount} {tail}".strip()
    return ", ".join(
        f"{key.replace('_', ' ')} {told(one)}"
        for key, one in value.items()
        if one not in (None, False)
    )


def _grouped(number: Any) -> str:
    if number is None:
        return ""
    return f"{float(number):,.2f}".rstrip("0").rstrip(".").replace(",", " ")


templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters.update(spelled=written, told=told)


def page(name: str, *, status: int = 200, live: bool = False, **values: Any) -> HTMLResponse:
    """A page, or a part of one. `person` is None where nobody is signed in. A `live` one is a
    list that htmx keeps fresh: it puts the server's HTML in, which Trusted Types would not let."""
    values = {"person": None, "section": "", "live": live, **values}
    html = templates.get_template(name).render(values)
    headers = {**HEADERS, "Content-Security-Policy": _OURS_ALONE} if live else HEADERS
    return HTMLResponse(html, status_code=status, headers=headers)
