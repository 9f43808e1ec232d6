"""A yes, a no or a choice to what waits for one."""

from collections.abc import Callable
from typing import Any

from playbook import meeting, moving, outcome, proving, stopping
from playbook.dates import isolated, say_range
from playbook.digression import pass_on
from playbook.handing import hand_over
from playbook.model import Question
from playbook.onward import ask_with, go_on, go_on_from, restate
from playbook.order import question_of
from playbook.pending import ask_pending
from playbook.repair import leave_time_open, unusable
from playbook.speaking import say, say_back, words
from playbook.storing import keep
from playbook.turn import Turn
from playbook.values import most_of, refused

Memory = dict[str, Any]


def agree(turn: Turn) -> None:
    """Yes to what waits."""
    pending = turn.state.pending or {}
    _YES[str(pending.get("kind"))](turn, pending)


def disagree(turn: Turn) -> None:
    """No to what waits."""
    pending = turn.state.pending or {}
    _NO[str(pending.get("kind"))](turn, pending)


def pick(turn: Turn, index: int) -> None:
    """One of the readings of an unclear value."""
    pending = turn.state.pending or {}
    choices = pending.get("choices") or []
    question = question_of(turn, str(pending.get("question")))
    if pending.get("kind") != "pick" or question is None or not 0 <= index < len(choices):
        restate(turn)
        return
    turn.state.pending = None
    keep(turn, question, choices[index]["value"], text=choices[index]["title"], source="button")
    go_on(turn)


# Values


def _value_yes(turn: Turn, memory: Memory) -> None:
    question = question_of(turn, memory["question"])
    turn.state.pending = None
    if question is None:
        restate(turn)
    elif refused(memory["value"], question) is not None:
        unusable(turn, "too_large_still", question, values={"most": _most(turn, question)})
    else:
        keep(turn, question, memory["value"], text=memory["text"])
        if memory.get("corrects"):
            say_corrected(turn, question, memory.get("old", ""))
        go_on_from(turn, question, None if memory.get("corrects") else "next")


def _most(turn: Turn, question: Question) -> str:
    return say_range(most_of(question), most_of(question), locale=turn.locale)


def _value_no(turn: Turn, memory: Memory) -> None:
    """Not what was meant: a typo that was none is taken as typed, else ask again."""
    question = question_of(turn, memory["question"])
    turn.state.pending = None
    if question is None:
        restate(turn)
    elif memory["key"] == "mistyped" and memory.get("typed"):
        keep(turn, question, memory["typed"], text=memory["typed"])
        go_on(turn)
    elif memory["key"] == "instead":
        keep_old(turn, memory["old"], memory["said"])
    else:
        ask_with(turn, question, "rephrased", says=("rephrased_question",))


def keep_old(turn: Turn, old: str, said: str) -> None:
    """The value stays as it is; what was said of another one is for the advisor."""
    pass_on(turn, said)
    say(turn, "instead_kept", says=("ack",), old=isolated(old, locale=turn.locale))
    restate(turn)


def say_corrected(turn: Turn, question: Question, old: str) -> None:
    """Say once what is noted now, and instead of what."""
    label, new = words(turn, question.label), say_back(turn, question)
    if old and old != new:
        say(turn, "corrected", says=("ack_correction",), label=label, old=old, new=new)
    elif old:
        say(turn, "corrected_same", says=("ack_correction",), label=label, new=new)
    else:
        say(turn, "corrected_new", says=("ack_correction",), label=label, new=new)


def _pick_no(turn: Turn, memory: Memory) -> None:
    question = question_of(turn, memory["question"])
    turn.state.pending = None
    if question is not None:
        ask_with(turn, question, "rephrased", says=("rephrased_question",))


def _known_yes(turn: Turn, memory: Memory) -> None:
    turn.state.pending = None
    for name in memory["questions"]:
        answer, question = turn.scene.known.get(name), question_of(turn, name)
        if answer is not None and question is not None:
            turn.put(name, answer.value, text=answer.text, source="prefill")
    go_on(turn, "known_kept", says=("ack",))


def _known_no(turn: Turn, memory: Memory) -> None:
    turn.state.pending = None
    go_on(turn, "known_dropped", says=("ack",))


def _theirs_yes(turn: Turn, memory: Memory) -> None:
    turn.state.pending = None
    stopping.resume_talk(turn, "resumed")


def _go_on_without(turn: Turn, memory: Memory) -> None:
    turn.state.pending = None
    go_on(turn)


# The rest


def _resume(turn: Turn, memory: Memory) -> None:
    turn.state.pending = None
    stopping.resume_talk(turn)


def _hold_no(turn: Turn, memory: Memory) -> None:
    leave_time_open(turn)


_YES: dict[str, Callable[[Turn, Memory], None]] = {
    "value": _value_yes,
    "pick": lambda turn, _: restate(turn),
    "stop": lambda turn, _: stopping.stop(turn),
    "restart": lambda turn, _: stopping.restart(turn),
    "person": lambda turn, _: hand_over(turn),
    "theirs": _theirs_yes,
    "erase": lambda turn, _: stopping.erase(turn),
    "known": _known_yes,
    "prove": lambda turn, _: proving.send(turn),
    "code": lambda turn, _: ask_pending(turn),
    "opt_in": lambda turn, memory: _opted(turn, memory, agreed=True),
    "hold": lambda turn, _: meeting.confirm(turn),
    "move": lambda turn, _: moving.move(turn),
    "cancel_booking": lambda turn, _: moving.cancel(turn),
}
_NO: dict[str, Callable[[Turn, Memory], None]] = {
    "value": _value_no,
    "pick": _pick_no,
    "stop": _resume,
    "restart": _resume,
    "person": _resume,
    "theirs": lambda turn, _: stopping.restart(turn),
    "erase": lambda turn, _: stopping.keep_data(turn),
    "known": _known_no,
    "prove": _go_on_without,
    "code": _go_on_without,
    "opt_in": lambda turn, memory: _opted(turn, memory, agreed=False),
    "hold": _hold_no,
    "move": lambda turn, _: moving.keep_time(turn),
    "cancel_booking": lambda turn, _: moving.keep_booking(turn),
}


def _opted(turn: Turn, memory: Memory, *, agreed: bool) -> None:
    turn.state.pending = None
    outcome.opted(turn, memory["outcome"], agreed=agreed)
