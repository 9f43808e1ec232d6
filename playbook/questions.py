"""Reads the questions of a playbook and their options."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from playbook.conditions import read_condition
from playbook.model import ALWAYS, Condition, Kind, Option, Question, Returning
from playbook.node import Node
from playbook.settings import read_settings

KINDS: tuple[str, ...] = get_args(Kind)
RETURNING: tuple[str, ...] = get_args(Returning)
RESERVED = ("meeting", "opt_in")
SHAPES: Mapping[str, tuple[str, ...]] = {
    "people": ("min", "max"),
    "money": ("min", "max", "currency"),
    "timeline": ("asap", "by_months", "month", "quarter", "season", "by", "none"),
}


def read_questions(node: Node) -> tuple[Question, ...]:
    """The questions in their order; `only_if` may name questions before it."""
    questions: list[Question] = []
    for entry in node.items(most=60):
        question = _question(entry, tuple(questions))
        if question is None:
            continue
        if any(question.id == other.id for other in questions):
            entry.fault(f"'{question.id}' stands there twice", "Give each question its own id.")
        if question.id in RESERVED:
            entry.fault(f"'{question.id}' is taken by Usher itself", "Choose another id.")
        questions.append(question)
    if not questions:
        node.fault("holds no question", "Add at least one.")
    return tuple(questions)


def _question(node: Node, before: tuple[Question, ...]) -> Question | None:
    fields = node.fields(
        ("id", "kind", "label", "ask", "why", "help"),
        ("required", "options", "settings", "only_if", "returning"),
    )
    if "id" not in fields or "kind" not in fields:
        return None
    kind = fields["kind"].one_of(KINDS)
    options = read_options(fields["options"], kind) if "options" in fields else ()
    if kind == "option" and not options:
        node.fault("has no options", "Add `options:` with at least two entries.")
    if kind == "file" and options:
        fields["options"].fault("are not used where a file is asked for", "Take them out.")
    settings = read_settings(fields["settings"], kind) if "settings" in fields else {}
    _volunteered(fields, settings, options)
    return Question(
        id=fields["id"].slug(),
        kind=kind,  # type: ignore[arg-type]  # one_of proved it
        label=fields["label"].words(longest=60) if "label" in fields else {},
        ask=fields["ask"].variants() if "ask" in fields else {},
        why=fields["why"].words() if "why" in fields else {},
        help=fields["help"].words() if "help" in fields else {},
        required=fields["required"].flag() if "required" in fields else True,
        options=options,
        settings=settings,
        only_if=_only_if(fields, before),
        returning=fields["returning"].one_of(RETURNING) if "returning" in fields else "ask",  # type: ignore[arg-type]  # one_of proved it
    )


def _only_if(fields: dict[str, Node], before: tuple[Question, ...]) -> Condition:
    return read_condition(fields["only_if"], before) if "only_if" in fields else ALWAYS


def _volunteered(
    fields: dict[str, Node], settings: dict[str, Any], options: tuple[Option, ...]
) -> None:
    known = {option.id for option in options}
    for name in settings.get("volunteered", ()):
        if name not in known:
            fields["settings"].fault(f"volunteered names '{name}', which is no option")


def read_options(node: Node, kind: str) -> tuple[Option, ...]:
    """The options of one question; kinds other than option need a `value` each."""
    options: list[Option] = []
    for entry in node.items(most=40):
        fields = entry.fields(("id", "title"), ("synonyms", "hints", "value"))
        if "id" not in fields or "title" not in fields:
            continue
        option = Option(
            id=fields["id"].slug(),
            title=fields["title"].words(longest=60),
            synonyms=_stems(fields, "synonyms"),
            hints=_stems(fields, "hints"),
            value=_value(entry, fields, kind),
        )
        if any(option.id == other.id for other in options):
            entry.fault(f"'{option.id}' stands there twice", "Give each option its own id.")
        options.append(option)
    return tuple(options)


def _stems(fields: dict[str, Node], name: str) -> dict[str, tuple[str, ...]]:
    return fields[name].variants(longest=80, most=200) if name in fields else {}


def _value(entry: Node, fields: dict[str, Node], kind: str) -> Any:
    if kind == "option":
        if "value" in fields:
            fields["value"].fault("is not used for options", "The option's id is its value.")
        return None
    if "value" not in fields:
        entry.fault("'value' is missing", f"Write which {kind} this choice stands for.")
        return None
    if kind not in SHAPES:
        return fields["value"].text(longest=200)
    children = fields["value"].fields((), SHAPES[kind])
    if not children:
        fields["value"].fault("is empty", f"Write at least one of {', '.join(SHAPES[kind])}.")
    return {key: _part(key, child) for key, child in children.items()}


def _part(key: str, node: Node) -> Any:
    if node.value is None and key in ("min", "max"):
        return None
    if key in ("asap", "none"):
        return node.flag()
    if key == "season":
        return node.one_of(("spring", "summer", "autumn", "winter"))
    if key == "currency":
        return node.text(longest=3)
    if key == "by":
        return _day(node)
    most = {"month": 12, "quarter": 4, "by_months": 120}.get(key, 10**12)
    return node.integer(least=0 if key in ("min", "max", "by_months") else 1, most=most)


def _day(node: Node) -> str:
    if isinstance(node.value, date):
        return node.value.isoformat()[:10]
    said = node.text(longest=10)
    try:
        date.fromisoformat(said)
    except ValueError:
        node.fault(f"'{said}' is no date", "Write it as 2026-06-30.")
    return said
