"""A mail's content before it is a mail: one structure, told as text and as HTML alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.languages import direction

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A label (or none: one of a list) and what stands beside it; `said` are the visitor's
    own words for it."""

    label: str
    value: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading; the first section of a letter has none."""

    rows: tuple[Row, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click. The address is shown in the text version."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language."""

    language: str
    subject: str
    hello: str
    lead: str
    sections: tuple[Section, ...] = ()
    links: tuple[Link, ...] = ()
    closing: tuple[str, ...] = ()


def as_text(letter: Letter) -> str:
    """The letter as plain text, a link to a line of its own."""
    paragraphs = ["\n".join(filter(None, (letter.hello, letter.lead)))]
    for section in letter.sections:
        lines = [section.heading] if section.heading else []
        lines += [_line(row) for row in section.rows]
        paragraphs.append("\n".join(lines))
    paragraphs += [f"{link.label}:\n{link.url}" for link in letter.links]
    paragraphs += letter.closing  # an empty one says nothing
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _line(row: Row) -> str:
    said = f" ({_quoted(row.said)})" if row.said else ""
    return f"{row.label}: {row.value}{said}" if row.label else f"- {row.value}{said}"


def _quoted(text: str) -> str:
    return f"“{' '.join(text.split())}”"


def as_html(letter: Letter) -> str:
    """The letter as HTML, in the language's direction; styles stand in the elements, because
    mail programs drop style sheets."""
    return _TEMPLATES.get_template("letter.html").render(
        letter=letter, direction=direction(letter.language), quoted=_quoted
    )


def rows(*pairs: tuple[str, str | None]) -> tuple[Row, ...]:
    """Rows of the pairs that have a value."""
    return tuple(Row(label, value) for label, value in pairs if value)


def sections(found: Sequence[Section]) -> tuple[Section, ...]:
    """The sections that have rows."""
    return tuple(section for section in found if section.rows)
