"""WebDAV bodies: what is asked and what a multistatus answers. Pure.

Source: RFC 4918, RFC 4791, RFC 6578. Answers are strangers' XML: document types (and with
them entities) are refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

DAV: Final = "{DAV:}"
CAL: Final = "{urn:ietf:params:xml:ns:caldav}"
SERVER: Final = "{http://calendarserver.org/ns/}"
_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<{0} xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
    ' xmlns:s="http://calendarserver.org/ns/">{1}</{0}>'
)
_EVENT_FILTER: Final = (
    '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">{}'
    "</c:comp-filter></c:comp-filter></c:filter>"
)
_DATA: Final = "<d:prop><d:getetag/><c:calendar-data/></d:prop>"


class BadXml(ValueError):
    """What came back is not the XML that was asked for."""


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise BadXml("the answer has a document type")


@dataclass(frozen=True, slots=True)
class Resource:
    """One response of a multistatus: `status` is its own (0: it has properties instead)."""

    href: str
    status: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    refused: int = 0  # the status that properties were refused with
    elements: dict[str, ElementTree.Element] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """The text of a property, None where the server does not have it."""
        return self.texts.get(name)

    def href_in(self, name: str) -> str | None:
        """The address within a property."""
        element = self.elements.get(name)
        found = element.find(f"{DAV}href") if element is not None else None
        return found.text.strip() if found is not None and found.text else None

    def holds(self, name: str, *kinds: str) -> bool:
        """Whether a property has an element of one of these names at any depth."""
        element = self.elements.get(name)
        return element is not None and any(
            next(element.iter(kind), None) is not None for kind in kinds
        )


@dataclass(frozen=True, slots=True)
class Multistatus:
    """The responses, and the token of a sync-collection report."""

    resources: tuple[Resource, ...]
    sync_token: str | None = None


def propfind(*names: str) -> bytes:
    """The body that asks for properties, e.g. "d:getetag"."""
    asked = "".join(f"<{name}/>" for name in names)
    return _HEAD.format("d:propfind", f"<d:prop>{asked}</d:prop>").encode()


def all_events(time_range: tuple[str, str] | None = None) -> bytes:
    """The query for every event, or for those of a time range (as 20260311T000000Z)."""
    within = f'<c:time-range start="{time_range[0]}" end="{time_range[1]}"/>' if time_range else ""
    return _HEAD.format("c:calendar-query", _DATA + _EVENT_FILTER.format(within)).encode()


def events_of_uid(uid: str) -> bytes:
    """The query for the events of one UID."""
    match = (
        '<c:prop-filter name="UID"><c:text-match collation="i;octet">'
        f"{escape(uid)}</c:text-match></c:prop-filter>"
    )
    return _HEAD.format("c:calendar-query", _DATA + _EVENT_FILTER.format(match)).encode()


def multiget(hrefs: Iterable[str]) -> bytes:
    """The query for events by their addresses."""
    named = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _HEAD.format("c:calendar-multiget", _DATA + named).encode()


def changed_since(token: str) -> bytes:
    """The sync-collection report."""
    asked = (
        f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop>"
    )
    return _HEAD.format("d:sync-collection", asked).encode()


def read(body: bytes) -> Multistatus:
    """A multistatus. Raises BadXml."""
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - expat limits expansion, doctypes are refused
    try:
        parser.feed(body)
        root = parser.close()
    except (ElementTree.ParseError, LookupError, ValueError) as fault:
        raise BadXml(f"the answer is not XML: {fault}") from fault
    if root.tag != f"{DAV}multistatus":
        raise BadXml(f"the answer is no multistatus but {root.tag[:60]}")
    token = root.find(f"{DAV}sync-token")
    return Multistatus(
        tuple(_resources(root)),
        token.text.strip() if token is not None and token.text else None,
    )


def _resources(root: ElementTree.Element) -> Iterator[Resource]:
    for response in root.iterfind(f"{DAV}response"):
        href = (response.findtext(f"{DAV}href") or "").strip()
        status = _status(response.findtext(f"{DAV}status"))
        elements: dict[str, ElementTree.Element] = {}
        refused = 0
        for propstat in response.iterfind(f"{DAV}propstat"):
            answered = _status(propstat.findtext(f"{DAV}status"))
            if answered not in (0, 200):
                refused = max(refused, answered)
                continue
            for prop in propstat.iterfind(f"{DAV}prop"):
                elements.update((each.tag, each) for each in prop)
        texts = {name: (each.text or "") for name, each in elements.items()}
        if href:
            yield Resource(href, status, texts, refused, elements)


def _status(line: str | None) -> int:
    words = (line or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
