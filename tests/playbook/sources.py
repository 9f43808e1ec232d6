"""Playbook sources for tests: the consulting playbook, and a small one to spoil."""

from functools import cache
from pathlib import Path

from playbook.load import load
from playbook.model import Playbook

CONSULTING = Path(__file__).resolve().parents[2] / "data" / "playbooks" / "consulting.yml"

SMALL = """\
name: small
title: {en: Small}
languages: [en]
default_language: en
greeting: {en: [Hello., Hi.]}
consent: {version: "1", text: {en: We keep what you say.}}
questions:
  - id: need
    kind: option
    label: {en: need}
    ask: {en: [What do you need?, What is it about?]}
    why: {en: To help.}
    help: {en: A word.}
    options:
      - {id: crm, title: {en: CRM}, synonyms: {en: [crm]}}
      - {id: other, title: {en: Other}, synonyms: {en: [other]}}
  - id: size
    kind: people
    label: {en: size}
    ask: {en: [How many are you?, How big is the team?]}
    why: {en: To plan.}
    help: {en: A number.}
    settings: {min: 1, max: 1000}
  - id: name
    kind: person
    label: {en: name}
    ask: {en: [Your name?, What may we call you?]}
    why: {en: To greet you.}
    help: {en: First and last.}
  - id: email
    kind: email
    label: {en: mail}
    ask: {en: [Your address?, Where may we write?]}
    why: {en: To write to you.}
    help: {en: "Like a@b.com."}
points:
  - {id: core, when: {need: crm}, points: 20, because: wants a CRM}
qualified_from: 20
nearly_from: 10
routes:
  - {id: all, advisors: [maja]}
endings:
  qualified: {say: {en: Good.}}
  nearly: {say: {en: Nearly.}}
  not_fit: {say: {en: Sorry.}}
meeting:
  title: {en: A talk}
  label: {en: meeting}
  ask: {en: [When?, Which day?]}
  why: {en: To talk.}
  help: {en: A day and a time.}
"""


@cache
def consulting() -> Playbook:
    """The default playbook."""
    return load(CONSULTING.read_text(encoding="utf-8"), filename=str(CONSULTING))


def small(*changes: tuple[str, str]) -> str:
    """The small playbook with texts replaced; each must be there, once or more."""
    source = SMALL
    for before, after in changes:
        assert before in source, f"{before!r} is not in the playbook"
        source = source.replace(before, after)
    return source


def line_of(source: str, fragment: str) -> int:
    """The line, from 1, that holds the fragment first."""
    return source[: source.index(fragment)].count("\n") + 1
