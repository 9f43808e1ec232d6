"""Reads what answers are worth and where they lead: points, disqualifiers, routes, endings."""

from collections.abc import Iterator
from typing import get_args

from playbook.conditions import read_condition
from playbook.fault import did_you_mean
from playbook.model import (
    ALWAYS,
    Choosing,
    Disqualifier,
    Ending,
    OutcomeName,
    PointRule,
    Question,
    Resource,
    Route,
)
from playbook.node import Node

OUTCOMES: tuple[str, ...] = get_args(OutcomeName)
CHOOSING: tuple[str, ...] = get_args(Choosing)
LENGTHS = (5, 480)
"""How short and how long a meeting may be, in minutes."""
Questions = tuple[Question, ...]


def read_points(node: Node, questions: Questions) -> tuple[PointRule, ...]:
    """The point rules, each with its own id."""
    found: list[PointRule] = []
    for entry, fields in _entries(node, ("id", "when", "points", "because")):
        rule = PointRule(
            id=fields["id"].slug(),
            when=read_condition(fields["when"], questions),
            points=fields["points"].integer(least=-1000, most=1000),
            because=fields["because"].text(longest=200),
        )
        _once(entry, rule.id, [other.id for other in found])
        found.append(rule)
    return tuple(found)


def read_disqualifiers(node: Node, questions: Questions) -> tuple[Disqualifier, ...]:
    """The answers that end the interview at once."""
    found: list[Disqualifier] = []
    for entry, fields in _entries(node, ("id", "when", "outcome", "because")):
        rule = Disqualifier(
            id=fields["id"].slug(),
            when=read_condition(fields["when"], questions),
            outcome=fields["outcome"].one_of(("not_fit", "nearly")),  # type: ignore[arg-type]
            because=fields["because"].text(longest=200),
        )
        _once(entry, rule.id, [other.id for other in found])
        if not rule.when.tests and not entry.value.get("when"):
            entry.fault("holds for everybody", "Write a condition under `when:`.")
        found.append(rule)
    return tuple(found)


def read_routes(node: Node, questions: Questions, languages: tuple[str, ...]) -> tuple[Route, ...]:
    """The routes in their order."""
    found: list[Route] = []
    optional = ("when", "languages", "choose", "weights", "length_minutes")
    for entry, fields in _entries(node, ("id", "advisors"), optional):
        advisors = tuple(advisor.slug() for advisor in fields["advisors"].items(most=500))
        choosing = fields["choose"].one_of(CHOOSING) if "choose" in fields else "any"
        length = fields.get("length_minutes")
        route = Route(
            id=fields["id"].slug(),
            when=read_condition(fields["when"], questions) if "when" in fields else ALWAYS,
            advisors=advisors,
            languages=_spoken(fields, languages),
            choose=choosing,  # type: ignore[arg-type]  # proved above
            weights=_weights(fields["weights"], advisors, choosing) if "weights" in fields else {},
            length_minutes=length.integer(least=LENGTHS[0], most=LENGTHS[1]) if length else None,
        )
        _once(entry, route.id, [other.id for other in found])
        if not route.advisors:
            entry.fault("names no advisor", "Name at least one under `advisors:`.")
        found.append(route)
    return tuple(found)


def _weights(node: Node, advisors: tuple[str, ...], choosing: str) -> dict[str, int]:
    """advisor -> their share of the turns."""
    if choosing in ("all", "in_order"):
        node.fault(f"mean nothing with `choose: {choosing}`", "Leave them out.")
    found: dict[str, int] = {}
    for name, child in node.children().items():
        if name not in advisors:
            child.fault(f"the route has no advisor '{name}'", did_you_mean(name, advisors))
            continue
        found[name] = child.integer(least=1, most=100)
    return found


def _spoken(fields: dict[str, Node], languages: tuple[str, ...]) -> tuple[str, ...]:
    if "languages" not in fields:
        return ()
    return tuple(entry.one_of(languages) for entry in fields["languages"].items(most=20))


def read_endings(node: Node, resources: dict[str, Resource]) -> dict[str, Ending]:
    """outcome -> what is said for it."""
    found: dict[str, Ending] = {}
    for name, child in node.children().items():
        if name not in OUTCOMES:
            child.fault(f"no outcome '{name}'", did_you_mean(name, OUTCOMES))
            continue
        fields = child.fields(("say",), ("resource", "ask_opt_in", "opt_in", "opt_in_version"))
        resource = fields["resource"].slug() if "resource" in fields else None
        if resource is not None and resource not in resources:
            fields["resource"].fault(f"no resource '{resource}'", did_you_mean(resource, resources))
        version = fields["opt_in_version"].text(longest=40) if "opt_in_version" in fields else ""
        found[name] = Ending(
            outcome=name,  # type: ignore[arg-type]  # proved above
            say=fields["say"].words() if "say" in fields else {},
            resource=resource,
            ask_opt_in=fields["ask_opt_in"].flag() if "ask_opt_in" in fields else False,
            opt_in=fields["opt_in"].words() if "opt_in" in fields else {},
            opt_in_version=version,
        )
    return found


def read_resources(node: Node) -> dict[str, Resource]:
    """id -> something useful to give away; addresses are https."""
    found: dict[str, Resource] = {}
    for name, child in node.children().items():
        fields = child.fields(("title", "url"))
        if len(fields) < 2:
            continue
        urls = fields["url"].words(longest=500)
        for language, url in urls.items():
            if not url.startswith("https://") or " " in url:
                fields["url"].fault(f"{language}: '{url}' is no https address")
        found[name] = Resource(name, fields["title"].words(longest=120), urls)
    return found


def _entries(
    node: Node, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[Node, dict[str, Node]]]:
    """The entries that have all they need, with their fields; others are faults."""
    for entry in node.items(most=200):
        fields = entry.fields(required, optional)
        if all(key in fields for key in required):
            yield entry, fields


def _once(entry: Node, name: str, others: list[str]) -> None:
    if name in others:
        entry.fault(f"'{name}' stands there twice", "Give each its own id.")
