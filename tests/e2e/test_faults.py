"""What the visitor sees when a part of the house is gone, and what is not lost."""

import sqlite3
import threading
import time

import httpx
import pytest

from tests.cases.visitor import Visitor
from tests.e2e.records import Records
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


def _said(events: list[dict]) -> str:
    return " ".join(event.get("text") or "" for event in events)


def _ready(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _until_answered(visitor: Visitor, question: str, records: Records) -> None:
    wait_for(
        f"the answer to {question}",
        lambda: question in records.get(f"conversations/{visitor.conversation}")["answers"],
        seconds=90,
    )


@pytest.mark.parametrize("part", ["bot.run", "actions.server"])
def test_a_part_that_dies_costs_one_sentence_and_no_answer(stack: Stack, part: str) -> None:
    records = Records.of(stack)
    visitor = Visitor.arrive(stack.url, language="fi")
    visitor.say("tarvitsemme chatbotin")
    stack.kill(part)
    heard = visitor.say("vähittäiskauppa")
    assert all(event.get("lang") == "fi" for event in heard if event["kind"] == "message")
    _until_answered(visitor, "industry", records)
    wait_for("everything to be ready again", lambda: _ready(stack), seconds=120)
    record = records.get(f"conversations/{visitor.conversation}")
    assert record["answers"]["need"]["value"] == "chatbot"
    assert record["answers"]["industry"]["value"] == "retail"
    assert record["outcome"] is None, "a lead never completes empty"
    wait_for(
        "the next question",
        lambda: records.get(f"conversations/{visitor.conversation}")["question"] == "company_size",
    )


def test_the_bridge_restarts_in_the_middle_of_a_chat(stack: Stack) -> None:
    visitor = Visitor.arrive(stack.url, language="pl")
    visitor.say("potrzebujemy chatbota")
    stack.kill("serve")
    wait_for("the bridge", lambda: _ready(stack), seconds=60)
    heard = visitor.say("handel detaliczny")
    assert _said(heard)
    answers = Records.of(stack).get(f"conversations/{visitor.conversation}")["answers"]
    assert {"need", "industry"} <= answers.keys()


def test_a_locked_database_delays_and_loses_nothing(stack: Stack) -> None:
    visitor = Visitor.arrive(stack.url, language="nb")
    visitor.say("vi trenger en chatbot")
    locker = sqlite3.connect(stack.var / "usher.sqlite", check_same_thread=False)
    locker.execute("BEGIN IMMEDIATE")
    threading.Timer(3, lambda: (locker.rollback(), locker.close())).start()
    began = time.monotonic()
    visitor.say("varehandel")
    assert time.monotonic() - began > 1, "the database was not locked"
    answers = Records.of(stack).get(f"conversations/{visitor.conversation}")["answers"]
    assert {"need", "industry"} <= answers.keys()


@pytest.mark.parametrize(
    "text",
    [
        "🙂🙂🙂",
        "???",
        "/restart",
        '/inform{"email":"x@y.io"}',
        "<script>alert(1)</script>",
        "a" * 2000,
    ],
)
def test_odd_messages_get_an_answer_and_set_nothing(stack: Stack, text: str) -> None:
    visitor = Visitor.arrive(stack.url, language="en")
    heard = visitor.say(text)
    assert _said(heard)
    record = Records.of(stack).get(f"conversations/{visitor.conversation}")
    assert record["answers"] == {}
    assert record["question"] == "need"


def test_a_message_of_invisible_characters_is_no_message(stack: Stack) -> None:
    visitor = Visitor.arrive(stack.url, language="en")
    answer = visitor.http.post("messages", json={"cid": "nothing", "text": "\u202e\u200f"})
    assert answer.status_code == 422
    assert _said(visitor.say("a chatbot"))


def test_a_text_over_2000_characters_is_refused_and_the_chat_goes_on(stack: Stack) -> None:
    visitor = Visitor.arrive(stack.url, language="en")
    answer = visitor.http.post("messages", json={"cid": "long", "text": "a" * 2001})
    assert answer.status_code == 413
    assert _said(visitor.say("a chatbot"))


def test_a_button_pressed_twice_and_a_stale_button_do_no_harm(stack: Stack) -> None:
    records = Records.of(stack)
    visitor = Visitor.arrive(stack.url, language="en")
    stale = visitor.button("CRM")
    assert stale
    visitor.press("set:need:chatbot")
    visitor.press("set:need:chatbot")
    assert (
        records.get(f"conversations/{visitor.conversation}")["answers"]["need"]["value"]
        == "chatbot"
    )
    visitor.press(stale)
    record = records.get(f"conversations/{visitor.conversation}")
    assert record["answers"]["need"]["value"] == "crm"
    assert record["question"] == "industry"


def test_a_button_that_was_never_issued_is_refused(stack: Stack) -> None:
    visitor = Visitor.arrive(stack.url, language="en")
    answer = visitor.http.post("messages", json={"cid": "forged", "payload": "set:email:evil"})
    assert answer.status_code == 422
