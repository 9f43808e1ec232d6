"""Half understood is not understood: no date is taken from words that say another one."""

import pytest

from parsing.values import Parsed
from parsing.when import parse
from parsing.when_confidence import UNLIKELY
from tests.parsing.telling import NOW, told


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "friday 2028"),
        ("sl", "petek 2028"),
        ("he", "יום שישי 2028"),
        ("fi", "perjantai 2028"),
        ("nb", "fredag 2028"),
        ("pl", "piątek 2028"),
        ("en", "the second closest xmas to today"),
    ],
)
def test_a_year_that_was_not_read_leaves_a_guess(language: str, text: str) -> None:
    found = parse(text, language=language, now=NOW)
    assert not isinstance(found, Parsed) or found.confidence <= UNLIKELY


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "friday 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("sl", "petek 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("he", "יום שישי 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("fi", "perjantai 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("nb", "fredag 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("pl", "piątek 9:00-11:00", "2026-03-13 @09:00-11:00"),
        ("en", "2026-03-12T09:00-05:00", "2026-03-12 @15:00"),
        ("sl", "čez en teden od jutri", "2026-03-19"),
        ("pl", "za tydzień od jutra", "2026-03-19"),
    ],
)
def test_the_end_of_a_range_is_no_zone(language: str, text: str, meant: str) -> None:
    assert told(text, language=language) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("יום חמישי ה-19", "2026-03-19"),
        ("יום חמישי ה-19 בשעה 14:00", "2026-03-19 @14:00"),
        ("שלישי ה 17 ב 15:00", "2026-03-17 @15:00"),
        ("יום שלישי השבעה עשר", "2026-03-17"),
    ],
)
def test_an_article_makes_a_number_behind_a_weekday_a_day(text: str, meant: str) -> None:
    assert told(text, language="he") == meant


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "for 30 minutes starting friday 4pm", "2026-03-13 @16:00"),
        ("nb", "i 30 minutter fra fredag kl 16", "2026-03-13 @16:00"),
        ("pl", "na 30 minut w piątek o 16", "2026-03-13 @16:00"),
        ("en", "last week end of october", "2026-10-31..2026-11-01"),
        ("en", "2027 Q3", "2027-07-01..2027-09-30"),
    ],
)
def test_what_is_said_first_belongs_to_what_follows(language: str, text: str, meant: str) -> None:
    assert told(text, language=language) == meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "24/7"),
        ("en", "Tuesday Morning Inc"),
        ("en", "Mr Friday"),
        ("en", "it may work for us"),
        ("en", "march on with the plan"),
        ("en", "Monday.com"),
        ("en", "version 3.11"),
        ("en", "Monday in the second week of 2027"),
        ("sl", "24/7"),
        ("sl", "gospa Sreda"),
        ("sl", "1. maj d.d."),
        ("sl", "dva od treh"),
        ("sl", "okoli dvajset"),
        ("he", "24/7"),
        ("he", "גרסה 3.11"),
        ("he", "סוף השבוע האחרון של מרץ"),
        ("fi", "kaksi kolmesta"),
        ("fi", "versio 3.11"),
        ("nb", "Lørdag Kveld AS"),
        ("nb", "versjon 3.11"),
        ("pl", "pan Sobota"),
        ("pl", "wersja 3.11"),
    ],
)
def test_what_belongs_to_something_else_is_no_date(language: str, text: str) -> None:
    found = parse(text, language=language, now=NOW)
    assert found is None or (isinstance(found, Parsed) and found.confidence <= UNLIKELY)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "great, what happens now"),
        ("nb", "hva skjer nå"),
        ("sl", "super, kaj pa zdaj"),
        ("fi", "mitä nyt tapahtuu"),
    ],
)
def test_now_in_a_question_is_no_wish(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW, asked=True)
    assert read is None or read.confidence < 0.5
