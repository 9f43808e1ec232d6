"""What comes before its time, or once more."""

from zoneinfo import ZoneInfo

import pytest

from tests.playbook.world import ZONE, Talk


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "tomorrow morning"),
        ("sl", "jutri zjutraj"),
        ("he", "מחר בבוקר"),
        ("fi", "huomenna aamulla"),
        ("nb", "i morgen tidlig"),
        ("pl", "jutro rano"),
    ],
)
def test_a_time_named_early_is_no_greeting_and_is_searched_first(language: str, said: str) -> None:
    talk = Talk(language=language).at("phone")
    talk.say(said, intent="greet")
    assert talk.question == "phone"
    assert talk.value("timeline") == {"by_months": 3}
    turn = talk.say("+386 40 123 456")
    assert turn.starts
    assert {start.date().isoformat() for start in turn.starts} == {"2026-03-12"}
    assert all(start.astimezone(ZoneInfo(ZONE)).hour < 12 for start in turn.starts)


def test_a_day_later_changes_no_timeline() -> None:
    talk = Talk().at("name")
    talk.say("actually can we do it a day later?")
    assert talk.value("timeline") == {"by_months": 3}
    assert talk.question == "name"


def test_a_deadline_is_no_wish_for_a_meeting() -> None:
    talk = Talk().at("timeline")
    talk.say("by Friday, 5 pm")
    assert talk.value("timeline") is not None


@pytest.mark.parametrize(
    ("language", "said"), [("en", "the second one"), ("sl", "drugi"), ("pl", "drugi")]
)
def test_an_option_by_its_place(language: str, said: str) -> None:
    talk = Talk(language=language).at("company_size")
    talk.say(said)
    assert talk.value("company_size") == {"min": 2, "max": 9}


@pytest.mark.parametrize("language", ["en", "sl", "he", "fi", "nb", "pl"])
def test_an_answer_said_again_is_acknowledged(language: str) -> None:
    talk = Talk(language=language).at("phone")
    turn = talk.say("robin@testa.io")
    assert "ack" in turn.tags
    assert talk.state.get("missed", 0) == 0
    assert talk.question == "phone"


def test_a_name_with_the_company_beside_it() -> None:
    talk = Talk().at("name")
    talk.say("Ann Lee, Northway Freight")
    assert talk.value("name") == "Ann Lee"
    assert talk.value("company") == "Northway Freight"


@pytest.mark.parametrize("said", ["Doe, Jane", "Lee, Ann Marie", "Ann Lee, PhD", "Ann Lee, thanks"])
def test_a_comma_in_a_name_makes_no_company(said: str) -> None:
    talk = Talk().at("name")
    talk.say(said)
    assert talk.value("company") is None


@pytest.mark.parametrize(
    "said", ["look we need smth to qualify leads on our site", "lead qualification"]
)
def test_qualifying_leads_is_what_the_chatbot_does(said: str) -> None:
    talk = Talk().at("need")
    talk.say(said)
    assert talk.value("need") == "chatbot"


def test_thanks_while_a_move_waits_says_that_nothing_moved() -> None:
    talk = Talk().booked("2026-03-17T14:00:00+00:00")
    talk.say("can we make it Thursday at 11 instead?")
    turn = talk.say("thanks", intent="thanks_bye")
    assert {"ack", "goodbye"} <= set(turn.tags)
    assert talk.booking is not None
    assert talk.booking.start.isoformat().startswith("2026-03-17")


def test_numbers_that_may_be_people_are_no_wish() -> None:
    talk = Talk(language="fi").at("industry")
    talk.say("kymmenestä viiteentoista")
    assert "wish" not in talk.state


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "construction"),
        ("sl", "gradbeništvo"),
        ("he", "בנייה"),
        ("fi", "ollaan rakennusalalla"),
        ("nb", "bygg og anlegg"),
        ("pl", "budownictwo"),
    ],
)
def test_an_industry_that_is_not_listed_is_another_one(language: str, said: str) -> None:
    talk = Talk(language=language).at("industry")
    talk.say(said)
    assert talk.value("industry") == "other"


@pytest.mark.parametrize(
    ("language", "day", "hour"),
    [
        ("en", "do you have anything on the 19th of March?", "9.30 would be ideal"),
        ("sl", "imate kaj 19. marca?", "ob 9.30 bi bilo idealno"),
        ("he", "יש משהו ב-19 במרץ?", "ב-9:30 יהיה הכי טוב"),
        ("fi", "olisiko mitään 19. maaliskuuta?", "9.30 olisi paras"),
        ("nb", "har dere noe 19. mars?", "kl 9.30 hadde vært fint"),
        ("pl", "macie coś 19 marca?", "najlepiej o 9.30"),
    ],
)
def test_a_day_and_then_an_hour_wished_for_early_are_one_wish(
    language: str, day: str, hour: str
) -> None:
    talk = Talk(language).at("email")
    for text in (day, hour):
        turn = talk.say(text)
        assert "ack" in turn.tags, text
        assert talk.question == "email"
    talk.say("jane@acme.io")
    turn = talk.press("skip:phone")
    (start,) = turn.starts
    assert f"{start.astimezone(ZoneInfo(ZONE)):%m-%d %H:%M}" == "03-19 09:30"


def test_what_is_ruled_out_early_stays_ruled_out() -> None:
    talk = Talk().at("email")
    talk.say("mornings, but no Mondays")
    talk.say("rather after 2pm, I think")
    talk.say("jane@acme.io")
    turn = talk.press("skip:phone")
    local = [start.astimezone(ZoneInfo(ZONE)) for start in turn.starts]
    assert local
    assert all(each.hour >= 14 and each.weekday() != 0 for each in local)


def test_a_day_that_was_ruled_out_is_not_offered_for_something_earlier() -> None:
    talk = Talk().at("meeting")
    shown = talk.say("not on Thursday, after 2pm").starts  # today is Wednesday
    assert {start.astimezone(ZoneInfo(ZONE)).weekday() for start in shown} <= {0, 1, 2, 4}
    turn = talk.say("something earlier?")
    assert 3 not in {start.astimezone(ZoneInfo(ZONE)).weekday() for start in turn.starts}


def test_preferring_a_morning_names_no_trade_in_norwegian() -> None:
    talk = Talk("nb").at("timeline")
    del talk.answers["industry"]
    talk.say("helst formiddag")
    assert "industry" not in talk.answers
    talk = Talk("nb").at("industry")
    talk.say("helse")
    assert talk.value("industry") == "healthcare"
