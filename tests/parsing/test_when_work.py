"""Reading takes work in proportion to the text, whatever the text: calls are counted, not time."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parsing import act, duration, fold, number_read, timeline, when
from parsing.lexicon import LANGUAGES

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Europe/Ljubljana"))
UNITS = [
    "monday ",
    "monday or ",
    "monday at 3 or ",
    "lorem ipsum ",
    "12 34 ",
    "1",
    "1-2-3-4-",
    "10:",
    "3.4.",
    "not monday ",
    "in in ",
    "half past ",
    "quarter to ",
    "from monday to ",
    "between 3 and ",
    "-",
    "'a",
    "@ ",
    "a@b.",
    "2026 ",
    "the ",
    "first of the ",
    "may ",
    "next ",
    "2 hours and ",
    " ",
    "\n",
    ",",
    "š",
    "mondxy ",
    "monday can't ",
    "except monday, ",
    "בשני ",
    "ובשלוש ",
    "maanantaina klo 10 ja 12 välillä ",
    "wpół do ",
    "halv ",
    "čez čez ",
]


def calls(read: Callable[[], Any]) -> int:
    """How many function calls, Python's and C's, one reading takes."""
    count = 0

    def counting(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    for kept in (fold._fold_again, act._acts, number_read._numbers):
        kept.cache_clear()  # what was read before must not come for nothing
    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        read()
    finally:
        sys.setprofile(before)
    return count


def when_of(text: str, language: str) -> Callable[[], Any]:
    return lambda: when.parse(text, language=language, now=NOW, asked=True)


def timeline_of(text: str, language: str) -> Callable[[], Any]:
    return lambda: timeline.parse(text, language=language, now=NOW)


def duration_of(text: str, language: str) -> Callable[[], Any]:
    return lambda: duration.parse(text, language=language)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", [when_of, timeline_of, duration_of])
def test_twice_the_text_takes_at_most_about_twice_the_work(
    unit: str, reader: Callable[[str, str], Callable[[], Any]]
) -> None:
    text, language = unit * (400 // len(unit) + 1), LANGUAGES[len(unit) % len(LANGUAGES)]
    reader(text, language)()  # lexicons are loaded
    once, twice = calls(reader(text, language)), calls(reader(text + text, language))
    assert twice <= 2.5 * once + 2000


@pytest.mark.parametrize("unit", UNITS[::4])
def test_the_work_on_the_longest_text_is_bounded(unit: str) -> None:
    text = (unit * (10_000 // len(unit) + 1))[:10_000]
    when_of(text, "en")()
    assert calls(when_of(text, "en")) < 700_000


def test_what_lies_behind_the_longest_text_is_not_read() -> None:
    assert when.parse("x " * 20_000 + "monday", language="en", now=NOW) is None
