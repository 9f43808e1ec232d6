"""A code is offered for an address where the playbook wants it; proved, one only confirms."""

from dataclasses import replace

import pytest

from contracts.languages import LANGUAGES
from playbook.load import load
from playbook.scene import Answered
from tests.playbook.sources import CONSULTING, consulting
from tests.playbook.world import Talk

KNOWN = {"phone": Answered("+38640111222", text="+38640111222")}


def offering(language: str = "en", prove: str = "offer") -> Talk:
    """The bot has just asked for the address, and the number is still open."""
    playbook = replace(consulting(), prove=prove)  # type: ignore[arg-type]
    return Talk(language=language, playbook=playbook).at("email")


def test_the_offer_is_a_setting() -> None:
    source = CONSULTING.read_text("utf-8")
    assert load(source, filename="x.yml").prove == "never"
    for word in ("offer", "never"):
        assert load(f"{source}\nidentity: {{prove: {word}}}\n", filename="x.yml").prove == word
    talk = offering(prove="never")
    talk.say("robin@testa.io")
    assert talk.question == "phone"


@pytest.mark.parametrize("language", LANGUAGES)
def test_agreed_the_code_is_sent_and_waited_for(language: str) -> None:
    talk = offering(language)
    offered = talk.say("robin@testa.io")
    assert offered.tags == {"prove_offer"}
    assert "robin@testa.io" in offered.said[0]
    sent = talk.press("yes")
    assert sent.news == ["code_wanted"]
    assert sent.tags == {"prove_code"}
    assert sent.payloads == ["no"]
    talk.identity, talk.known = "verified", KNOWN
    talk.system("proved")
    assert talk.state["pending"]["kind"] == "known"
    talk.press("yes")
    assert talk.value("phone") == "+38640111222"
    assert talk.question == "meeting"


def test_proved_and_nothing_known_the_talk_goes_on() -> None:
    talk = offering()
    talk.say("robin@testa.io")
    talk.press("yes")
    talk.identity = "verified"
    talk.system("proved")
    assert not talk.state.get("pending")
    assert talk.question == "phone"


@pytest.mark.parametrize("said", ["no", "no thanks", "skip"])
def test_declined_nothing_is_sent_and_it_is_not_offered_again(said: str) -> None:
    talk = offering()
    talk.say("robin@testa.io")
    turn = talk.say(said)
    assert (turn.news, talk.question) == ([], "phone")
    talk.say("my e-mail is robin@other.io")
    assert "prove_offer" not in talk.log[-1].tags


def test_who_answers_something_else_is_not_held_up() -> None:
    talk = offering()
    talk.say("robin@testa.io")
    talk.press("yes")
    talk.say("+386 40 123 456")
    assert talk.value("phone") == "+38640123456"
    assert not talk.state.get("pending") or talk.state["pending"]["kind"] != "code"


def test_it_is_not_offered_where_nothing_is_to_be_spared() -> None:
    talk = offering()
    talk.answers["phone"] = Answered("+38640123456", text="x")
    talk.say("robin@testa.io")
    assert "prove_offer" not in talk.log[-1].tags
