"""Days, numbers and names within a message about something else: what they are taken for."""

import pytest

from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sl", "čez vikend nam nihče ne odgovarja na sporočila"),
        ("en", "at the weekend nobody here answers any of our messages"),
        ("nb", "på fredag hadde vi alt for mange henvendelser igjen"),
    ],
)
def test_a_day_in_a_story_is_no_deadline(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    talk.say(text)
    assert talk.value("timeline") is None


def test_a_near_deadline_within_a_longer_message_is_one() -> None:
    talk = Talk("en").at("need")
    talk.say("we have a launch and really need all of it by Friday")
    assert talk.value("timeline") is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Fridays don't work for me, otherwise any time"),
        ("sl", "ob petkih ne morem, drugače kadarkoli"),
        ("fi", "perjantaisin en pääse, muuten milloin vain"),
    ],
)
def test_a_weekday_ruled_out_before_its_time_is_kept(language: str, text: str) -> None:
    talk = Talk(language).at("name")
    talk.say(text)
    assert talk.state["wish"]["text"] == text


def test_a_thousand_and_more_without_a_unit_is_no_head_count() -> None:
    talk = Talk("sl").at("need")
    talk.say("10 tisoč")
    assert talk.value("company_size") is None
    assert talk.value("budget")["max"] == 10_000


def test_of_which_says_that_people_are_counted() -> None:
    talk = Talk("sl").at("need")
    talk.say("okrog 45, od tega 10 v pisarni")
    assert talk.value("company_size") == {"min": 45, "max": 45}


def test_our_site_is_no_spring_in_norwegian() -> None:
    talk = Talk("nb").at("need")
    talk.say("folk spør om de samme tingene på nettsida vår hele dagen")
    assert talk.value("timeline") is None
    talk = Talk("nb").at("timeline")
    talk.say("vår")
    assert talk.value("timeline") == {"season": "spring"}


def test_why_another_thing_is_asked_is_told_though_it_was_looked_up_first() -> None:
    talk = Talk("nb").at("name")
    turn = talk.say("trenger dere telefon?", "why_ask")
    assert "videosamtalen" in turn.said[0]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "tuesday"), ("fi", "iltapäivä"), ("nb", "ettermiddag")]
)
def test_a_day_or_part_of_day_in_small_letters_is_no_name(language: str, text: str) -> None:
    talk = Talk(language).at("name")
    talk.say(text)
    assert talk.value("name") is None


@pytest.mark.parametrize("text", ["June", "june", "Tuesday", "Ilta Aamunen"])
def test_a_name_may_be_one_of_a_time(text: str) -> None:
    talk = Talk("en").at("name")
    talk.say(text)
    assert talk.value("name") is not None


def test_after_all_not_goes_on() -> None:
    talk = Talk("fi").at("company")
    talk.say("ok peru", "cancel")
    turn = talk.say("no ei sittenkään")
    assert talk.state["phase"] == "asking"
    assert talk.question == "company"
    assert turn.said
