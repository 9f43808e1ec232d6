"""What holds for wishes in every language, whatever the words."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.fold import fold_text
from parsing.lexicon import LANGUAGES, UnknownLanguage
from parsing.values import Parsed, Unclear
from parsing.when import parse
from tests.parsing.tables import TABLES
from tests.parsing.telling import NOW, told

days_ahead = st.dates(min_value=date(2026, 3, 12), max_value=date(2027, 3, 10))
languages = st.sampled_from(LANGUAGES)


# the same in any spelling ------------------------------------------------------------------


@pytest.mark.parametrize(("language", "text", "meant"), TABLES)
def test_capitals_and_diacritics_may_be_missing(language: str, text: str, meant: str) -> None:
    assert told(fold_text(text), language=language) == meant


@pytest.mark.parametrize(("language", "text", "meant"), TABLES)
def test_shouting_and_signs_around_change_nothing(language: str, text: str, meant: str) -> None:
    assert told(f" {text.upper()}! ", language=language) == meant


@given(st.sampled_from(TABLES))
@settings(max_examples=60, deadline=None)
def test_the_same_words_always_mean_the_same(row: tuple[str, str, str]) -> None:
    language, text, _ = row
    assert parse(text, language=language, now=NOW) == parse(text, language=language, now=NOW)


@given(st.text(max_size=120), languages, st.booleans())
@settings(deadline=None)
def test_any_text_is_read_without_fault_and_spans_lie_inside(
    text: str, language: str, asked: bool
) -> None:
    read = parse(text, language=language, now=NOW, asked=asked)
    choices = read.choices if isinstance(read, Unclear) else (read,) if read else ()
    for one in choices:
        assert 0 <= one.start < one.end <= len(text)
        assert 0 < one.confidence <= 1


@given(st.lists(st.sampled_from([text for _, text, _ in TABLES]), max_size=6), languages)
@settings(max_examples=150, deadline=None)
def test_phrases_thrown_together_are_read_without_fault(texts: list[str], language: str) -> None:
    parse(" ".join(texts), language=language, now=NOW)


# what formatting writes, parsing reads -----------------------------------------------------


@given(days_ahead, languages, st.sampled_from(["full", "long", "medium", "short"]))
@settings(max_examples=400, deadline=None)
def test_a_date_in_any_width_is_read_back(day: date, language: str, width: str) -> None:
    locale = "en_GB" if language == "en" else language
    assert told(format_date(day, width, locale=locale), language=language) == day.isoformat()


@given(days_ahead, st.sampled_from(["full", "long", "medium", "short"]))
@settings(deadline=None)
def test_an_american_date_is_read_back_where_the_month_comes_first(day: date, width: str) -> None:
    read = parse(format_date(day, width, locale="en_US"), language="en", now=NOW, day_first=False)
    assert isinstance(read, Parsed)
    assert (read.value.first, read.value.last) == (day, day)


@given(days_ahead, st.times(), languages, st.sampled_from(["full", "long", "medium", "short"]))
@settings(max_examples=400, deadline=None)
def test_a_date_with_a_time_is_read_back(day: date, at: time, language: str, width: str) -> None:
    at = at.replace(second=0, microsecond=0)
    locale = "en_GB" if language == "en" else language
    written = f"{format_date(day, width, locale=locale)} {format_time(at, 'short', locale=locale)}"
    read = parse(written, language=language, now=NOW, office_hours=False)
    assert isinstance(read, Parsed)
    assert read.value.instant == datetime.combine(day, at)


@given(days_ahead, languages, st.sampled_from(["MMMd", "MMMEd", "yMMMEd", "yMMMMd"]))
@settings(max_examples=300, deadline=None)
def test_a_day_and_a_month_are_read_back(day: date, language: str, skeleton: str) -> None:
    locale = "en_GB" if language == "en" else language
    moment = datetime.combine(day, time())
    if "y" not in skeleton and (date(2027, 3, 11) - day).days < 35:
        return  # without a year a date that is only just over is this year's
    assert told(format_skeleton(skeleton, moment, locale=locale), language=language) == (
        day.isoformat()
    )


@given(
    st.integers(1, 20),
    st.sampled_from([("day", 1), ("week", 7)]),
    languages,
)
@settings(max_examples=200, deadline=None)
def test_days_and_weeks_ahead_are_counted(count: int, unit: tuple[str, int], language: str) -> None:
    ahead = timedelta(days=count * unit[1])
    written = format_timedelta(
        ahead, granularity=unit[0], threshold=1000, add_direction=True, locale=language
    )
    read = parse(written, language=language, now=NOW)
    assert isinstance(read, Parsed), written
    assert read.value.first == NOW.date() + ahead


@given(st.times(), languages)
@settings(deadline=None)
def test_a_time_alone_is_the_next_time_the_clock_shows_it(at: time, language: str) -> None:
    at = at.replace(second=0, microsecond=0)
    if language == "fi" and at.hour > 0 and 1 <= at.minute <= 12:
        return  # "10.12" is the tenth of December where no "klo" stands before it
    locale = "en_GB" if language == "en" else language
    read = parse(
        format_time(at, "short", locale=locale), language=language, now=NOW, office_hours=False
    )
    assert isinstance(read, Parsed)
    assert read.value.clock.exact == at
    assert read.value.first is None
    instant = read.value.instant
    assert instant is not None
    assert timedelta() <= instant - NOW.replace(tzinfo=None) < timedelta(days=1)


# now, zones, summer time -------------------------------------------------------------------


def test_now_must_be_aware() -> None:
    with pytest.raises(ValueError, match="aware"):
        parse("tomorrow", language="en", now=datetime(2026, 3, 11, 10))


def test_a_language_outside_the_six_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        parse("morgen", language="de", now=NOW)


@pytest.mark.parametrize(
    ("text", "now", "meant"),
    [
        ("in 2 hours", "2026-03-29T01:30+01:00", "2026-03-29 @~04:30"),  # 2:00 becomes 3:00
        ("in 24 hours", "2026-03-28T12:00+01:00", "2026-03-29 @~13:00"),
        ("tomorrow at 2:30", "2026-03-28T12:00+01:00", "2026-03-29 @14:30"),
        ("in 2 hours", "2026-10-25T01:30+02:00", "2026-10-25 @~02:30"),  # 3:00 becomes 2:00
        ("tomorrow", "2026-10-24T23:59+02:00", "2026-10-25"),
        ("in a week", "2026-03-25T09:00+01:00", "2026-04-01..2026-04-07"),
    ],
)
def test_days_when_clocks_change_are_counted_as_the_visitor_sees_them(
    text: str, now: str, meant: str
) -> None:
    at = datetime.fromisoformat(now).astimezone(ZoneInfo("Europe/Ljubljana"))
    assert told(text, language="en", now=at) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Tuesday 15:00 CET", "2026-03-17 @15:00"),
        ("Tuesday 15:00 GMT", "2026-03-17 @16:00"),
        ("Tuesday 3pm EST", "2026-03-17 @21:00"),
        ("14 April 15:00 GMT", "2026-04-14 @17:00"),
    ],
)
def test_a_time_in_another_zone_is_moved_into_the_visitors(text: str, meant: str) -> None:
    assert told(text, language="en") == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-17T15:00", "2026-03-17 @15:00"),
        ("2026-03-17 09:30", "2026-03-17 @09:30"),
        ("17/03/2026 9:00", "2026-03-17 @09:00"),
        ("2026-02-30", "nothing"),
        ("31.4.", "nothing"),
    ],
)
@pytest.mark.parametrize("language", ["en", "sl", "fi"])
def test_iso_and_impossible_dates(language: str, text: str, meant: str) -> None:
    assert told(text, language=language) == meant


# what is asked instead of guessed ----------------------------------------------------------


def test_day_and_month_are_asked_for_where_no_locale_settles_them() -> None:
    read = parse("05/04 at 10", language="en", now=NOW, day_first=None)
    assert isinstance(read, Unclear)
    assert read.why == "day_month_order"
    assert [choice.value.first for choice in read.choices] == [date(2026, 4, 5), date(2026, 5, 4)]


def test_the_language_settles_the_order_where_it_has_one() -> None:
    read = parse("05/04", language="nb", now=NOW, day_first=None)
    assert isinstance(read, Parsed)
    assert read.value.first == date(2026, 4, 5)


def test_a_date_that_is_only_one_way_round_possible_is_no_question() -> None:
    read = parse("25/04", language="en", now=NOW, day_first=None)
    assert isinstance(read, Parsed)
    assert read.value.first == date(2026, 4, 25)


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "Monday 14 April", "2026-04-14 ?typo? 2026-04-13"),
        ("pl", "poniedziałek, 14 kwietnia", "2026-04-14 ?typo? 2026-04-13"),
        ("nb", "tursdag", "2026-03-17 ?typo? 2026-03-12"),
        ("en", "tomorrow, Friday", "2026-03-12 ?typo? 2026-03-13"),
    ],
)
def test_words_that_contradict_each_other_are_a_question(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language) == meant


def test_seven_is_asked_for_only_where_clocks_go_to_twelve() -> None:
    assert told("at 7", language="en") == "@07:00 ?am_pm? @19:00"
    assert told("at 7 in the evening", language="en") == "@19:00"
    assert told("kl 7", language="nb") == "@07:00"


# what was asked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "10", "@10:00"),
        ("en", "half three", "@15:30"),
        ("en", "ten thirty", "@10:30"),
        ("en", "9 to 11", "@09:00-11:00"),
        ("sl", "ob treh", "@15:00"),
        ("pl", "piętnasta", "@15:00"),
        ("fi", "15.30", "@15:30"),
        ("nb", "14", "@14:00"),
        ("he", "שלוש וחצי", "@15:30"),
    ],
)
def test_bare_numbers_are_times_where_a_time_was_asked_for(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language, asked=True) == meant


@pytest.mark.parametrize("text", ["10", "25", "3 30", "10-12", "1954", "two three"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_bare_numbers_are_nothing_where_it_was_not(language: str, text: str) -> None:
    assert told(text, language=language) == "nothing"


# words that only look like times -----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mark Friday"),
        ("en", "what's the weather tomorrow"),
        ("en", "My name is April Jones"),
        ("en", "we sat with our team"),
        ("en", "call me at 650-650-6500"),
        ("en", "jane.may@acme.io"),
        ("en", "it costs 15.30 €"),
        ("en", "the first one"),
        ("sl", "Maja Petek"),
        ("sl", "Jutri d.o.o."),
        ("sl", "kakšno bo jutri vreme"),
        ("sl", "pet ljudi"),
        ("nb", "Odd Even Mai"),
        ("nb", "vi er to"),
        ("nb", "hvordan blir været i morgen"),
        ("fi", "millainen sää on huomenna"),
        ("pl", "jaka będzie jutro pogoda"),
        ("pl", "pierwszy"),
        ("he", "בשני מוצרים"),
        ("he", "מה מזג האוויר מחר"),
    ],
)
def test_look_alikes_are_not_taken_for_times(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW)
    assert read is None or (isinstance(read, Parsed) and read.confidence < 0.5)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Friday"),
        ("en", "May"),
        ("sl", "petek"),
        ("nb", "tirsdag"),
        ("he", "שני"),
        ("fi", "ma"),
    ],
)
def test_a_name_of_a_day_or_month_alone_is_one(language: str, text: str) -> None:
    read = parse(text, language=language, now=NOW)
    assert isinstance(read, Parsed)
    assert read.confidence >= 0.9


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "tuseday", "tuesday"),
        ("en", "septmber", "september"),
        ("sl", "ponedelejk", "ponedeljek"),
        ("fi", "tistaina", "tiistaina"),
        ("nb", "torsdg", "torsdag"),
        ("pl", "poniedzialke", "poniedzialek"),
    ],
)
def test_one_slip_in_a_long_name_is_forgiven_and_trusted_less(
    language: str, typed: str, meant: str
) -> None:
    read = parse(typed, language=language, now=NOW)
    right = parse(meant, language=language, now=NOW)
    assert isinstance(read, Parsed)
    assert isinstance(right, Parsed)
    assert read.value == right.value
    assert read.confidence < right.confidence


def test_the_span_covers_the_words_with_their_own_letters() -> None:
    text = "Bi šlo naslednji četrtek ob 14ih, prosim?"
    read = parse(text, language="sl", now=NOW)
    assert isinstance(read, Parsed)
    assert text[read.start : read.end] == "naslednji četrtek ob 14ih"


def test_hebrew_letters_are_hebrew_in_any_conversation() -> None:
    assert told("מחר ב-15:00", language="en") == "2026-03-12 @15:00"


def test_the_past_can_be_preferred_for_dates_without_a_year() -> None:
    read = parse("3 February", language="en", now=NOW, prefer="past")
    assert isinstance(read, Parsed)
    assert read.value.first == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "not Monday, ideally after 4"),
        ("en", "not Monday please, after 4"),
        ("sl", "ne v ponedeljek, najraje po 16"),
        ("he", "לא ביום שני, עדיף אחרי 16"),
        ("fi", "ei maanantaina, mieluiten neljän jälkeen"),
        ("nb", "ikke mandag, helst etter 16"),
        ("pl", "nie w poniedziałek, najlepiej po 16"),
    ],
)
def test_hours_apart_from_a_day_that_is_ruled_out_are_wished_for(language: str, text: str) -> None:
    found = parse(text, language=language, now=NOW)
    assert isinstance(found, Parsed)
    assert found.value.clock.not_before == time(16)
    assert found.value.excluded_weekdays == frozenset({0})
    assert found.value.excluded == ()


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "too early", "later"),
        ("en", "that's a bit late for me", "earlier"),
        ("pl", "za wcześnie", "later"),
        ("fi", "liian myöhään", "earlier"),
        ("he", "מוקדם מדי", "later"),
        ("en", "9 is too early", "not @09:00"),
        ("pl", "9 to za wcześnie", "not @09:00"),
        ("he", "9 מוקדם מדי", "not @09:00"),
    ],
)
def test_too_early_moves_what_is_shown_or_rules_out_what_is_said(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language, asked=True) == meant


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "20 Aprl", "2026-04-20"),
        ("nb", "20. arpil", "2026-04-20"),
        ("he", "ביום חמשי", "2026-03-12"),
        ("en", "does it match", "nothing"),
    ],
)
def test_short_names_may_be_mistyped_where_a_time_was_asked_for(
    language: str, text: str, meant: str
) -> None:
    assert told(text, language=language, asked=True) == meant
    assert told(text, language=language) == "nothing"
