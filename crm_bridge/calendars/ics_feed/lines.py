"""iCalendar text as components of content lines, whatever state it is in. Pure.

Never raises: what cannot be a content line is left out, a component that is not closed
ends where another of its kind begins or the text ends. Reading takes time linear in the
size of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline
from icalendar.parser.content_line import UFOLD

LONGEST_LINE = 20_000
_LISTS = ("EXDATE", "RDATE", "RRULE", "FREEBUSY")  # as long as the calendar: times are in them
DEEPEST = 8
# DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin:2026…, whose zone should have been in quotes
_UNQUOTED = re.compile(r"^([\w-]+);TZID=(\([^):]*:[^)]*\)[^:;]*):(.*)$", re.IGNORECASE)
_LINE_END = re.compile(rb"\r?\n[ \t]")
_NEVER_NESTED = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})


@dataclass(frozen=True, slots=True)
class Line:
    """One property: name and parameter names in capitals, the value as it was written."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Part:
    """A component: its kind in capitals, the raw lines of its own, the parts within it, and
    whether its end was there."""

    kind: str
    lines: list[str] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)
    closed: bool = False

    def of_kind(self, kind: str) -> Iterator["Part"]:
        """Every part of that kind below this one, at any depth, in order."""
        for part in self.parts:
            if part.kind == kind:
                yield part
            yield from part.of_kind(kind)

    def properties(self, *names: str) -> Iterator[Line]:
        """The properties of those names, in order. Raises ValueError at a broken one."""
        for raw in self.lines:
            if raw.split(":", 1)[0].split(";", 1)[0].strip().upper() in names:
                yield read_line(raw)

    def first(self, name: str) -> Line | None:
        """The first property of that name. Raises ValueError when it is broken."""
        return next(self.properties(name), None)


def read_parts(text: str | bytes) -> Part:
    """The whole text as one part of kind "" that holds the calendars (or whatever is there)."""
    top = Part("")
    stack = [top]
    for raw in _unfolded(text):
        word, _, value = raw.partition(":")
        word = word.strip().upper()
        if word == "BEGIN":
            _begin(value.strip().upper(), stack)
        elif word == "END":
            _end(value.strip().upper(), stack)
        else:
            stack[-1].lines.append(raw)
    return top


def read_line(raw: str) -> Line:
    """A content line taken apart. Raises ValueError where it is none."""
    unquoted = _UNQUOTED.match(raw)
    if unquoted:
        return Line(unquoted[1].upper(), {"TZID": unquoted[2]}, unquoted[3])
    name, parameters, value = Contentline(raw).raw_parts()  # type: ignore[no-untyped-call]
    found = {
        key.upper(): given if isinstance(given, str) else ",".join(given)
        for key, given in parameters.items()
    }
    return Line(name.upper(), found, value)


def _begin(kind: str, stack: list[Part]) -> None:
    open_kinds = [part.kind for part in stack]
    if kind in _NEVER_NESTED and kind in open_kinds:
        del stack[open_kinds.index(kind) :]
    if len(stack) > DEEPEST:
        return
    part = Part(kind)
    stack[-1].parts.append(part)
    stack.append(part)


def _end(kind: str, stack: list[Part]) -> None:
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].kind == kind:
            stack[depth].closed = True
            del stack[depth:]
            return


def _unfolded(text: str | bytes) -> Iterator[str]:
    if isinstance(text, bytes):
        text = _decoded(text)
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\0", "")
    # beside other line ends a bare CR is part of somebody's text, and no end of a line
    text = text.replace("\r", "" if "\n" in text else "\n")
    for raw in UFOLD.sub("", text.lstrip()).split("\n"):
        long = len(raw) > LONGEST_LINE and not raw[:10].lstrip().upper().startswith(_LISTS)
        if raw.strip() and not long:
            yield raw


def _decoded(raw: bytes) -> str:
    for each in (raw, _LINE_END.sub(b"", raw)):  # some fold within a character
        try:
            return each.decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return raw.decode("cp1252", errors="replace")
