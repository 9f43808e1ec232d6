"""Whatever a visitor does: an answer, never silence, never the same words twice running,
no answer lost, and always a way on."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playbook.directives import ConfirmHold, Qualify, SearchOpenings, TakeHold
from tests.playbook.world import Calendar, Talk, Turn

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
QUESTIONS = (
    *("need", "industry", "company_size", "budget", "timeline"),
    *("name", "company", "email", "phone", "meeting"),
)
TEXTS = (
    *("hi", "yes", "no", "ok", "chatbot", "retail", "25", "10-15k euros", "within 3 months"),
    *("Jane Doe", "Acme Ltd", "jane@acme.io", "jane@gmial.com", "jane@acme", "+44 20 7946 0958"),
    *("next Tuesday after 3pm", "tomorrow at 15", "not Monday", "the first one", "yesterday"),
    *("human please", "I'd rather not say", "I don't know", "why do you ask?", "wait", "cancel"),
    *("what do you mean?", "how much is it?", "are you a bot?", "this is stupid, shut up"),
    *("delete my data", "start over", "sorry, I meant 50", "my name is not Jane", "minus 5"),
    *("99999999999", "???", "🙂🙂", "/restart", "<script>alert(1)</script>", "…", "x" * 2000),
    *("Živjo, rad bi ponudbo za klepetalnika", "jeg heter ikke Kari", "en tiedä vielä"),
    *("nie powiem", "אפשר נציג?", "¿Cuánto cuesta el servicio?", "can we speak Polish?"),
)
INTENTS = (
    *(None, None, None, "affirm", "deny", "correct", "handoff", "refuse", "why_ask", "faq_price"),
    *("cancel", "dont_know", "rephrase", "wait", "book", "greet", "thanks_bye", "abuse"),
    *("out_of_scope", "inform", "resume", "reschedule", "cancel_booking", "data_request"),
    *("restart", "chitchat", "change_language", "faq_hours", "are_you_bot", "injection"),
)
PAYLOADS = (
    *("yes", "no", "more", "handoff", "resume", "restart", "finish_without", "retry", "move"),
    *("cancel_booking", "lang:en", "lang:he", "set:need:crm", "set:industry:finance"),
    *("set:company_size:small", "skip:budget", "skip:phone", "pick:0", "pick:9"),
    *("open:2026-03-17T14:00:00Z", "open:2026-03-18T10:30:00Z", "open:2020-01-01T10:00:00Z"),
)
SYSTEMS = ("start", "retry_booking", "hold_expired")
FORGETTING = {"restarted", "erased", "anew"}
TAKING_BACK = {"removed"}

messages = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(TEXTS), st.sampled_from(INTENTS)),
    st.tuples(st.just("say"), st.sampled_from(TEXTS), st.none()),
    st.tuples(st.just("say"), st.text(max_size=40), st.none()),
    st.tuples(st.just("press"), st.sampled_from(PAYLOADS), st.none()),
    st.tuples(st.just("system"), st.sampled_from(SYSTEMS), st.none()),
)
worlds = st.tuples(
    st.sampled_from(LANGUAGES),
    st.sampled_from(("qualified", "nearly", "not_fit", "call_back")),
    st.booleans(),  # staffed
    st.sampled_from((62, 62, 3, 0)),  # days with openings
    st.sampled_from((None, None, SearchOpenings, TakeHold, ConfirmHold, Qualify)),  # fails
)


def act(talk: Talk, message: tuple[str, str, str | None]) -> Turn:
    kind, content, intent = message
    if kind == "press":
        return talk.press(content)
    return talk.system(content) if kind == "system" else talk.say(content, intent)


def begin(talk: Talk, question: str) -> None:
    if question == "meeting" and (talk.outcome != "qualified" or talk.failing):
        question = "phone"
    if question == "meeting" and talk.calendar.days == 0:
        question = "phone"
    talk.at(question)


@settings(max_examples=150, deadline=None)
@given(worlds, st.sampled_from(QUESTIONS), st.lists(messages, min_size=1, max_size=12))
def test_any_talk_keeps_its_promises(world: Any, question: str, said: list[Any]) -> None:
    language, outcome, staffed, days, failing = world
    talk = Talk(language, outcome=outcome, staffed=staffed, calendar=Calendar(days=days))
    talk.failing = (failing,) if failing else ()
    begin(talk, question)
    before: list[str] = []
    for message in said:
        answers = set(talk.answers)
        turn = act(talk, message)
        where = (message, turn.said, talk.state)
        assert turn.said, where
        assert all(words for words in turn.said), where
        assert turn.said != before, where
        assert len(turn.said) <= 5, where
        keys = {bubble.key for bubble in turn.bubbles}
        if not keys & (FORGETTING | TAKING_BACK):
            assert answers <= set(talk.answers), where
        assert len(json.dumps(talk.state)) < 4000, where
        has_way_on(talk, turn, where)
        before = turn.said


def has_way_on(talk: Talk, turn: Turn, where: object) -> None:
    """A question is open, or the talk has reached an end that says so."""
    ended = talk.state.get("phase") in ("ended", "stopped") or talk.booking is not None
    handed = talk.state.get("handed", False)
    waiting = talk.state.get("pending") is not None or talk.state.get("retrying", False)
    cancelled = "booking_cancelled" in turn.tags
    assert talk.question is not None or ended or handed or waiting or cancelled, where


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(QUESTIONS[:-1]), st.sampled_from(LANGUAGES))
def test_gibberish_never_goes_in_circles(question: str, language: str) -> None:
    """Rephrase, buttons, leave it or a person; then the talk moves by itself."""
    talk = Talk(language=language).at(question)
    seen: list[str] = []
    for _ in range(4):
        turn = talk.say("???")
        assert turn.said not in seen
        seen.append(turn.said)  # type: ignore[arg-type]
        if talk.question != question:
            break
    assert talk.question != question or talk.state.get("handed")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_nothing_a_visitor_typed_is_echoed_unread(text: str) -> None:
    """Where no value was taken, the bot's words hold none of the visitor's."""
    talk = Talk().at("company_size")
    marked = f"<b>{text}</b> zqxj"
    turn = talk.say(marked)
    if talk.question == "company_size":
        assert all("zqxj" not in words for words in turn.said)
