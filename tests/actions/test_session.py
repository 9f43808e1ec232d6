"""What Rasa hands over becomes the scene; the intent comes with its lead."""

import pytest

from actions.session import NoSnapshot, heard, read_intent, read_snapshot, scene
from contracts.turn import Answer, FileGiven, Utterance
from tests.actions.house import NOW, booking, hold, snapshot, tracker
from tests.playbook.sources import consulting


def test_the_clock_is_in_the_zone_of_the_visitor() -> None:
    made = scene(snapshot("x", timezone="Asia/Jerusalem"), consulting())
    assert made.now == NOW
    assert made.now.hour == 11


def test_an_intent_has_its_lead_over_the_second() -> None:
    intent = read_intent(tracker(snapshot("x"), intent="handoff", sure=0.9))
    assert intent is not None
    assert intent.name == "handoff"
    assert intent.margin == pytest.approx(0.8)


@pytest.mark.parametrize("name", ["press", "system", "nlu_fallback", ""])
def test_what_is_no_intent_of_a_visitor_is_none(name: str) -> None:
    assert read_intent(tracker(snapshot("x"), intent=name)) is None


def test_a_press_carries_no_intent() -> None:
    sent = snapshot("Retail", payload="set:industry:retail")
    assert heard(sent, tracker(sent)).intent is None


def test_a_file_comes_as_a_file_and_carries_no_intent() -> None:
    given = FileGiven(file="fil_1", question="brief", name="offer.pdf", type="pdf", bytes=9)
    sent = snapshot("")
    sent = sent.model_copy(update={"utterance": Utterance(file=given)})
    found = heard(sent, tracker(sent))
    assert (found.text, found.payload, found.intent) == ("", None, None)
    assert found.file == given.model_dump()


def test_known_answers_are_only_for_a_visitor_who_proved_who_they_are() -> None:
    known = {"name": Answer(value="Jane", text="Jane", at=NOW)}
    assert scene(snapshot("x", known=known, identity="claimed"), consulting()).known == {}
    assert "name" in scene(snapshot("x", known=known, identity="verified"), consulting()).known


def test_hold_and_booking_come_along() -> None:
    made = scene(snapshot("x", hold=hold(), booking=booking()), consulting())
    assert made.hold is not None
    assert made.hold.id == "hld_1"
    assert made.booked is not None
    assert scene(snapshot("x", booking=booking(status="cancelled")), consulting()).booked is None


def test_a_snapshot_of_another_shape_is_refused_without_repeating_it() -> None:
    broken = tracker(snapshot("x"))
    broken.latest_message["metadata"] = {"snapshot": {"turn": "trn_1", "text": "secret words"}}
    with pytest.raises(NoSnapshot) as told:
        read_snapshot(broken)
    assert "secret" not in str(told.value)
