"""Questions to us that are clear from what the bot makes of them, and those that are not."""

from dataclasses import dataclass, field

import pytest

from playbook.directives import AskFaq, FaqAnswer, Outside, Result
from playbook.scene import Heard, Intent
from tests.playbook.world import Talk, Turn


@dataclass(repr=False)
class FaqTalk(Talk):
    """A talk in which the bridge finds `finds`."""

    finds: FaqAnswer = field(default_factory=lambda: FaqAnswer("price", "From 900 euros."))

    def _do(self, wanted: Outside) -> Result:
        return self.finds if isinstance(wanted, AskFaq) else super()._do(wanted)

    def ask(self, text: str, leaning: dict[str, float], intent: str | None = None) -> Turn:
        guess = Intent(intent, 0.9, 0.8) if intent else None
        return self._turn(Heard(text=text, intent=guess, leaning=leaning))


CLEAR, FAINT = {"price": -0.5, "about": -4.0}, {"price": -7.0, "about": -8.0}
NOTHING = FaqAnswer(None, None)
TWO = FaqAnswer(None, None, (("price", "Price"), ("about", "About us")))


def test_a_question_without_its_mark_is_no_name() -> None:
    talk = FaqTalk("sl").at("name")
    turn = talk.ask("imate cenik", CLEAR)
    assert "faq_price" in turn.tags
    assert talk.value("name") is None
    assert talk.question == "name"


def test_what_leans_nowhere_is_read_as_the_answer_it_is() -> None:
    talk = FaqTalk("sl").at("name")
    turn = talk.ask("Maja Petek", FAINT)
    assert turn.asked == []
    assert talk.value("name") == "Maja Petek"


def test_what_the_faq_does_not_know_is_read_on() -> None:
    talk = FaqTalk(finds=NOTHING).at("name")
    turn = talk.ask("Anna Prize", CLEAR)
    assert [type(one) for one in turn.asked] == [AskFaq]
    assert talk.value("name") == "Anna Prize"
    assert talk.question == "company"


def test_the_faq_is_asked_once_a_turn() -> None:
    talk = FaqTalk(finds=NOTHING).at("industry")
    turn = talk.ask("what about the frobnication?", CLEAR, "faq_price")
    assert len(turn.asked) == 1
    assert "out_of_scope" in turn.tags
    assert talk.question == "industry"


def test_a_number_and_a_question_are_both_taken() -> None:
    talk = FaqTalk().at("company_size")
    turn = talk.ask("25. What does it cost?", CLEAR, "faq_price")
    assert talk.value("company_size") == {"min": 25, "max": 25}
    assert "faq_price" in turn.tags
    assert talk.question == "budget"


def test_of_two_topics_the_visitor_picks_one() -> None:
    talk = FaqTalk("pl", finds=TWO).at("industry")
    turn = talk.ask("ile tego jest?", CLEAR)
    assert "faq_which" in turn.tags
    assert turn.payloads == ["faq:price", "faq:about", "handoff"]
    assert talk.question == "industry"
    talk.finds = FaqAnswer("price", "Od 900 euro.")
    picked = talk.press("faq:price")
    assert picked.said[0] == "Od 900 euro."
    assert {"faq_price", "restate_question"} <= picked.tags
    assert talk.question == "industry"


def test_a_clear_move_is_not_asked_back_about() -> None:
    talk = FaqTalk(finds=TWO).at("industry")
    turn = talk.ask("what is the weather like?", FAINT, "out_of_scope")
    assert "faq_which" not in turn.tags
    assert "out_of_scope" in turn.tags


def test_a_wish_for_a_time_is_no_question_about_hours() -> None:
    talk = FaqTalk().at("meeting")
    turn = talk.ask("are you free on Thursday at 3?", {"hours": 0.5})
    assert not any(isinstance(one, AskFaq) for one in turn.asked)


def test_who_is_taken_for_asking_about_the_bot_is_looked_up_where_that_is_unlikely() -> None:
    talk = FaqTalk(finds=NOTHING).at("industry")
    turn = talk.ask("are you hiring?", {"about": -4.5, "bot": -5.0}, "are_you_bot")
    assert "faq_bot" not in turn.tags
    turn = talk.ask("is that a machine talking?", {"bot": 0.5}, "are_you_bot")
    assert "faq_bot" in turn.tags


def test_a_wish_for_erasure_or_a_person_is_never_put_off_by_a_question() -> None:
    talk = FaqTalk().at("industry")
    turn = talk.ask("please delete my data", {"privacy": 2.0}, "data_request")
    assert "faq_privacy" not in turn.tags
    assert not any(isinstance(one, AskFaq) for one in turn.asked)
    turn = talk.ask("can I talk to a person?", {"bot": 0.5}, "handoff")
    assert "handoff" in turn.tags


@pytest.mark.parametrize(
    ("language", "text"), [("en", "can I bring my dog?"), ("fi", "saako koiran tuoda mukaan?")]
)
@pytest.mark.parametrize("intent", ["faq_about", "out_of_scope"])
def test_what_nobody_could_answer_is_kept_for_a_colleague(
    language: str, text: str, intent: str
) -> None:
    talk = FaqTalk(language, finds=NOTHING).at("industry")
    for _ in range(2):
        talk.ask(text, CLEAR, intent)
    assert talk.state["unanswered"] == [text]
    talk.finds = FaqAnswer("price", "From 900 euros.")
    talk.ask("how much is it?", CLEAR, "faq_price")
    assert talk.state["unanswered"] == [text]


def test_a_bot_may_be_what_is_needed() -> None:
    talk = FaqTalk("en").at("need")
    turn = talk.ask("a bot on the site", {"bot": -3.36}, intent="are_you_bot")
    assert talk.value("need") == "chatbot"
    assert "bot_disclosed" not in turn.tags
