"""When an answer does not come: not understood, refused, not known, not usable.

Nothing is asked in a circle: rephrase, then buttons, then leave it or a person, and the
fourth time the interview goes on by itself (or brings a person where it cannot).
"""

from collections.abc import Mapping

from playbook.directives import Button
from playbook.handing import hand_over
from playbook.model import Question
from playbook.moving import say_standing
from playbook.onward import DOUBTS, ask_with, go_on, needed_for_contact, restate
from playbook.order import MEETING, OPT_IN, question_of
from playbook.pending import ask_pending
from playbook.speaking import (
    FINISH,
    HANDOFF,
    ask_question,
    question_buttons,
    say,
    words,
)
from playbook.titles import offered, opening_buttons, zone_words
from playbook.turn import Turn

PATIENCE = 2  # tries before a pending yes or no is let go
PATIENCE_WITH_A_GUESS = 1  # it stands on words that prove nothing, and has two wordings


def not_understood(turn: Turn) -> None:
    """Nothing in the message could be used."""
    state = turn.state
    if state.pending is not None:
        _pending_missed(turn)
        return
    question = question_of(turn, state.question) if state.question else None
    if turn.scene.booked or question is None:
        nothing_open(turn)
        return
    state.missed += 1
    if state.missed <= 2 and question.id in state.put_off:
        state.missed = 3  # it was rephrased, and choices were shown, before it was put off
    if state.missed == 1:
        says = ("reprompt", "rephrased_question")
        shown = opening_buttons(turn, offered(turn)) if question.id == MEETING else ()
        ask_question(turn, question, "not_understood", says=says, openings=shown)
    elif state.missed == 2:
        _choose(turn, question)
    elif state.missed == 3:
        _stuck(turn, question)
    else:
        _move_on(turn, question)


def _pending_missed(turn: Turn) -> None:
    state = turn.state
    if (state.pending or {}).get("kind") in DOUBTS:
        restate(turn)
        return
    state.missed += 1
    guessed = state.pending is not None and state.pending.get("key") == "likely"
    patience = PATIENCE_WITH_A_GUESS if guessed else PATIENCE
    if state.missed <= patience or state.question == OPT_IN:
        ask_pending(turn)
        if state.missed > PATIENCE:
            state.pending, state.question = None, None
        return
    state.pending, state.missed = None, 0
    restate(turn)


def nothing_open(turn: Turn) -> None:
    """Nothing is being asked: say how things stand, and what can be done."""
    booking = turn.scene.booked
    if booking is not None:
        say_standing(turn, "after_booking")
    elif turn.state.phase in ("ended", "stopped"):
        says = ("reprompt",)
        say(turn, "ended_already", says=says, buttons=(HANDOFF,))
    else:
        go_on(turn, None)


def _choose(turn: Turn, question: Question) -> None:
    says = ("reprompt", "help_format", "buttons")
    if question.id == MEETING and turn.state.offers:
        shown = opening_buttons(turn, offered(turn))
        zone = zone_words(turn)
        say(turn, "which_offer", says=(*says, "offers"), openings=shown, zone=zone)
    elif question.options:
        say(turn, "choose", says=says, buttons=question_buttons(turn, question))
    else:
        buttons = (*question_buttons(turn, question), HANDOFF)
        say(turn, "no_choice", says=says, buttons=buttons, help=words(turn, question.help))


def _stuck(turn: Turn, question: Question) -> None:
    says: tuple[str, ...] = ("reprompt", "offer_handoff")
    if needed_for_contact(question) or question.id == MEETING:
        buttons: tuple[Button, ...] = (HANDOFF, FINISH)
        say(turn, "stuck_required", says=(*says, "finish_without"), buttons=buttons)
    else:
        skip = Button(f"skip:{question.id}", key="button_skip")
        say(turn, "stuck", says=(*says, "offer_skip"), buttons=(skip, HANDOFF))


def _move_on(turn: Turn, question: Question) -> None:
    if needed_for_contact(question) or question.id == MEETING:
        turn.state.missed = 0
        if turn.state.handed:
            turn.state.question = None
            turn.state.phase = "ended"
            say(turn, "handoff_again", says=("handoff",))
        else:
            hand_over(turn, reason="stuck")
        return
    turn.put(question.id, None, text="", status="unknown")
    go_on(turn, "moved_on", says=("ack",))


def ask_what_to_correct(turn: Turn) -> None:
    """Something is wrong, and the visitor has not said what."""
    if turn.answers():
        say(turn, "correct_what", says=("ack",))
    else:
        restate(turn)


# Not given


def not_given(turn: Turn, *, status: str, text: str) -> None:
    """The visitor will not say ("declined") or does not know ("unknown")."""
    state = turn.state
    question = question_of(turn, state.question) if state.question else None
    if question is None:
        nothing_open(turn)
    elif question.id == MEETING:
        leave_time_open(turn)
    elif not question.required:
        leave_out(turn, question, status=status, text=text)
    elif question.id not in state.explained:
        state.explained.append(question.id)
        says = ("explain_why", "restate_question")
        ask_question(turn, question, "explain_required", says=says)
    elif needed_for_contact(question):
        ways = ("alternatives", "offer_handoff", "finish_without")
        say(turn, "required_alternative", says=ways, buttons=(HANDOFF, FINISH))
    else:
        leave_out(turn, question, status=status, text=text)


def leave_out(turn: Turn, question: Question, *, status: str, text: str) -> None:
    """Store that it stays open, say that this is fine, and go on."""
    turn.put(question.id, None, text=text, status=status)
    say(turn, status, says=("ack",))
    go_on(turn, None)


def leave_time_open(turn: Turn) -> None:
    """No time suits, or the visitor does not know yet: ask, with a person as the way out."""
    turn.state.pending = None
    turn.state.phase, turn.state.question = "meeting", MEETING
    buttons = (Button("more", key="button_more"), HANDOFF)
    says = ("reprompt", "alternatives", "offer_handoff")
    say(turn, "other_time", says=says, buttons=buttons)


# Not usable


def unusable(
    turn: Turn, key: str, question: Question, /, *, values: Mapping[str, str] | None = None
) -> None:
    """A value of the right kind that cannot be: say what is wrong and what helps."""
    state = turn.state
    state.missed += 1
    if state.missed >= 3:
        _stuck(turn, question)
        state.missed = 3
        return
    state.question = question.id
    buttons = question_buttons(turn, question)
    says = ("help_format", "reprompt")
    say(turn, key, says=says, buttons=buttons, values=values, help=words(turn, question.help))


def explain_why(turn: Turn) -> None:
    """Why the question is asked, and the question again."""
    question = question_of(turn, turn.state.question) if turn.state.question else None
    if question is None or turn.state.pending is not None:
        not_understood(turn)
        return
    says = ("explain_why", "restate_question")
    shown = opening_buttons(turn, offered(turn)) if question.id == MEETING else ()
    ask_question(turn, question, "why", says=says, openings=shown)


def rephrase(turn: Turn, lead: str = "rephrased") -> None:
    """The question in other words, with what an answer may look like."""
    question = question_of(turn, turn.state.question) if turn.state.question else None
    if turn.state.pending is not None:
        ask_pending(turn)
    elif question is None:
        nothing_open(turn)
    elif question.id == MEETING:
        shown = opening_buttons(turn, offered(turn))
        ask_question(turn, question, lead, says=("rephrased_question",), openings=shown)
    else:
        ask_with(turn, question, lead, says=("rephrased_question",))
