"""A meeting as iCalendar text: RFC 5545, and RFC 5546 for what it asks of the receiver. Pure.

Times are in UTC, so that no VTIMEZONE can be misread. One VEVENT, exactly one ORGANIZER;
the ATTENDEE is whoever the text is for. UID is for ever, SEQUENCE rises with each change.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT: Final = "-//Usher//Booking//EN"
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a mail address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar entry for one person. Instants are aware; `location` is where to go or
    click, `url` where the entry can be changed; `stamp` is when the text was made."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    description: str
    location: str
    url: str
    organizer: Person
    attendee: Person
    language: str
    stamp: datetime


def calendar_text(entry: Entry, method: Method) -> bytes:
    """The entry as a REQUEST (invite, change), a CANCEL, or to be kept by hand (PUBLISH, which
    names no attendee: RFC 5546 section 3.2.1). CRLF lines of at most 75 octets."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(entry, method))
    return bytes(calendar.to_ical())


def _event(entry: Entry, method: Method) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", _utc(entry.stamp))
    event.add("last-modified", _utc(entry.stamp))
    event.add("dtstart", _utc(entry.start))
    event.add("dtend", _utc(entry.end))
    event.add("summary", _plain(entry.summary), parameters={"LANGUAGE": entry.language})
    event.add("description", _lines(entry.description), parameters={"LANGUAGE": entry.language})
    if entry.location:
        event.add("location", _plain(entry.location))
    if entry.url:
        event.add("url", entry.url)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event["organizer"] = _address(entry.organizer)
    if method != "PUBLISH":
        event.add("attendee", _attendee(entry.attendee, method), encode=False)
    return event


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{_plain(person.email)}")
    name = _parameter(person.name)
    if name:
        address.params["CN"] = vText(name)
    return address


def _attendee(person: Person, method: Method) -> vCalAddress:
    address = _address(person)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method == "REQUEST":
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
    return address


def _parameter(text: str) -> str:
    """A name as a parameter may hold it: RFC 5545 knows no quote inside one."""
    return _plain(text).replace('"', "'")[:_LONGEST_NAME].strip()


def _plain(text: str) -> str:
    """One line without control characters: what people type must not become properties."""
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _lines(text: str) -> str:
    return "\n".join(_plain(line) for line in text.splitlines()).strip()
