"""A mapping says every fault with its line, and values go there and back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.connectors.forms import Unreadable, plain
from crm_bridge.connectors.mapping import FieldRule, MappingFaults, load
from crm_bridge.connectors.registry import SYSTEMS

DATA = Path(__file__).resolve().parents[3] / "data" / "crm"

FAULTY = """\
system: tryton
contacts:
  object: party.party
  key: code
  fields:
    nmae: {outside: name, owner: newest}
    email: {outside: e_mail, owner: newest}
    phone: {outside: phone, owner: nobody}
    marketing_consent: {outside: marketing, owner: bot_wins}
    language: {outside: lang, owner: crm_wins, values: {en: en, sl: en}}
    property.Größe: {outside: website, owner: crm_wins}
    country: {outside: [name, lang], owner: crm_wins, direcion: pull}
tickets:
  object: sale
"""


def test_every_fault_is_told_with_its_line() -> None:
    with pytest.raises(MappingFaults) as refused:
        load(FAULTY, filename="m.yml", known={"contacts": ["name", "email", "phone", "lang"]})
    said = [f"{fault.line}: {fault.what}" for fault in refused.value.faults]
    assert [int(line.partition(":")[0]) for line in said] == [6, 7, 8, 9, 9, 10, 11, 11, 12, 12, 13]
    text = str(refused.value)
    assert "Did you mean 'name'?" in text
    assert "Did you mean 'email'?" in text
    assert "Write `owner: most_restrictive`." in text
    assert "Did you mean 'direction'?" in text


@pytest.mark.parametrize(
    "text", ["", "- a\n", "system: tryton\n", "a: [\n", "system: tryton\ncontacts: 3\n"]
)
def test_what_is_no_mapping_is_refused_with_a_place(text: str) -> None:
    with pytest.raises(MappingFaults) as refused:
        load(text, filename="m.yml")
    assert all(fault.line >= 1 for fault in refused.value.faults)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.yml")), ids=lambda path: path.stem)
def test_the_mappings_that_come_with_the_house_are_sound(path: Path) -> None:
    mapping = load(path.read_text(), filename=path.name, known=SYSTEMS[path.stem].known)
    assert mapping.system == path.stem


@given(st.text())
def test_a_name_in_two_fields_comes_back_whole(name: str) -> None:
    rule = FieldRule("name", ("first", "last"), "newest", form="person_name")
    assert rule.read(rule.written(plain(name) or None)) == (plain(name) or None)


def test_values_are_translated_and_unknown_ones_are_unreadable() -> None:
    rule = FieldRule("language", ("lang",), "crm_wins", values={"sl": "slv", "en": "eng"})
    assert rule.written("sl") == {"lang": "slv"}
    assert rule.read({"lang": "ENG"}) == "en"
    assert rule.read({"lang": None}) is None
    assert not rule.can_write("fi")
    with pytest.raises(Unreadable):
        rule.read({"lang": "fra"})


@pytest.mark.parametrize(
    ("form", "raw", "value"),
    [
        ("flag", "Yes", True),
        ("flag", 0, False),
        ("whole", "12.0", 12),
        ("text", "  a  b ", "a b"),
        ("text", "", None),
    ],
)
def test_forms_are_read(form: str, raw: object, value: object) -> None:
    rule = FieldRule("property.x", ("x",), "crm_wins", form=form)  # type: ignore[arg-type]
    assert rule.read({"x": raw}) == value


@pytest.mark.parametrize(
    ("form", "raw"),
    [("flag", "maybe"), ("whole", "1.5"), ("whole", "nan"), ("whole", "inf"), ("text", {})],
)
def test_what_does_not_fit_its_form_is_unreadable(form: str, raw: object) -> None:
    rule = FieldRule("property.x", ("x",), "crm_wins", form=form)  # type: ignore[arg-type]
    with pytest.raises(Unreadable):
        rule.read({"x": raw})


def test_deals_go_into_another_pipeline_by_a_field_that_is_never_filled() -> None:
    """As docs/crm.md shows it."""
    source = (DATA / "hubspot.yml").read_text("utf-8")
    name = "    name: {outside: dealname, owner: crm_wins}\n"
    more = '    property.crm_pipeline: {outside: pipeline, owner: crm_wins, blank: "98765"}\n'
    assert source.count(name) == 1
    rules = load(source.replace(name, name + more)).objects["deals"].fields
    (rule,) = [one for one in rules if one.home == "property.crm_pipeline"]
    assert rule.blanked() == {"pipeline": "98765"}
    assert (rule.read({"pipeline": "98765"}), rule.read({"pipeline": "7"})) == (None, "7")
