"""Who has proved who they are is asked only to confirm, at the start or in the middle."""

from playbook.scene import Answered
from tests.playbook.world import Talk

KNOWN = {"name": Answered("Jane Doe", text="Jane Doe"), "company": Answered("Acme", text="Acme")}


def test_proved_in_the_middle_the_known_answers_are_confirmed() -> None:
    talk = Talk(identity="verified", known=KNOWN).at("timeline")
    talk.system("proved")
    assert talk.state["pending"]["kind"] == "known"
    talk.say("yes", intent="affirm")
    assert (talk.value("name"), talk.value("company")) == ("Jane Doe", "Acme")
    assert talk.question == "email", "the open question before it comes again at the end"


def test_with_nothing_new_known_the_talk_goes_on_where_it_was() -> None:
    talk = Talk(identity="verified").at("timeline")
    talk.system("proved")
    assert not talk.state.get("pending")
    assert talk.question == "timeline"
    assert talk.log[-1].said


def test_who_has_proved_nothing_is_told_nothing() -> None:
    talk = Talk(identity="claimed", known=KNOWN).at("timeline")
    talk.system("proved")
    assert not talk.state.get("pending")
