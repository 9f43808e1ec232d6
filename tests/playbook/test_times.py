"""Booking by talking: wishes, choices, what is ruled out, what is not free."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.playbook.world import ZONE, Talk, Turn


def local(turn: Turn) -> list[str]:
    """The openings shown, as weekday, date and time in Ljubljana (UTC+1 until 28 March)."""
    zone = ZoneInfo("Europe/Ljubljana")
    return [f"{start.astimezone(zone):%a %m-%d %H:%M}" for start in turn.starts]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "next Tuesday after 3pm"),
        ("sl", "naslednji torek po 15. uri"),
        ("nb", "neste tirsdag etter klokka 15"),
        ("pl", "w przyszły wtorek po 15"),
    ],
)
def test_a_window_is_searched_and_only_what_fits_is_shown(language: str, text: str) -> None:
    turn = Talk(language).at("meeting").say(text)
    assert {"alternatives", "offers"} <= turn.tags
    shown = local(turn)
    assert shown
    assert all(one.startswith("Tue 03-17") and one[-5:] >= "15:00" for one in shown)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ensi tiistaina klo 15"),
        ("pl", "w przyszły wtorek o 15"),
        ("en", "2026-03-17 15:00"),
        ("nb", "neste tirsdag klokka 15"),
    ],
)
def test_one_time_is_read_back_and_booked_by_a_yes(language: str, text: str) -> None:
    talk = Talk(language).at("meeting")
    turn = talk.say(text)
    assert local(turn) == ["Tue 03-17 15:00"]
    assert "confirm_value" in turn.tags
    talk.say({"fi": "joo sopii", "pl": "tak", "en": "yes", "nb": "ja takk"}[language])
    assert talk.booking is not None


@pytest.mark.parametrize(
    ("text", "place"), [("the first one", 0), ("the second one please", 1), ("the last one", -1)]
)
def test_one_of_those_shown_is_chosen_by_its_place(text: str, place: int) -> None:
    talk = Talk().at("meeting")
    shown = talk.say("next Tuesday after 3pm").starts
    turn = talk.say(text)
    assert talk.booking is not None
    assert talk.booking.start == shown[place]
    assert "confirm_summary" in turn.tags


def test_a_taken_time_brings_the_nearest() -> None:
    talk = Talk("he", timezone="Europe/Ljubljana").at("meeting")
    taken = {datetime(2026, 3, 12, 14, half, tzinfo=UTC) for half in (0, 30)}
    talk.calendar.busy |= taken
    turn = talk.say("מחר ב-15:00")
    assert "alternatives" in turn.tags
    assert "Thu 03-12 14:30" in local(turn)
    assert talk.booking is None


def test_an_ambiguous_date_is_read_in_the_order_of_the_locale_and_said_in_full() -> None:
    talk = Talk(locale="en-GB").at("meeting")
    turn = talk.say("05/04 at 10")
    assert "confirm_value" in turn.tags
    assert "5 April 2026" in " ".join(turn.said)
    assert any(one.startswith("Mon 05-04 10:00") for one in local(turn))


def test_an_ambiguous_day_that_is_free_is_said_in_full_too() -> None:
    turn = Talk(locale="en-GB").at("meeting").say("03/04")
    assert "confirm_value" in turn.tags
    assert "Friday, 3 April 2026" in turn.said[0]


def test_what_is_ruled_out_is_not_offered() -> None:
    turn = Talk("pl").at("meeting").say("kiedykolwiek, byle nie w poniedziałek")
    assert "alternatives" in turn.tags
    assert turn.starts
    assert not any(one.startswith("Mon") for one in local(turn))


def test_the_past_is_told_kindly() -> None:
    turn = Talk().at("meeting").say("yesterday at 10")
    assert turn.starts
    assert "past" in turn.said[0] or "over" in turn.said[0]


def test_an_hour_alone_is_meant_beside_what_was_shown() -> None:
    talk = Talk().at("meeting")
    talk.say("next Tuesday after 3pm")
    turn = talk.say("4pm")
    assert local(turn) == ["Tue 03-17 16:00"]


def test_another_time_instead_of_a_yes() -> None:
    talk = Talk().at("meeting")
    talk.say("next Tuesday at 3pm")
    turn = talk.say("no, rather at 4pm")
    assert local(turn) == ["Tue 03-17 16:00"]
    assert talk.booking is None


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("en", "next Tuesday afternoon", "nah earlier, like 10:30"),
        ("he", "יום שלישי הבא אחר הצהריים", "לא, יותר מוקדם, ב-10:30"),
    ],
)
def test_an_earlier_hour_is_of_the_day_that_is_shown(language: str, first: str, then: str) -> None:
    talk = Talk(language).at("meeting")
    talk.say(first)
    turn = talk.say(then)
    assert {one.split()[1] for one in local(turn)} == {"03-17"}


def test_a_week_later() -> None:
    talk = Talk().at("meeting")
    talk.say("next Tuesday at 3pm")
    turn = talk.say("a week later please")
    assert local(turn) == ["Tue 03-24 15:00"]


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("en", "tomorrow at 3pm", "rather Wednesday"),
        ("sl", "jutri ob 15h", "raje sredo"),
        ("fi", "huomenna kello 15", "mieluummin keskiviikkona"),
        ("he", "מחר ב-15:00", "עדיף יום רביעי"),
    ],
)
def test_another_day_keeps_about_the_hour(language: str, first: str, then: str) -> None:
    talk = Talk(language).at("meeting")
    talk.say(first)
    turn = talk.say(then)
    assert local(turn) == ["Wed 03-18 14:30", "Wed 03-18 15:00", "Wed 03-18 15:30"]


def test_any_hour_of_another_day_drops_the_hour() -> None:
    talk = Talk().at("meeting")
    talk.say("tomorrow at 3pm")
    turn = talk.say("Wednesday, any time")
    assert "Wed 03-18 09:00" in local(turn)


def test_none_of_them_asks_for_another() -> None:
    talk = Talk().at("meeting")
    turn = talk.say("no")
    assert talk.question == "meeting"
    assert "handoff" in turn.payloads


def test_yes_to_several_asks_which() -> None:
    turn = Talk().at("meeting").say("yes")
    assert "clarify" in turn.tags
    assert turn.starts


def test_a_question_while_a_time_is_held_keeps_it() -> None:
    talk = Talk().at("meeting")
    talk.say("next Tuesday at 3pm")
    turn = talk.say("how much is it?", "faq_price")
    assert {"faq_price", "confirm_value"} <= turn.tags
    talk.say("yes")
    assert talk.booking is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "could we move it to Thursday instead?"),
        ("fi", "voisiko sen siirtää torstaille?"),
        ("sl", "ali lahko prestavimo na četrtek?"),
        ("pl", "czy możemy przełożyć na czwartek?"),
        ("nb", "kan vi flytte det til torsdag?"),
    ],
)
def test_moving_by_talking_keeps_the_hour(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    turn = talk.say(text)
    assert local(turn) == ["Thu 03-19 15:00"]
    assert "confirm_value" in turn.tags


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please cancel my meeting"),
        ("pl", "proszę odwołać spotkanie"),
        ("nb", "jeg må avlyse møtet"),
    ],
)
def test_cancelling_by_talking_asks_first(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    turn = talk.say(text)
    assert "confirm_cancel" in turn.tags
    assert talk.booking is not None
    assert talk.booking.status == "booked"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "doesn't work, only Thursday"),
        ("he", "לא מתאים, רק בחמישי"),
        ("nb", "passer ikke, bare torsdag"),
        ("pl", "nie pasuje, tylko w czwartek"),
        ("sl", "ne bo šlo, samo v četrtek"),
    ],
)
def test_a_no_with_another_day_searches_that_day(language: str, text: str) -> None:
    talk = Talk(language).at("meeting")
    turn = talk.say(text)
    assert turn.starts
    assert {day[:3] for day in local(turn)} == {"Thu"}


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "next tuesday after 3", "not tuesday"),
        ("sl", "naslednji torek po treh", "ne v torek"),
        ("fi", "ensi tiistaina kolmen jälkeen", "ei tiistaina"),
    ],
)
def test_a_day_that_is_ruled_out_leaves_the_hours_and_the_week(
    language: str, first: str, second: str
) -> None:
    talk = Talk(language).at("meeting")
    shown = [start.astimezone(ZoneInfo(ZONE)) for start in talk.say(first).starts]
    week = {start.isocalendar()[:2] for start in shown}
    others = [start.astimezone(ZoneInfo(ZONE)) for start in talk.say(second).starts]
    assert others
    assert {start.isocalendar()[:2] for start in others} == week
    assert all(start.weekday() != 1 and start.hour >= 15 for start in others)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "wednesday at 2:30pm", "not wednesday"),
        ("nb", "onsdag halv tre", "ikke onsdag"),
        ("sl", "v sredo ob 14.30", "ne v sredo"),
    ],
)
def test_the_day_of_a_time_that_is_held_is_ruled_out(
    language: str, first: str, second: str
) -> None:
    talk = Talk(language).at("meeting")
    talk.say(first)
    turn = talk.say(second)
    shown = [start.astimezone(ZoneInfo(ZONE)) for start in turn.starts]
    assert shown
    assert all(start.weekday() != 2 for start in shown)
    assert {start.hour for start in shown} <= {13, 14, 15}


@pytest.mark.parametrize(
    ("language", "number"),
    [
        ("en", "+44 20 7946 0321"),
        ("fi", "040 123 4567"),
        ("pl", "601 234 567"),
        ("nb", "912 34 567"),
        ("sl", "041 234 567"),
    ],
)
def test_a_telephone_number_is_no_time(language: str, number: str) -> None:
    talk = Talk(language).at("meeting")
    turn = talk.say(number)
    assert turn.asked == []
    assert "alternatives" not in turn.tags


@pytest.mark.parametrize(("language", "text"), [("nb", "24 03 2026"), ("pl", "17 03 2026")])
def test_a_date_in_groups_is_no_telephone_number(language: str, text: str) -> None:
    turn = Talk(language).at("meeting").say(text)
    assert turn.starts
    assert {start.strftime("%d") for start in turn.starts} == {text[:2]}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "is there anything earlier?"),
        ("sl", "je kaj prej?"),
        ("he", "יש משהו מוקדם יותר?"),
        ("fi", "onko aiemmin mitään?"),
        ("nb", "er det noe tidligere?"),
        ("pl", "jest coś wcześniej?"),
    ],
)
def test_something_earlier_may_be_asked_for_as_a_question(language: str, text: str) -> None:
    talk = Talk(language).at("meeting")
    shown = talk.say({"he": "מחר אחרי 14:00"}.get(language, "12.3. 14:00")).starts
    turn = talk.say(text)
    assert turn.starts
    assert "out_of_scope" not in turn.tags
    assert not shown or min(turn.starts) < max(shown)


def test_an_hour_that_is_taken_is_looked_for_on_the_day_that_is_shown() -> None:
    talk = Talk("nb").at("meeting")
    talk.say("torsdag ettermiddag?")
    turn = talk.say("kvart over tre")
    assert "12. mars 2026, 15:15" in turn.said[0]
    assert {f"{start:%m-%d}" for start in turn.starts} == {"03-12"}


@pytest.mark.parametrize(
    ("language", "first", "then"),
    [
        ("en", "next week, not on Monday", "too early"),
        ("pl", "w przyszłym tygodniu, byle nie w poniedziałek", "za wcześnie"),
        ("he", "שבוע הבא, לא ביום שני", "מוקדם מדי"),
    ],
)
def test_mornings_of_several_days_that_are_too_early_are_followed_by_later_hours_of_them(
    language: str, first: str, then: str
) -> None:
    talk = Talk(language).at("meeting")
    before = local(talk.say(first))
    after = local(talk.say(then))
    assert {one.split()[1] for one in after} <= {one.split()[1] for one in before}
    assert min(one[-5:] for one in after) > max(one[-5:] for one in before)
    assert not any(one.startswith("Mon") for one in after)


@pytest.mark.parametrize(
    ("language", "first", "then", "day"),
    [
        ("en", "the week after next, Wednesday or Thursday", "how about 2:30 on Thursday", "03-26"),
        (
            "nb",
            "uka etter neste, helst onsdag eller torsdag",
            "hva med halv tre på torsdagen",
            "03-26",
        ),
        ("pl", "za dwa tygodnie", "a w piątek?", "03-27"),
        ("en", "next week, not Monday", "Wednesday", "03-18"),
        ("en", "this week", "Friday", "03-13"),
    ],
)
def test_a_weekday_is_of_the_week_that_is_shown(
    language: str, first: str, then: str, day: str
) -> None:
    talk = Talk(language).at("meeting")
    talk.say(first)
    assert {one.split()[1] for one in local(talk.say(then))} == {day}
