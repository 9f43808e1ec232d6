"""What comes next: the next question, the same one again, or the end of the questions."""

from collections.abc import Iterable, Mapping

from playbook import proving
from playbook.directives import Bubble, Qualify
from playbook.model import Question
from playbook.offering import ask_meeting, offer_times
from playbook.order import (
    CONTACT_KINDS,
    MEETING,
    disqualified,
    next_question,
    open_questions,
    question_of,
)
from playbook.pending import ask_pending
from playbook.speaking import ask_question, next_wording, question_buttons, say, say_back
from playbook.turn import Turn

RESTATED = ("restate_question",)
DOUBTS = ("pick", "value")  # kinds of what waits that are about an answer
OFTEN = 3  # times that a question was asked


def go_on(
    turn: Turn,
    lead: str | None = "next",
    /,
    *,
    says: Iterable[str] = (),
    values: Mapping[str, str] | None = None,
) -> None:
    """After something was learned: ask what is still missing, else finish."""
    state = turn.state
    if turn.scene.booked or state.phase in ("ended", "stopped"):
        state.question = None
        return
    if state.phase == "meeting":
        restate(turn, says=says)
        return
    if not state.outcome and not state.handed and disqualified(turn) is not None:
        finish_questions(turn)
        return
    proving.let_go(turn)
    question = next_question(turn)
    if question is None:
        finish_questions(turn)
    elif proving.due(turn):
        proving.offer(turn)
    else:
        ask_with(turn, question, lead, says=says, values=values)


def go_on_from(turn: Turn, question: Question, lead: str | None = "next") -> None:
    """After the answer to a question that may have come before it was asked: what was asked
    is still asked."""
    asked = turn.state.question
    early = asked not in (None, MEETING, question.id) and turn.answer(str(asked)) is None
    if early:
        restate(turn)
    else:
        go_on(turn, lead)


def ask_with(
    turn: Turn,
    question: Question,
    lead: str | None,
    /,
    *,
    says: Iterable[str] = (),
    values: Mapping[str, str] | None = None,
) -> None:
    """Ask a question within a text, or bare where there is no lead."""
    state = turn.state
    state.phase = "asking" if state.phase == "new" else state.phase
    if lead is not None:
        ask_question(turn, question, lead, says=says, values=values)
        return
    state.missed = 0 if question.id != state.question else state.missed
    state.question = question.id
    bubble = Bubble(
        text=next_wording(turn, question),
        says=tuple(says),
        buttons=question_buttons(turn, question),
    )
    turn.bubbles.append(bubble)


def finish_questions(turn: Turn) -> None:
    """All is asked: after a hand-over times are offered, else the outcome is decided."""
    turn.state.question = None
    if turn.state.handed:
        after_contact(turn)
    else:
        turn.ask_house(Qualify(), then="qualified")


def after_contact(turn: Turn) -> None:
    """A colleague can reach the visitor now: say so, and offer a time at once."""
    email = turn.of_kind("email")
    contact = say_back(turn, email) if email else ""
    if not contact:
        turn.state.phase = "ended"
        return
    if "person_noted" not in turn.state.spoken:
        say(turn, "person_noted", says=("ack", "handoff"), contact=contact)
    offer_times(turn, lead="handoff_times")


def restate(turn: Turn, lead: str = "back", /, *, says: Iterable[str] = RESTATED) -> None:
    """Ask again what is open: what waits for a yes, or the question asked last."""
    state = turn.state
    if state.pending is not None and not (turn.changes and proving.waits(turn)):
        if not _worn_out(turn):
            ask_pending(turn)
            return
        state.pending = None
    if turn.scene.booked or state.phase in ("ended", "stopped"):
        return
    proving.let_go(turn)
    if state.phase == "new":
        go_on(turn, None)
        return
    question = question_of(turn, state.question) if state.question else None
    if state.question == MEETING or state.phase == "meeting":
        ask_meeting(turn, lead, says=says)
    elif question is None:
        go_on(turn, None)
    else:
        ask_with(turn, question, lead, says=says)


def ask_again_or_put_off(turn: Turn) -> None:
    """After something was noted beside the open question: it again, unless it is worn out."""
    if not put_off(turn):
        restate(turn)


def _worn_out(turn: Turn) -> bool:
    """ "This or that?" is asked again once; then the question itself is open again."""
    pending = turn.state.pending or {}
    if pending.get("kind") not in DOUBTS:
        return False
    if pending.get("again"):
        return True
    turn.state.pending = {**pending, "again": True}
    return False


def put_off(turn: Turn) -> bool:
    """Leave a question that was asked often in vain, while other things are said. It comes back
    behind the others, and asked in vain once more it is left open; what nobody can be reached
    without is asked on."""
    state, question_id = turn.state, str(turn.state.question)
    question = question_of(turn, question_id)
    before = question_id in state.put_off
    often = (2 if before else 1) * OFTEN + (0 if state.missed else 1)
    if question is None or state.asked.get(question_id, 0) < often:
        return False
    if state.phase != "asking" or state.pending is not None:
        return False
    if not before and len(open_questions(turn)) > 1:
        state.put_off.append(question_id)
        go_on(turn, "put_off", says=("ack",))
        return True
    if needed_for_contact(question):
        return False
    turn.put(question_id, None, text="", status="unknown")
    go_on(turn, "moved_on", says=("ack",))
    return True


def within(turn: Turn, key: str, /, *, says: Iterable[str] = ()) -> None:
    """Say a text that ends in the open question; where none is open, its `_after` form."""
    state = turn.state
    closed = turn.scene.booked or state.phase in ("ended", "stopped")
    if state.pending is not None and not closed:
        say(turn, key, says=says, question="")
        restate(turn)
        return
    if closed or state.phase == "new":
        say(turn, f"{key}_after", says=says)
        restate(turn)
        return
    restate(turn, key, says=(*says, *RESTATED))


def needed_for_contact(question: Question) -> bool:
    """Whether nobody can be invited without the answer."""
    return question.kind in CONTACT_KINDS and question.required
