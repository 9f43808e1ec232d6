"""Which field of a CRM is which of ours, and who is right when they differ. Pure.

A mapping is a file, `data/crm/<system>.yml`; `load` tells every fault with its line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from crm_bridge.connectors.forms import Unreadable, Value, here, there
from crm_bridge.connectors.vocabulary import (
    CONSENT,
    DENIED,
    DIRECTIONS,
    FORMS,
    GRANTED,
    HOME_FIELDS,
    OWNERS,
    PROPERTY,
    Direction,
    Form,
    Owner,
)
from playbook.fault import Fault, did_you_mean
from playbook.node import SLUG, Node, Sheet

_MOST_FIELDS: Final = 100


class MappingFaults(Exception):
    """A mapping that cannot be used; `faults` holds every fault, in the file's order."""

    code = "mapping_faulty"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of ours and the CRM's field (or fields) that hold it. `values` says what
    our value is called there; a value that it does not name is unreadable. `blank` is what
    the CRM is given at first where it insists on something and we have nothing."""

    home: str
    outside: tuple[str, ...]
    owner: Owner
    direction: Direction = "both"
    form: Form = "text"
    values: Mapping[str, Value] = field(default_factory=dict)
    blank: str | None = None

    def read(self, fields: Mapping[str, Any]) -> Value:
        """Our value of the CRM's fields. Raises Unreadable."""
        value = here(self.form, [fields.get(name) for name in self.outside])
        if value == self.blank:
            return None
        if not self.values or value is None:
            return value
        for ours, theirs in self.values.items():
            if str(theirs).casefold() == str(value).casefold():
                return ours
        raise Unreadable(f"{value!r} is not among the values of {self.home}")

    def can_write(self, value: Value) -> bool:
        """Whether the CRM has a name for our value."""
        return not self.values or value is None or str(value) in self.values

    def written(self, value: Value) -> dict[str, Any]:
        """The CRM's fields for our value. Raises Unreadable where it has no name there."""
        if self.values and value is not None:
            if str(value) not in self.values:
                raise Unreadable(f"{value!r} has no value in the CRM")
            value = self.values[str(value)]
        parts = there(self.form, value, parts=len(self.outside))
        return dict(zip(self.outside, parts, strict=True))

    def blanked(self) -> dict[str, Any]:
        """The CRM's fields for nothing, on a record that is made."""
        return {} if self.blank is None else {self.outside[-1]: self.blank}


@dataclass(frozen=True, slots=True)
class ObjectRule:
    """One kind of ours: the CRM's object, the field there that keeps our id, the fields."""

    kind: str
    object: str
    key: str
    fields: tuple[FieldRule, ...]
    erase_outside: bool = False

    @property
    def outside_names(self) -> tuple[str, ...]:
        """Every field of the CRM that is read or written."""
        return tuple(dict.fromkeys(name for rule in self.fields for name in rule.outside))


@dataclass(frozen=True, slots=True)
class CrmMapping:
    """A whole file."""

    system: str
    objects: Mapping[str, ObjectRule]


def load(
    source: str, *, filename: str = "mapping.yml", known: Mapping[str, Sequence[str]] | None = None
) -> CrmMapping:
    """Read a mapping. `known` are the fields that the CRM's adapter has, by kind, where it
    has a fixed set. Raises MappingFaults with every fault."""
    sheet = Sheet(file=filename, languages=())
    top = Node(sheet, _parse(source, filename), path="", at=(1, 1))
    top.path = "mapping"
    keys = top.fields(("system",), tuple(HOME_FIELDS))
    objects = {
        kind: _object(keys[kind], kind, (known or {}).get(kind))
        for kind in HOME_FIELDS
        if kind in keys
    }
    if not objects and not sheet.faults:
        top.fault("maps nothing", f"Add {' or '.join(HOME_FIELDS)}.")
    system = keys["system"].slug() if "system" in keys else ""
    if sheet.faults:
        raise MappingFaults(sheet.faults)
    return CrmMapping(system, objects)


def _parse(source: str, filename: str) -> Any:
    try:
        return YAML(typ="rt", pure=True).load(source)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = (fault.problem or fault.context or "is no YAML").strip().splitlines()[0]
        raise MappingFaults([Fault(filename, line, column, f"is no YAML: {what}")]) from fault
    except YAMLError as fault:
        raise MappingFaults([Fault(filename, 1, 1, f"is no YAML: {fault}")]) from fault


def _object(node: Node, kind: str, known: Sequence[str] | None) -> ObjectRule:
    keys = node.fields(("object", "key", "fields"), ("erase_outside",))
    rules: list[FieldRule] = []
    for home, entry in keys["fields"].children().items() if "fields" in keys else ():
        if len(rules) < _MOST_FIELDS:
            rules.append(_field(entry, kind, home, known))
    return ObjectRule(
        kind=kind,
        object=keys["object"].text(longest=100) if "object" in keys else "",
        key=keys["key"].text(longest=100) if "key" in keys else "",
        fields=tuple(rules),
        erase_outside=keys["erase_outside"].flag() if "erase_outside" in keys else False,
    )


def _field(node: Node, kind: str, home: str, known: Sequence[str] | None) -> FieldRule:
    form = _home_form(node, kind, home)
    keys = node.fields(("outside", "owner"), ("direction", "form", "values", "blank"))
    owner: Any = keys["owner"].one_of(OWNERS) if "owner" in keys else "crm_wins"
    if (home == CONSENT) != (owner == "most_restrictive") and "owner" in keys:
        what = "consent is always most_restrictive, and nothing else is"
        keys["owner"].fault(what, f"Write `owner: {_right_owner(home)}`.")
    direction: Any = keys["direction"].one_of(DIRECTIONS) if "direction" in keys else "both"
    chosen: Any = keys["form"].one_of(FORMS) if "form" in keys else form
    outside = _outside(keys["outside"], known) if "outside" in keys else ("",)
    if len(outside) > 1 and chosen != "person_name":
        keys["outside"].fault("only a person_name stands in several fields")
    values = _values(keys["values"]) if "values" in keys else {}
    if home == CONSENT and "values" in keys and set(values) != {GRANTED, DENIED}:
        keys["values"].fault(f"consent needs a value for {GRANTED} and one for {DENIED}")
    blank = keys["blank"].text(longest=100) if "blank" in keys else None
    return FieldRule(home, outside, owner, direction, chosen, values, blank)


def _right_owner(home: str) -> str:
    return "most_restrictive" if home == CONSENT else "newest"


def _home_form(node: Node, kind: str, home: str) -> Form:
    if home.startswith(PROPERTY):
        if not SLUG.fullmatch(home.removeprefix(PROPERTY)):
            node.fault("is no name of a property", "Use small letters, digits and _.")
        return "text"
    form = HOME_FIELDS[kind].get(home)
    if form is None:
        hint = did_you_mean(home, [*HOME_FIELDS[kind], f"{PROPERTY}…"])
        node.fault(f"is no field of {kind}", hint)
    return form or "text"


def _outside(node: Node, known: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(node.value, list):
        names = tuple(entry.text(longest=100) for entry in node.items(most=4))
    else:
        names = (node.text(longest=100),)
    for name in names:
        if known is not None and name and name not in known:
            node.fault(f"this CRM has no field '{name}'", did_you_mean(name, known))
    return names or ("",)


def _values(node: Node) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for ours, entry in node.children().items():
        if isinstance(entry.value, dict | list) or entry.value is None:
            entry.fault("must be a plain value")
            continue
        if entry.value in found.values():
            entry.fault("is there twice: it could not be read back")
        found[ours] = entry.value
    return found
