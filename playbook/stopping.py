"""Stopping, coming back, beginning again, and being forgotten."""

import re
from typing import Any

from parsing.fold import fold_text
from playbook.directives import Erase, Erased, Result
from playbook.onward import go_on, restate, within
from playbook.order import MEETING
from playbook.pending import spelled, wait_for
from playbook.speaking import HANDOFF, RESUME, say
from playbook.turn import Turn

LONGEST = 600  # characters looked at
# Beginnings of words for getting rid of something (folded).
ERASING = (
    *("delet", "eras", "remov", "forget", "forgotten", "wip", "destroy", "purg"),
    *("izbris", "zbris", "pobris", "odstran", "pozab"),
    *("poist", "tuho", "unohda", "havit"),
    *("slett", "fjern", "glem"),
    *("usun", "skasu", "skasow", "wymaz", "wymaza", "zapomn"),
    *("מחק", "למחק", "מחיק", "תמחק", "למחוק", "שתמחק", "להסיר", "הסיר", "תסיר", "לשכוח", "תשכח"),
)


def ask_to_stop(turn: Turn) -> None:
    """A visitor who wants to stop is asked once whether they mean it."""
    if turn.state.phase in ("ended", "stopped"):
        say(turn, "goodbye", says=("goodbye",))
        return
    wait_for(turn, "stop")


def stop(turn: Turn, key: str = "cancelled") -> None:
    """Stop here. What was told is kept, and the visitor may come back."""
    state = turn.state
    state.pending, state.phase = None, "stopped"
    says = ("goodbye", "nothing_lost")
    say(turn, key, says=says, buttons=(RESUME,))
    turn.tell("conversation_closed", reason=key)
    state.question = None


def resume_talk(turn: Turn, key: str = "resumed") -> None:
    """Go on where the visitor stopped: with the first open question, or the meeting."""
    state = turn.state
    state.pending = None
    if state.phase == "stopped":
        reopen(turn)
    if turn.scene.booked:
        _welcome_booked(turn)
    elif state.phase == "ended":
        say(turn, "ended_already", says=("resume",), buttons=(HANDOFF,))
    elif state.question is not None:
        restate(turn, key, says=("resume", "nothing_lost", "restate_question"))
    else:
        go_on(turn, key, says=("resume", "nothing_lost", "restate_question"))


def reopen(turn: Turn) -> None:
    """Go on after an end without a word about it: the message itself says enough."""
    state = turn.state
    turn.tell("conversation_resumed")
    reached = state.outcome in ("qualified", "person") or state.handed
    state.phase = "meeting" if reached and state.offers else "asking"
    state.question = MEETING if state.phase == "meeting" else state.question


def _welcome_booked(turn: Turn) -> None:
    booking = turn.scene.booked
    if booking is not None:
        memory = {"start": booking.start.isoformat(), "end": booking.end.isoformat()}
        say(turn, "welcome_back_after", says=("resume",), when=spelled(turn, memory))


def restart(turn: Turn) -> None:
    """Begin again: every answer is taken back. A booked meeting stands."""
    for question in turn.answers():
        turn.take_back(question)
    forget(turn)
    go_on(turn, "restarted", says=("ack",))


def forget(turn: Turn) -> None:
    """The interview stands at its beginning, with whatever answers there still are."""
    state = turn.state
    state.pending, state.phase, state.question = None, "asking", None
    state.outcome, state.wish, state.offers, state.handed = "", None, [], False
    state.explained, state.recent, state.missed = [], [], 0
    state.described, state.put_off = {}, []
    turn.tell("conversation_resumed")


def ask_to_restart(turn: Turn) -> None:
    """Beginning again would clear answers: asked once, unless there are none."""
    if turn.answers():
        wait_for(turn, "restart")
    else:
        restart(turn)


# Data rights


def ask_to_erase(turn: Turn) -> None:
    """The request is on record at once; the erasure itself waits for a yes."""
    turn.tell("data_deletion_requested")
    wait_for(turn, "erase")


def erase(turn: Turn) -> None:
    """The visitor has confirmed."""
    turn.state.pending = None
    turn.ask_house(Erase(), then="erased")


def erased(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Say what really happened."""
    turn.state.question = None
    if isinstance(result, Erased):
        turn.state.phase = "stopped"
        say(turn, "erased", says=("data_request_ack", "goodbye"))
        turn.tell("conversation_closed", reason="erased")
    else:
        say(turn, "erase_failed", says=("data_request_ack", "apology"), buttons=(HANDOFF,))


def keep_data(turn: Turn) -> None:
    """The visitor would rather not have everything erased."""
    turn.state.pending = None
    within(turn, "erase_kept", says=("ack",))


def data_request(turn: Turn, text: str) -> None:
    """A data subject's wish: to be forgotten, or to know what is stored."""
    if wants_erasure(text):
        ask_to_erase(turn)
    else:
        show_no_record(turn)


def wants_erasure(text: str) -> bool:
    """Whether a message about somebody's data asks to be rid of them, in any language."""
    words = re.findall(r"\w+", fold_text(text[:LONGEST]))
    return any(word.startswith(ERASING) for word in words)


def show_no_record(turn: Turn) -> None:
    """Nobody is shown stored data here: a colleague can, once they know who asks."""
    say(turn, "no_record", says=("no_record_shown", "data_request_ack"), buttons=(HANDOFF,))
    restate(turn)
