"""One action call a turn: read, step, do, commit once, say."""

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from starlette.responses import JSONResponse

from actions.base import Hands
from actions.interview import InterviewForm
from actions.session import NoSnapshot
from contracts.turn import Say, Snapshot
from tests.actions.house import NOW, START, House, booking, hold, problem, snapshot, tracker

ASKING = [{"event": "slot", "timestamp": None, "name": "answer", "value": None}]
EARLIER = {"need": "chatbot", "industry": "retail"}
AT_SIZE = {"v": 1, "phase": "asking", "question": "company_size", "greeted": "en"}
AT_PHONE = {"v": 1, "phase": "asking", "question": "phone", "greeted": "en"}
ALL = {
    **EARLIER,
    "company_size": {"min": 25, "max": 25},
    "budget": {"min": 10000, "max": 10000, "currency": "EUR"},
    "timeline": {"by_months": 3},
    "name": "Jane Doe",
    "company": "Acme Ltd",
    "email": "jane@acme.io",
}


@pytest.fixture
def action(hands: Hands) -> InterviewForm:
    return InterviewForm(hands)


async def call(action: InterviewForm, sent: Snapshot | None, **more: Any) -> list[dict[str, Any]]:
    """Run the action; the messages it uttered."""
    dispatcher = CollectingDispatcher()
    events = await action.run(dispatcher, tracker(sent, **more), {})
    assert events == ASKING
    return dispatcher.messages


async def test_the_start_greets_and_asks_and_is_stored(action: InterviewForm, house: House) -> None:
    messages = await call(action, snapshot(system="start"))
    assert len(messages) == 2
    assert "Polaris" in messages[0]["text"]
    commit = house.commits[0]
    assert commit["question"] == "need"
    assert len(commit["said"]) == 2
    assert commit["said"][1]["buttons"][0] == {"title": "Chatbot", "payload": "set:need:chatbot"}


async def test_a_ready_bubble_goes_as_text_with_its_say(
    action: InterviewForm, house: House
) -> None:
    messages = await call(action, snapshot(system="start"))
    say = messages[0]["custom"]["say"]
    assert say["text"] == messages[0]["text"]
    assert say == house.commits[0]["said"][0]


