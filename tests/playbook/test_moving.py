"""A meeting is moved and cancelled by talking, after a yes, and never doubled."""

from datetime import UTC, datetime

import pytest

from playbook.directives import Cancel, Move
from tests.playbook.world import Talk


def test_a_day_alone_keeps_the_hour() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    turn = talk.say("could we move it to Thursday instead?")
    assert [f"{start:%m-%d %H:%M}" for start in turn.starts] == ["03-19 14:00"]
    assert "confirm_value" in turn.tags
    assert talk.booking is not None
    assert f"{talk.booking.start:%d}" == "17"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "who am i meeting?"),
        ("en", "who will i talk to?"),
        ("fi", "kenen kanssa mä puhun?"),
        ("sl", "kdaj je sestanek?"),
        ("he", "עם מי אני נפגשת?"),
        ("fi", "missä on videolinkki"),
        ("nb", "når er møtet?"),
        ("pl", "z kim się spotykam?"),
    ],
)
def test_who_when_and_where_is_told_of_the_meeting(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    turn = talk.say(text)
    assert talk.booking is not None
    said = " ".join(turn.said)
    assert talk.booking.advisor_name in said
    assert talk.booking.page_url in said
    assert turn.asked == []


def test_who_it_is_with_is_told_while_a_move_waits_for_a_yes() -> None:
    talk = Talk("en").booked("2026-03-17T15:00")
    talk.say("could we move it to Thursday instead?")
    turn = talk.say("who will i talk to?")
    assert {"booking_stands", "confirm_move"} <= turn.tags
    talk.press("yes")
    assert talk.booking is not None
    assert f"{talk.booking.start:%d}" == "19"


def test_without_a_meeting_the_same_words_ask_about_none() -> None:
    talk = Talk("en").at("industry")
    turn = talk.say("who am i meeting?")
    assert "no_booking" not in turn.tags
    assert "booking_stands" not in turn.tags


def test_a_yes_moves_the_meeting_and_books_no_second_one() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.say("could we move it to Thursday instead?")
    turn = talk.press("yes")
    assert [type(one) for one in turn.asked] == [Move]
    assert talk.booking is not None
    assert (talk.booking.id, f"{talk.booking.start:%d %H}") == ("bkg_1", "19 14")
    assert "moved" in turn.tags


def test_a_no_leaves_the_meeting_as_it_is() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.say("could we move it to Thursday instead?")
    turn = talk.press("no")
    assert "booking_stands" in turn.tags
    assert talk.booking is not None
    assert f"{talk.booking.start:%d}" == "17"


def test_a_new_time_that_is_taken_brings_the_nearest() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.calendar.days = 8
    turn = talk.say("move it to Thursday at 15")
    assert "alternatives" in turn.tags
    assert turn.starts


def test_moving_without_a_time_asks_for_one() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.press("move")
    assert talk.question == "meeting"
    turn = talk.say("18 March at 11:00")
    assert "confirm_move" in turn.tags


def test_cancelling_asks_first() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    turn = talk.press("cancel_booking")
    assert "confirm_cancel" in turn.tags
    assert turn.asked == []
    turn = talk.press("yes")
    assert [type(one) for one in turn.asked] == [Cancel]
    assert "booking_cancelled" in turn.tags


def test_a_cancelled_meeting_can_be_booked_anew() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.press("cancel_booking")
    talk.press("yes")
    talk.say("18 March at 11:00")
    talk.press("yes")
    assert talk.booking is not None
    assert talk.booking.status == "booked"


def test_a_no_keeps_the_meeting() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.press("cancel_booking")
    turn = talk.press("no")
    assert "booking_stands" in turn.tags
    assert talk.booking is not None
    assert talk.booking.status == "booked"


def test_without_a_meeting_there_is_nothing_to_cancel() -> None:
    talk = Talk().at("budget")
    talk.press("cancel_booking")
    assert talk.question == "budget"


@pytest.mark.parametrize("said", ["the first", "the first one", "1st"])
def test_the_place_of_the_one_time_shown_is_a_yes(said: str) -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.say("could we move it to Thursday instead?")
    assert "moved" in talk.say(said, intent="restart").tags


def test_a_place_that_is_not_there_is_asked_again() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    talk.say("could we move it to Thursday instead?")
    turn = talk.say("the second one", intent="restart")
    assert "confirm_move" in turn.tags
    assert "moved" not in turn.tags


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "move it to Thursday"),
        ("sl", "prestavi na četrtek"),
        ("he", "תעביר ליום חמישי"),
        ("fi", "siirrä torstaille"),
        ("nb", "flytt til torsdag"),
        ("pl", "przenieś na czwartek"),
    ],
)
def test_a_day_to_move_to_is_searched_at_the_same_hour(language: str, said: str) -> None:
    talk = Talk(language=language).booked("2026-03-17T15:00")
    talk.say(said, intent="reschedule")
    pending = talk.state["pending"]
    assert pending["kind"] == "move"
    assert pending["start"].startswith("2026-03-19T14:00")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "move to Friday"),
        ("sl", "prestavi na petek"),
        ("he", "תעביר ליום שישי"),
        ("fi", "siirrä perjantaille"),
        ("nb", "flytt til fredag"),
        ("pl", "przenieś na piątek"),
    ],
)
def test_moving_where_nothing_is_booked_answers_no_question(language: str, text: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.say(text)
    assert talk.value("timeline") is None
    assert talk.question == "timeline"
    assert "restate_question" in turn.tags


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please move it a week forward"),
        ("pl", "przelozmy to o tydzien"),
        ("fi", "voisko sen siirtää viikolla eteenpäin"),
        ("nb", "kan vi flytte den en uke frem"),
        ("he", "אפשר להזיז את זה שבוע קדימה"),
        ("sl", "prestavimo za en teden naprej"),
    ],
)
def test_by_a_week(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17 10:00")
    (start,) = talk.say(text).starts
    assert start == datetime(2026, 3, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "asked", "text"),
    [
        ("en", "could we move it to Thursday?", "actually, keep it"),
        ("he", "אפשר להעביר ליום חמישי?", "בעצם לא, תשאיר"),
    ],
)
def test_nobody_is_renamed_while_a_move_waits_for_a_yes(
    language: str, asked: str, text: str
) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    known = {name: one.value for name, one in talk.answers.items()}
    talk.say(asked)
    assert talk.state["pending"]["kind"] == "move"
    talk.say(text, "correct")
    assert {name: one.value for name, one in talk.answers.items()} == known
    assert not talk.state.get("pending"), "the meeting stays as it is"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "please don't cancel the meeting"), ("he", "אל תבטלו את הפגישה")],
)
def test_who_asks_not_to_cancel_is_not_asked_whether_to(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    talk.say(text, "cancel_booking")
    assert not talk.state.get("pending")


def test_words_that_could_be_a_name_rename_nobody_then() -> None:
    talk = Talk("he").booked("2026-03-17T15:00")
    talk.say("אפשר להעביר ליום חמישי?")
    talk.state["recent"] = ["company"]
    talk.say("בעצם לא, סתם", "correct")
    assert talk.value("company") == "Testa Labs"
    assert talk.value("name") == "Robin Berg"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "actually thursday wld be better tbh"),
        ("sl", "pravzaprav bi bil četrtek boljši"),
        ("he", "בעצם חמישי עדיף לי"),
        ("fi", "itse asiassa torstai ois parempi"),
        ("nb", "egentlig hadde torsdag vært bedre for meg"),
        ("pl", "w sumie to czwartek byłby lepszy"),
        ("fi", "itse asiassa torstai ollu bestis"),
    ],
)
def test_another_day_gives_nobody_a_new_name(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    name, company = talk.value("name"), talk.value("company")
    talk.say(text)
    assert (talk.value("name"), talk.value("company")) == (name, company)


def test_not_friday_said_to_next_weeks_times_stays_in_next_week() -> None:
    talk = Talk().booked("2026-03-12T15:00")
    talk.say("move it to next week", "reschedule")
    turn = talk.say("not friday")
    days = {f"{start:%a %m-%d}" for start in turn.starts}
    assert days
    assert all("03-16" <= day[4:] <= "03-20" and not day.startswith("Fri") for day in days)
