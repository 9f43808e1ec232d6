"""A person's export as a page that they can read: one HTML file, nothing loaded from outside.

Names of fields become words, instants are printed in UTC with their zone, everything that
people wrote is escaped, and files can be saved from the page.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from crm_bridge.privacy.export import PersonExport

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{margin:0 0 .5rem}dt{font-weight:600}dd{margin-inline-start:1.5rem}"
    "section,article{border-block-start:1px solid #999;padding-block:.5rem}"
    "article{margin-inline-start:1rem}dd{overflow-wrap:anywhere;white-space:pre-wrap}"
)
_TITLES: Final[Mapping[str, str]] = {
    "contact": "Who you are to us",
    "company": "Your company",
    "conversations": "What was said",
    "agreements": "What you agreed to in a chat",
    "files": "Files you gave us",
    "deals": "Business we talked about",
    "tickets": "Requests",
    "activities": "Notes, calls, mails and meetings",
    "meetings": "Meetings",
}


def page(export: PersonExport) -> str:
    """The whole page."""
    document = export.model_dump(mode="python")
    at = _moment(document.pop("exported_at"))
    name = export.contact.name or "this person"
    body = "".join(
        f"<section><h2>{escape(_TITLES.get(part, _words(part)))}</h2>{_shown(value)}</section>"
        for part, value in document.items()
    )
    title = f"Everything we keep about {escape(name)}"
    return (
        f'<!doctype html><html lang="en" dir="auto"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1><p>As of {escape(at)}.</p>{body}</body></html>"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<dl>{''.join(_fields(value))}</dl>" if value else "<p>nothing</p>"
    if isinstance(value, list | tuple):
        items = "".join(f"<article>{_shown(item)}</article>" for item in value)
        return items or "<p>nothing</p>"
    return escape(_text(value))


def _fields(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        if name == "contents":
            yield _saved(values)
            continue
        yield f'<dt>{escape(_words(name))}</dt><dd dir="auto">{_shown(value)}</dd>'


def _saved(file: Mapping[str, Any]) -> str:
    """A link that saves a file; its contents are in base 64."""
    contents, name = file["contents"], str(file.get("name") or "file")
    data = contents.decode("ascii") if isinstance(contents, bytes) else str(contents)
    return (
        f'<dt>save</dt><dd><a download="{escape(name)}" '
        f'href="data:application/octet-stream;base64,{escape(data)}">{escape(name)}</a></dd>'
    )


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _moment(moment: datetime) -> str:
    return f"{moment:%A, %Y-%m-%d %H:%M} UTC"


def _words(name: str) -> str:
    return name.replace("_", " ")
