"""Which settings each kind of question has, and how they are read."""

from collections.abc import Callable, Mapping
from typing import Any

from playbook.file_types import FILE_TYPES, MOST_MB
from playbook.node import Node

Reader = Callable[[Node], Any]


def _integer(node: Node) -> int:
    return node.integer(least=-(10**12), most=10**12)


def _currency(node: Node) -> str:
    code = node.text(longest=3)
    if not (len(code) == 3 and code.isupper() and code.isascii()):
        node.fault(f"'{code}' is no currency", "Use the three letters of ISO 4217, like EUR.")
    return code


def _rates(node: Node) -> dict[str, float]:
    """currency -> what one unit is worth in the question's own currency."""
    found: dict[str, float] = {}
    for code, rate in node.children().items():
        if not (len(code) == 3 and code.isupper() and code.isascii()):
            rate.fault(f"'{code}' is no currency", "Use the three letters of ISO 4217, like EUR.")
        found[code] = rate.decimal(least=1e-6, most=1e6)
    return found


def _slugs(node: Node) -> tuple[str, ...]:
    return tuple(entry.slug() for entry in node.items(most=100))


def _file_types(node: Node) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(entry.one_of(FILE_TYPES) for entry in node.items(most=40)))
    if not found:
        node.fault("is empty", "Name at least one type, like [pdf, docx], or leave it out for any.")
    return found


SETTINGS: Mapping[str, Mapping[str, Reader]] = {
    "option": {"volunteered": _slugs, "register": lambda node: node.one_of(("industry",))},
    "people": {
        "min": _integer,
        "max": _integer,
        "register": lambda node: node.one_of(("employees",)),
    },
    "money": {"min": _integer, "max": _integer, "currency": _currency, "rates": _rates},
    "number": {"min": _integer, "max": _integer},
    "timeline": {},
    "person": {},
    "company": {},
    "email": {},
    "phone": {"country": lambda node: node.text(longest=2)},
    "text": {"longest": _integer},
    "yes_no": {},
    "file": {
        "types": _file_types,
        "largest_mb": lambda node: node.integer(least=1, most=MOST_MB),
    },
}


def read_settings(node: Node, kind: str) -> dict[str, Any]:
    """The settings of a question of that kind; unknown ones are faults."""
    readers = SETTINGS[kind]
    return {key: readers[key](child) for key, child in node.fields((), readers).items()}
