"""Who has proved who they are is asked only to confirm, at the start or in the middle."""

from dataclasses import replace

from playbook.model import Playbook
from playbook.scene import Answered
from tests.playbook.world import Talk, consulting

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


EARLIER = {
    "need": Answered("chatbot", text="a chatbot"),
    "industry": Answered("retail", text="shops"),
    "company_size": Answered({"min": 25, "max": 25}, text="25"),
}


def test_what_the_playbook_keeps_is_confirmed_in_one_line_the_rest_asked_anew() -> None:
    talk = Talk(identity="verified", known={**KNOWN, **EARLIER})
    talk.start()
    summary = talk.log[-1].bubbles[-1].values["summary"]
    assert "25" in summary
    assert "Retail" in summary
    assert talk.state["pending"]["questions"] == ["name", "company", "industry", "company_size"]
    talk.say("yes", intent="affirm")
    assert talk.value("industry") == "retail"
    assert talk.question == "need", "what they need is asked at every visit"
    talk.say("a chatbot", intent="inform")
    assert talk.question == "budget"


def test_an_option_that_is_gone_is_asked_anew() -> None:
    talk = Talk(identity="verified", known={**KNOWN, "industry": Answered("whaling", text="it")})
    talk.start()
    assert talk.state["pending"]["questions"] == ["name", "company"]


def asking_again() -> Playbook:
    """The playbook with a question for those alone who come again."""
    playbook = consulting()
    first, *others = playbook.questions
    last_time = replace(
        first, id="last_time", kind="text", options=(), required=False, returning="only"
    )
    return replace(playbook, questions=(last_time, first, *others))


def test_a_question_for_the_next_time_is_asked_of_nobody_else() -> None:
    stranger = Talk(playbook=asking_again())
    stranger.start()
    assert stranger.question == "need"
    friend = Talk(playbook=asking_again(), identity="verified", known=KNOWN)
    friend.start()
    friend.say("yes", intent="affirm")
    assert friend.question == "last_time"
    claims = Talk(playbook=asking_again(), identity="claimed", known=KNOWN)
    claims.start()
    assert claims.question == "need"
