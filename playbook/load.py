"""Reads a playbook file and reports every fault with its line, never a traceback.

`load` proves the shape (keys, kinds of values, sizes); `playbook.check` proves the sense.
"""

import re
from collections.abc import Callable
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from playbook.fault import Fault, PlaybookFaults
from playbook.model import LONGEST_WINDOW_DAYS, Consent, Meeting, Playbook
from playbook.node import Node, Sheet
from playbook.questions import read_questions
from playbook.rules import (
    LENGTHS,
    read_disqualifiers,
    read_endings,
    read_points,
    read_resources,
    read_routes,
)

LARGEST_CHARACTERS = 500_000
DEEPEST = 12
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")

REQUIRED = (
    "name",
    "title",
    "languages",
    "default_language",
    "greeting",
    "consent",
    "questions",
    "points",
    "qualified_from",
    "nearly_from",
    "routes",
    "endings",
    "meeting",
)
OPTIONAL = ("disqualifiers", "resources", "identity")


def load(source: str, *, filename: str) -> Playbook:
    """The playbook written in `source`; `filename` stands in the faults.

    Raises PlaybookFaults with every fault of shape. Source: docs/playbook.md.
    """
    sheet = Sheet(filename, LANGUAGES)
    root = _root(source, filename, sheet)
    playbook = _playbook(root)
    if sheet.faults or playbook is None:
        raise PlaybookFaults(sheet.faults)
    return playbook


def _root(source: str, filename: str, sheet: Sheet) -> Node:
    if len(source) > LARGEST_CHARACTERS:
        what = f"the file has {len(source)} characters, at most {LARGEST_CHARACTERS} are allowed"
        raise PlaybookFaults([Fault(filename, 1, 1, what, "Split it into several playbooks.")])
    try:
        _refuse_tricks(source, filename)
        value = YAML(typ="rt", pure=True).load(source)
    except MarkedYAMLError as error:
        raise PlaybookFaults([_syntax(error, filename)]) from error
    except (YAMLError, ValueError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else "unreadable"
        raise PlaybookFaults([Fault(filename, 1, 1, f"the file is not YAML: {first}")]) from error
    return Node(sheet, value, path="", at=(1, 1))


def _refuse_tricks(source: str, filename: str) -> None:
    """Aliases and deep nesting make small files huge: neither belongs into a playbook."""
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(source):
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            depth -= 1
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, AliasEvent):
            what, hint = "aliases (*name) are not allowed", "Write the text out."
            raise PlaybookFaults([Fault(filename, *at, what, hint)])
        if depth > DEEPEST:
            what, hint = f"nested deeper than {DEEPEST} levels", "Check brackets and indents."
            raise PlaybookFaults([Fault(filename, *at, what, hint)])


def _syntax(error: MarkedYAMLError, filename: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = re.sub(r"\s+", " ", str(error.problem or error.context or "unreadable")).strip()
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    hint = "Check the indent, the colons and the quotes around here."
    if "duplicate key" in problem:
        hint = "Keep one of the two."
    return Fault(filename, line, column, f"not YAML here: {problem}", hint)


def _playbook(root: Node) -> Playbook | None:
    """The playbook as far as it could be read; faults are told to the nodes' sheet."""
    fields = root.fields(REQUIRED, OPTIONAL)
    if not fields:
        return None
    languages = _languages(fields, root)

    def read(key: str, reader: Callable[[Node], Any], otherwise: Any) -> Any:
        return reader(fields[key]) if key in fields else otherwise

    default = read("default_language", lambda node: node.one_of(languages), languages[0])
    questions = read("questions", read_questions, ())
    resources = read("resources", read_resources, {})
    return Playbook(
        name=read("name", Node.slug, ""),
        title=read("title", Node.words, {}),
        languages=languages,
        default_language=default,
        greeting=read("greeting", Node.variants, {}),
        consent=read("consent", _consent, Consent("", {})),
        questions=questions,
        points=read("points", lambda node: read_points(node, questions), ()),
        disqualifiers=read("disqualifiers", lambda node: read_disqualifiers(node, questions), ()),
        qualified_from=read("qualified_from", _points, 0),
        nearly_from=read("nearly_from", _points, 0),
        routes=read("routes", lambda node: read_routes(node, questions, languages), ()),
        endings=read("endings", lambda node: read_endings(node, resources), {}),
        resources=resources,
        meeting=read("meeting", _meeting, Meeting({})),
        prove=read("identity", _prove, "never"),
        file=root.sheet.file,
        positions=root.sheet.positions,
    )


def _languages(fields: dict[str, Node], root: Node) -> tuple[str, ...]:
    """The playbook's languages; from here on no other may be used in it."""
    if "languages" not in fields:
        return LANGUAGES
    found = [entry.one_of(LANGUAGES) for entry in fields["languages"].items(most=20)]
    if not found:
        fields["languages"].fault("is empty", "Name at least one language, like [en].")
    for language in {language for language in found if found.count(language) > 1}:
        fields["languages"].fault(f"'{language}' stands there twice", "Keep one.")
    root.sheet.languages = tuple(dict.fromkeys(found)) or LANGUAGES
    return root.sheet.languages


def _prove(node: Node) -> Literal["offer", "never"]:
    fields = node.fields(("prove",), ())
    offered = "prove" in fields and fields["prove"].one_of(("offer", "never")) == "offer"
    return "offer" if offered else "never"


def _points(node: Node) -> int:
    return node.integer(least=-1000, most=1000)


def _consent(node: Node) -> Consent:
    fields = node.fields(("version", "text"), ("required",))
    return Consent(
        version=fields["version"].text(longest=40) if "version" in fields else "",
        text=fields["text"].words() if "text" in fields else {},
        required=fields["required"].flag() if "required" in fields else True,
    )


def _meeting(node: Node) -> Meeting:
    """The meeting; texts that are missing were told by `fields`."""
    numbers = {
        "length_minutes": LENGTHS,
        "notice_hours": (0, 720),
        "window_days": (1, 100_000),  # its own sentence below
        "offered": (1, 12),
    }
    texts = ("title", "label", "why", "help")
    fields = node.fields((*texts, "ask"), (*numbers, "reminders_hours", "follow_up_no_show"))
    read: dict[str, Any] = {"title": {}}
    read.update((key, fields[key].words()) for key in texts if key in fields)
    if "ask" in fields:
        read["ask"] = fields["ask"].variants()
    for key, (least, most) in numbers.items():
        if key in fields:
            read[key] = fields[key].integer(least=least, most=most)
    if read.get("window_days", 0) > LONGEST_WINDOW_DAYS:
        fields["window_days"].fault(
            f"is {read['window_days']}, but calendars are known {LONGEST_WINDOW_DAYS} days ahead",
            "Times further away cannot be known to be free; offer fewer days.",
        )
    if "reminders_hours" in fields:
        hours = [
            each.integer(least=1, most=336) for each in fields["reminders_hours"].items(most=4)
        ]
        read["reminders_hours"] = tuple(sorted(set(hours), reverse=True))
    if "follow_up_no_show" in fields:
        read["follow_up_no_show"] = fields["follow_up_no_show"].flag()
    return Meeting(**read)
