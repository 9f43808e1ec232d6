"""When a project should be done: one field is set, in every language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.fold import fold_text
from parsing.lexicon import LANGUAGES
from parsing.timeline import parse
from parsing.values import Timeline

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Ljubljana"))
END_OF_YEAR = Timeline(by=date(2026, 12, 31))

SAID = [
    ("en", "within 3 months", Timeline(by_months=3)),
    ("en", "3-6 months", Timeline(by_months=6)),
    ("en", "half a year", Timeline(by_months=6)),
    ("en", "a couple of months", Timeline(by_months=2)),
    ("en", "within the next 2 months", Timeline(by_months=2)),
    ("en", "the next 6 months or so", Timeline(by_months=6)),
    ("en", "within the next month", Timeline(month=4)),
    ("nb", "innen neste to uker", Timeline(by=date(2026, 3, 25))),
    ("he", "בחצי השנה הקרובה", Timeline(by_months=6)),
    ("fi", "puolessa vuodessa", Timeline(by_months=6)),
    ("fi", "ei oo mitään kiirettä", Timeline(none=True)),
    ("fi", "vasta katsellaan", Timeline(none=True)),
    ("nb", "om to måneders tid", Timeline(by_months=2)),
    ("nb", "om tre ukers tid", Timeline(by=date(2026, 4, 1))),
    ("fi", "ennen joulua", Timeline(by=date(2026, 12, 24))),
    ("pl", "przed Bożym Narodzeniem", Timeline(by=date(2026, 12, 24))),
    ("pl", "przed świętami", Timeline(by=date(2026, 4, 3))),
    ("en", "end of jan at the latest", Timeline(by=date(2027, 1, 31))),
    ("en", "before the holidays", Timeline(by=date(2026, 12, 23))),
    ("he", "אחרי החגים", Timeline(by=date(2026, 4, 8))),
    ("sl", "do velike noči", Timeline(by=date(2026, 4, 5))),
    ("nb", "på sensommeren", Timeline(season="summer")),
    ("nb", "vi har god tid", Timeline(none=True)),
    ("pl", "gdzieś w lecie", Timeline(season="summer")),
    ("en", "in the coming months", Timeline(by_months=3)),
    ("sl", "v prihodnjih mesecih", Timeline(by_months=3)),
    ("sl", "v naslednjih mesecih", Timeline(by_months=3)),
    ("he", "בחודשים הקרובים", Timeline(by_months=3)),
    ("he", "בשנה הקרובה", Timeline(by_months=12)),
    ("fi", "tulevina kuukausina", Timeline(by_months=3)),
    ("nb", "de kommende månedene", Timeline(by_months=3)),
    ("nb", "i løpet av de neste månedene", Timeline(by_months=3)),
    ("pl", "w najbliższych miesiącach", Timeline(by_months=3)),
    ("en", "a couple of months", Timeline(by_months=2)),
    ("en", "in a year", Timeline(by_months=12)),
    ("en", "in 6 weeks", Timeline(by=date(2026, 4, 22))),
    ("en", "we need it by June", Timeline(month=6)),
    ("en", "next month", Timeline(month=4)),
    ("en", "in Q3", Timeline(quarter=3)),
    ("en", "sometime next quarter", Timeline(quarter=2)),
    ("en", "this summer", Timeline(season="summer")),
    ("en", "by the end of the year", END_OF_YEAR),
    ("en", "within the year", END_OF_YEAR),
    ("en", "before Christmas", Timeline(by=date(2026, 12, 24))),
    ("en", "by 15 May", Timeline(by=date(2026, 5, 15))),
    ("en", "June next year", Timeline(by=date(2027, 6, 30))),
    ("en", "ASAP", Timeline(asap=True)),
    ("en", "no rush, just exploring", Timeline(none=True)),
    ("sl", "v roku treh mesecev", Timeline(by_months=3)),
    ("sl", "v pol leta", Timeline(by_months=6)),
    ("sl", "do konca leta", END_OF_YEAR),
    ("sl", "čim prej", Timeline(asap=True)),
    ("sl", "jeseni", Timeline(season="autumn")),
    ("sl", "do junija", Timeline(month=6)),
    ("sl", "v tretjem četrtletju", Timeline(quarter=3)),
    ("sl", "ne mudi se", Timeline(none=True)),
    ("he", "מיידי", Timeline(asap=True)),
    ("he", "תוך שלושה חודשים", Timeline(by_months=3)),
    ("he", "בעוד חצי שנה", Timeline(by_months=6)),
    ("he", "עד סוף השנה", END_OF_YEAR),
    ("he", "ביוני", Timeline(month=6)),
    ("he", "בסתיו", Timeline(season="autumn")),
    ("he", "רבעון שלישי", Timeline(quarter=3)),
    ("he", "לא דחוף", Timeline(none=True)),
    ("fi", "kolmen kuukauden sisällä", Timeline(by_months=3)),
    ("fi", "3 kk", Timeline(by_months=3)),
    ("fi", "puolen vuoden sisällä", Timeline(by_months=6)),
    ("fi", "vuoden loppuun mennessä", END_OF_YEAR),
    ("fi", "kesään mennessä", Timeline(season="summer")),
    ("fi", "kesäkuussa", Timeline(month=6)),
    ("fi", "mahdollisimman pian", Timeline(asap=True)),
    ("fi", "niin pian ku mahdollista", Timeline(asap=True)),
    ("fi", "ei kiirettä", Timeline(none=True)),
    ("nb", "innen tre måneder", Timeline(by_months=3)),
    ("nb", "2-3 mnd", Timeline(by_months=3)),
    ("nb", "om et halvt år", Timeline(by_months=6)),
    ("nb", "i løpet av året", END_OF_YEAR),
    ("nb", "til høsten", Timeline(season="autumn")),
    ("nb", "i juni", Timeline(month=6)),
    ("nb", "så snart som mulig", Timeline(asap=True)),
    ("nb", "ingen hast", Timeline(none=True)),
    ("pl", "w ciągu trzech miesięcy", Timeline(by_months=3)),
    ("pl", "za pół roku", Timeline(by_months=6)),
    ("pl", "do końca roku", END_OF_YEAR),
    ("pl", "jesienią", Timeline(season="autumn")),
    ("pl", "w trzecim kwartale", Timeline(quarter=3)),
    ("pl", "w czerwcu", Timeline(month=6)),
    ("pl", "jak najszybciej", Timeline(asap=True)),
    ("pl", "nie spieszy się", Timeline(none=True)),
]


@pytest.mark.parametrize(("language", "text", "meant"), SAID)
def test_is_read_as_meant(language: str, text: str, meant: Timeline) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is not None
    assert read.value == meant
    assert read.confidence >= 0.9


@pytest.mark.parametrize(("language", "text", "meant"), SAID)
def test_capitals_and_diacritics_may_be_missing(language: str, text: str, meant: Timeline) -> None:
    read = parse(fold_text(text), language=language, now=NOW)
    assert read is not None
    assert read.value == meant


def test_a_month_in_small_letters_is_one_beside_ish() -> None:
    read = parse("once the dust settles, march ish", language="en", now=NOW)
    assert read is not None
    assert read.value == Timeline(month=3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Jane Doe"),
        ("en", "40 people, retail"),
        ("en", "5000 euros"),
        ("en", "two years ago"),
        ("en", "a couple hundred a month"),
        ("nb", "200 i måneden"),
        ("sl", "200 na mesec"),
        ("pl", "20 na miesiąc"),
        ("sl", "pet ljudi"),
        ("fi", "en tiedä"),
        ("pl", "nie wiem"),
        ("he", "שלום"),
    ],
)
def test_what_speaks_of_no_time_is_none(language: str, text: str) -> None:
    assert parse(text, language=language, now=NOW) is None


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_any_text_is_read_without_fault_and_sets_one_field(text: str, language: str) -> None:
    read = parse(text, language=language, now=NOW)
    if read is not None:
        value = read.value
        given_fields = (value.by_months, value.month, value.quarter, value.season, value.by)
        assert sum(field is not None for field in given_fields) + value.asap + value.none == 1
        assert 0 <= read.start < read.end <= len(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "before the summer holidays"),
        ("sl", "pred poletnimi počitnicami"),
        ("he", "לפני החופש הגדול"),
        ("fi", "ennen kesälomia"),
        ("nb", "før sommerferien"),
        ("pl", "do wakacji"),
    ],
)
def test_the_summer_holidays_are_the_summer(language: str, text: str) -> None:
    found = parse(text, language=language, now=NOW)
    assert found is not None
    assert found.value.season == "summer"


def test_a_month_alone_in_its_clause_is_one_though_it_may_be_a_verb() -> None:
    read = parse("nothing fixed, maybe march", language="en", now=NOW)
    assert read is not None
    assert read.value == Timeline(month=3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yesterday ;)"),
        ("sl", "najraje včeraj"),
        ("he", "עדיף אתמול"),
        ("fi", "mieluiten eilen"),
        ("nb", "helst i går"),
        ("pl", "najlepiej na wczoraj"),
    ],
)
def test_yesterday_and_nothing_else_is_as_soon_as_possible(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is not None
    assert read.value == Timeline(asap=True)
    assert parse(f"{text}, Jane wrote", language=language, now=NOW) != read


@pytest.mark.parametrize(
    ("language", "text", "quarter"),
    [("pl", "II kwartał", 2), ("pl", "I kwartał 2027", 1), ("sl", "IV. četrtletje", 4)],
)
def test_a_quarter_may_have_a_roman_number(language: str, text: str, quarter: int) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is not None
    assert read.value == Timeline(quarter=quarter)


def test_the_polish_summer_is_no_number_of_years() -> None:
    read = parse("do lata", language="pl", now=NOW)
    assert read is not None
    assert read.value == Timeline(season="summer")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sl", "v zadnjem četrtletju"),
        ("he", "ברבעון האחרון"),
        ("fi", "viimeisellä neljänneksellä"),
        ("nb", "i siste kvartal"),
        ("pl", "w ostatnim kwartale"),
    ],
)
def test_the_last_quarter_of_a_plan_is_the_fourth(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is not None
    assert read.value == Timeline(quarter=4)
