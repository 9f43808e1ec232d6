"""Parsers of values take work in proportion to the text: calls are counted, not time."""

from collections.abc import Callable
from typing import Any

import pytest

from parsing import (
    act,
    company,
    correction,
    email,
    language,
    money,
    number,
    option,
    people,
    person,
    phone,
    yes_no,
)
from parsing.lexicon import LANGUAGES
from tests.parsing.test_when_work import calls

OPTIONS = {"retail": ("Retail", "shop", "e-commerce"), "bank": ("Bank", "financ")}
READERS: dict[str, Callable[[str, str], Any]] = {
    "act": lambda text, spoken: act.parse(text, language=spoken),
    "company": lambda text, spoken: company.parse(text, language=spoken),
    "correction": lambda text, spoken: correction.parse(text, language=spoken),
    "email": lambda text, spoken: email.parse(text, language=spoken),
    "language": lambda text, spoken: language.identify(text, current=spoken),
    "money": lambda text, spoken: money.parse(text, language=spoken),
    "number": lambda text, spoken: number.spans(text, language=spoken),
    "option": lambda text, spoken: option.parse(text, language=spoken, options=OPTIONS),
    "people": lambda text, spoken: people.parse(text, language=spoken),
    "person": lambda text, spoken: person.parse(text, language=spoken),
    "phone": lambda text, spoken: phone.parse(text, language=spoken),
    "yes_no": lambda text, spoken: yes_no.parse(text, language=spoken),
}
UNITS = [
    "1 ",
    "1,",
    "111 ",
    "1.1.",
    "+1 ",
    "a",
    "one ",
    "one hundred and ",
    "kaksi",
    "fem og ",
    "point ",
    "€1 ",
    "a dollar ",
    "1k ",
    "20 to ",
    "between ",
    "@",
    "a@b.",
    "dot at ",
    "my name is ",
    "I'm ",
    "not ",
    "sorry ",
    "human please ",
    "retial ",
    "🙂",
    "ו",
    "מאה ו",
    "\u200f1",
    "-",
    "(",
    " ",
]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", READERS)
def test_twice_the_text_takes_at_most_about_twice_the_work(reader: str, unit: str) -> None:
    text, spoken = unit * (600 // len(unit) + 1), LANGUAGES[len(unit) % len(LANGUAGES)]
    read = READERS[reader]
    read(text, spoken)  # lexicons are loaded
    once, twice = calls(lambda: read(text, spoken)), calls(lambda: read(text + text, spoken))
    assert twice <= 2.5 * once + 2000


@pytest.mark.parametrize("unit", UNITS[::3])
@pytest.mark.parametrize("reader", READERS)
def test_the_work_on_the_longest_text_is_bounded(reader: str, unit: str) -> None:
    text = (unit * (10_000 // len(unit) + 1))[:10_000]
    read = READERS[reader]
    read(text, "en")
    assert calls(lambda: read(text, "en")) < 400_000