async def test_a_keyed_bubble_goes_to_the_generator_with_its_say(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(payload="set:company_size:medium", state=AT_SIZE, answers=EARLIER)
    (message,) = await call(action, sent)
    assert message["response"] == "next"
    assert message["say"]["values"]["question"].startswith("Is there a budget")
    assert message["say"] == house.commits[0]["said"][0]


async def test_an_answer_is_committed_with_the_words_and_where_they_came_from(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(payload="set:company_size:medium", state=AT_SIZE, answers=EARLIER)
    await call(action, sent)
    (answer,) = house.commits[0]["answers"]
    assert answer == {
        "question": "company_size",
        "value": {"min": 10, "max": 49},
        "status": "given",
        "text": "10 to 49",
        "source": "button",
    }


async def test_buttons_are_worded_in_the_language_of_the_visitor(
    action: InterviewForm, house: House
) -> None:
    state = {**AT_SIZE, "question": "timeline"}
    sent = snapshot(payload="handoff", state=state, answers=EARLIER, language="fi")
    await call(action, sent)
    titles = {button["title"] for say in house.commits[0]["said"] for button in say["buttons"]}
    assert "Skip" not in titles


async def test_the_playbook_is_fetched_once_for_a_version(new_hands: Hands, house: House) -> None:
    action = InterviewForm(new_hands)
    for number in range(3):
        await call(action, snapshot(system="start", turn=f"trn_{number}"), message=f"m{number}")
    assert house.paths().count("playbooks/consulting/3") == 1


async def test_a_turn_that_was_stored_is_said_again_without_a_step(
    action: InterviewForm, house: House
) -> None:
    said = (Say(key="next", values={"question": "How many?"}, language="en"),)
    (message,) = await call(action, snapshot("25", state=AT_SIZE, committed=said))
    assert message["response"] == "next"
    assert house.calls == []


async def test_a_second_call_for_one_message_says_nothing(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(system="start")
    assert await call(action, sent, message="m1")
    assert await call(action, sent, message="m1") == []
    assert len(house.commits) == 1


async def test_a_new_try_of_the_turn_is_stepped_again(action: InterviewForm, house: House) -> None:
    sent = snapshot(system="start")
    first = await call(action, sent, message="m1")
    assert await call(action, sent, message="m2") == first


async def test_the_last_answer_reaches_the_qualification_before_it_is_stored(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(payload="skip:phone", state=AT_PHONE, answers=ALL)
    await call(action, sent)
    (asked,) = [one for one in house.calls if one.path.endswith("qualify")]
    assert [change["question"] for change in asked.body["answers"]] == ["phone"]
    assert asked.key == "trn_1:qualify:1"
    assert house.paths().index("conversations/cnv_1/qualify") < house.paths().index(
        "turns/trn_1/commit"
    )


async def test_openings_are_offered_in_the_zone_of_the_visitor(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(payload="skip:phone", state=AT_PHONE, answers=ALL)
    messages = await call(action, sent)
    openings = messages[-1]["say"]["openings"]
    assert openings[0]["title"] == "Tuesday, 17 March, 15:00"
    assert openings[0]["payload"] == "open:2026-03-17T14:00:00Z"
    assert house.commits[0]["question"] == "meeting"


async def test_choosing_an_opening_holds_books_and_commits_once(
    action: InterviewForm, house: House
) -> None:
    state = {"v": 1, "phase": "meeting", "question": "meeting"}
    sent = snapshot(payload="open:2026-03-17T14:00:00Z", state=state, answers=ALL)
    messages = await call(action, sent)
    assert house.paths() == [
        "conversations/cnv_1/holds",
        "conversations/cnv_1/bookings",
        "turns/trn_1/commit",
    ]
    assert "booked" in messages[-1]["say"]["says"]
    assert [one.key for one in house.calls[:2]] == ["trn_1:hold:1", "trn_1:book:1"]


async def test_a_time_that_has_gone_brings_the_nearest(action: InterviewForm, house: House) -> None:
    house.answers["holds"] = lambda request, body: problem(
        409, "opening_taken", nearest=[{"start": START.isoformat(), "end": NOW.isoformat()}]
    )
    state = {"v": 1, "phase": "meeting", "question": "meeting"}
    sent = snapshot(payload="open:2026-03-17T15:00:00Z", state=state, answers=ALL)
    (message,) = await call(action, sent)
    assert {"apology", "alternatives"} <= set(message["say"]["says"])


async def test_an_outage_of_the_calendar_is_told_and_queued(
    action: InterviewForm, house: House
) -> None:
    house.answers["openings"] = lambda request, body: problem(503, "overloaded")
    state = {"v": 1, "phase": "meeting", "question": "meeting"}
    sent = snapshot(payload="more", state=state, answers=ALL)
    (message,) = await call(action, sent)
    assert {"apology", "alternatives"} <= set(message["say"]["says"])
    assert [news["name"] for news in house.commits[0]["news"]] == ["booking_retry_queued"]
    assert house.commits[0]["answers"] == []


async def test_a_meeting_is_cancelled_by_its_id(action: InterviewForm, house: House) -> None:
    state = {"v": 1, "phase": "meeting", "pending": {"kind": "cancel_booking"}}
    sent = snapshot(payload="yes", state=state, answers=ALL, booking=booking())
    (message,) = await call(action, sent)
    assert "bookings/bkg_1/cancel" in house.paths()
    assert message["response"] == "booking_cancelled"


async def test_a_hold_that_waits_is_booked_by_a_yes(action: InterviewForm, house: House) -> None:
    pending = {
        **{"kind": "hold", "hold": "hld_1", "advisor": "Maja Novak"},
        **{"start": START.isoformat(), "end": START.isoformat(), "until": NOW.isoformat()},
    }
    state = {"v": 1, "phase": "meeting", "question": "meeting", "pending": pending}
    await call(action, snapshot(payload="yes", state=state, answers=ALL, hold=hold()))
    (asked,) = [one for one in house.calls if one.path.endswith("bookings")]
    assert asked.body == {"hold": "hld_1"}


async def test_a_hand_over_passes_the_summary_on(action: InterviewForm, house: House) -> None:
    sent = snapshot(payload="handoff", state=AT_SIZE, answers=EARLIER)
    messages = await call(action, sent)
    assert "conversations/cnv_1/handover" in house.paths()
    (news,) = house.commits[0]["news"]
    assert news["name"] == "handoff_requested"
    assert "Retail" in news["data"]["summary"]
    assert len(messages) <= 2


async def test_an_erasure_needs_no_place_to_store_its_end(
    action: InterviewForm, house: House
) -> None:
    house.answers["commit"] = lambda request, body: problem(404, "conversation_unknown")
    state = {**AT_SIZE, "pending": {"kind": "erase"}}
    (message,) = await call(action, snapshot(payload="yes", state=state, answers=EARLIER))
    assert message["response"] == "erased"


async def test_the_address_is_looked_up_after_the_turn_is_stored(
    action: InterviewForm, house: House
) -> None:
    pending = {
        **{"kind": "value", "question": "email", "key": "mistyped", "typed": "jane@gmial.com"},
        **{"value": "jane@gmail.com", "text": "jane@gmail.com"},
    }
    state = {**AT_SIZE, "question": "email", "pending": pending}
    await call(action, snapshot(payload="yes", state=state, answers=EARLIER))
    assert house.paths()[-2:] == ["turns/trn_1/commit", "conversations/cnv_1/lookup"]
    assert house.calls[-1].body == {"email": "jane@gmail.com"}


async def test_a_look_up_that_fails_changes_nothing(action: InterviewForm, house: House) -> None:
    house.answers["lookup"] = lambda request, body: problem(503, "overloaded")
    pending = {
        **{"kind": "value", "question": "email", "key": "mistyped", "typed": "jane@gmial.com"},
        **{"value": "jane@gmail.com", "text": "jane@gmail.com"},
    }
    state = {**AT_SIZE, "question": "email", "pending": pending}
    (message,) = await call(action, snapshot(payload="yes", state=state, answers=EARLIER))
    assert message["response"] == "next"


async def test_a_bridge_that_stores_nothing_is_an_apology_without_a_commit(
    action: InterviewForm, house: House
) -> None:
    house.answers["commit"] = lambda request, body: problem(503, "overloaded")
    (message,) = await call(action, snapshot(system="start"))
    assert message["response"] == "apology"
    assert house.commits == []


async def test_a_bridge_without_a_playbook_is_an_apology(new_hands: Hands, house: House) -> None:
    action = InterviewForm(new_hands)
    house.answers["playbooks"] = lambda request, body: problem(503, "overloaded")
    (message,) = await call(action, snapshot(system="start"))
    assert message["response"] == "apology"


async def test_a_playbook_that_cannot_be_read_is_an_apology(new_hands: Hands, house: House) -> None:
    action = InterviewForm(new_hands)
    broken = {"name": "consulting", "version": 3, "source": "name: x"}
    house.answers["playbooks"] = lambda request, body: JSONResponse(broken)
    (message,) = await call(action, snapshot(system="start"))
    assert message["response"] == "apology"


async def test_a_message_that_did_not_come_through_the_bridge_fails(
    action: InterviewForm,
) -> None:
    with pytest.raises(NoSnapshot):
        await call(action, None)


async def test_nothing_the_visitor_typed_is_logged(
    action: InterviewForm, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.answers["commit"] = lambda request, body: problem(503, "overloaded")
    await call(action, snapshot("my secret address", state=AT_SIZE, answers=EARLIER))
    assert "trn_1 was not stored" in caplog.text
    assert "secret" not in caplog.text


async def test_an_unknown_zone_is_utc_and_an_unknown_language_the_playbooks_own(
    action: InterviewForm, house: House
) -> None:
    sent = snapshot(system="start", timezone="Mars/Olympus", language="xx")
    await call(action, sent)
    assert house.commits[0]["language"] == "en"
