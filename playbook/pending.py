"""What waits for a yes, a no or a choice, and how it is asked (again).

`State.pending` is {"kind": …} with what the kind needs to go on; nothing is done until the
visitor has agreed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from playbook.dates import isolated, say_clock, say_list, say_meeting
from playbook.directives import Button, OpeningButton
from playbook.order import OPT_IN, question_of
from playbook.scene import Answered, Opening
from playbook.speaking import ANEW, HANDOFF, NO, YES, say, say_text, summary, words
from playbook.titles import opening_button
from playbook.turn import Turn
from playbook.values import say_value


def wait_for(turn: Turn, kind: str, /, **memory: Any) -> None:
    """Ask for a yes or a choice and remember what it is about."""
    turn.state.pending = {"kind": kind, **memory}
    turn.state.missed = 0
    ask_pending(turn)


def ask_pending(turn: Turn) -> None:
    """Ask it, in the next wording and in the language of now."""
    pending = turn.state.pending or {}
    _ASK[str(pending.get("kind"))](turn, pending)


def _value(turn: Turn, memory: dict[str, Any]) -> None:
    """A value that looks mistyped, too large or unsure: is it right?"""
    question = question_of(turn, memory["question"])
    said = memory["text"]
    if question is not None and memory["key"] == "too_large":
        answer = turn_answer(memory)
        said = say_value(answer, question, language=turn.language, locale=turn.locale) or said
    said = isolated(said, locale=turn.locale)
    values = {"suggest": said} if memory["key"] == "mistyped" else {"value": said}
    if memory["key"] == "instead":
        values["old"] = isolated(memory["old"], locale=turn.locale)
    ways = (YES, NO, HANDOFF) if memory.get("person") else (YES, NO)
    say(turn, memory["key"], says=("confirm_value",), buttons=ways, values=values)


def turn_answer(memory: dict[str, Any]) -> Answered:
    """The value that waits, as an answer."""
    return Answered(memory["value"], "given", memory["text"])


def _pick(turn: Turn, memory: dict[str, Any]) -> None:
    titles = [choice["title"] for choice in memory["choices"]]
    buttons = [Button(f"pick:{index}", title=title) for index, title in enumerate(titles)]
    choices = say_list(titles, locale=turn.locale, either=True)
    if memory.get("none"):
        buttons.append(Button("no", key="button_none"))
    if memory.get("person"):
        buttons.append(HANDOFF)
    say(turn, "which", says=("clarify",), buttons=buttons, choices=choices)


def _stop(turn: Turn, memory: dict[str, Any]) -> None:
    say(turn, "confirm_cancel", says=("confirm_cancel", "nothing_lost"), buttons=(YES, NO))


def _restart(turn: Turn, memory: dict[str, Any]) -> None:
    say(turn, "confirm_restart", says=("confirm_restart",), buttons=(YES, NO))


def _person(turn: Turn, memory: dict[str, Any]) -> None:
    say(turn, "confirm_handoff", says=("confirm_handoff",), buttons=(YES, NO))


def _theirs(turn: Turn, memory: dict[str, Any]) -> None:
    says = ("confirm_value", "known", "resume")
    say(turn, "theirs", says=says, buttons=(YES, NO, ANEW), summary=summary(turn))


def _erase(turn: Turn, memory: dict[str, Any]) -> None:
    says = ("data_request_ack", "confirm_erase")
    say(turn, "erase_confirm", says=says, buttons=(YES, NO, HANDOFF))


def _known(turn: Turn, memory: dict[str, Any]) -> None:
    said = "; ".join(_known_parts(turn, memory["questions"]))
    say(turn, "known", says=("confirm_value", "known"), buttons=(YES, NO), summary=said)


def _known_parts(turn: Turn, names: list[str]) -> list[str]:
    parts = []
    for name in names:
        question, answer = question_of(turn, name), turn.scene.known.get(name)
        if question is not None and answer is not None:
            said = say_value(answer, question, language=turn.language, locale=turn.locale)
            parts.append(f"{words(turn, question.label)}: {said}")
    return parts


def _prove(turn: Turn, memory: dict[str, Any]) -> None:
    say(turn, "prove_offer", says=("prove_offer",), buttons=(YES, NO), email=_address(turn))


def _code(turn: Turn, memory: dict[str, Any]) -> None:
    without = Button("no", key="button_skip")
    say(turn, "prove_code", says=("prove_code",), buttons=(without,), email=_address(turn))


def _address(turn: Turn) -> str:
    email = turn.of_kind("email")
    said = str(turn.value(email.id) or "") if email is not None else ""
    return isolated(said, locale=turn.locale)


def _opt_in(turn: Turn, memory: dict[str, Any]) -> None:
    again = turn.state.question == OPT_IN
    turn.state.question = OPT_IN
    text = words(turn, turn.playbook.endings[memory["outcome"]].opt_in)
    if again:
        say(turn, "back", says=("opt_in", "restate_question"), buttons=(YES, NO), question=text)
    else:
        say_text(turn, text, says=("opt_in",), buttons=(YES, NO))


# About a time


def moment(text: str) -> datetime:
    """An instant as it is kept in the state."""
    return datetime.fromisoformat(text)


def spelled(turn: Turn, memory: dict[str, Any]) -> str:
    """The meeting from memory's start to its end, in full, in the visitor's zone."""
    start, end = moment(memory["start"]), moment(memory["end"])
    return say_meeting(start, end, zone=turn.scene.zone, locale=turn.locale)


def _shown(turn: Turn, memory: dict[str, Any]) -> tuple[OpeningButton, ...]:
    opening = Opening(moment(memory["start"]), moment(memory["end"]))
    return (opening_button(turn, opening),)


def _hold(turn: Turn, memory: dict[str, Any]) -> None:
    until = moment(memory["until"]).astimezone(turn.scene.zone)
    say(
        turn,
        "hold",
        says=("confirm_value", "held"),
        buttons=(YES, NO),
        openings=_shown(turn, memory),
        when=spelled(turn, memory),
        advisor=memory["advisor"],
        until=isolated(say_clock(until, locale=turn.locale), locale=turn.locale),
    )


def _move(turn: Turn, memory: dict[str, Any]) -> None:
    booking = turn.scene.booked
    if booking is None:
        return
    old = say_meeting(booking.start, booking.end, zone=turn.scene.zone, locale=turn.locale)
    say(
        turn,
        "move_confirm",
        says=("confirm_value", "confirm_move"),
        buttons=(YES, NO),
        openings=_shown(turn, memory),
        old=old,
        when=spelled(turn, memory),
        advisor=booking.advisor_name,
    )


def _cancel_booking(turn: Turn, memory: dict[str, Any]) -> None:
    booking = turn.scene.booked
    if booking is None:
        return
    when = say_meeting(booking.start, booking.end, zone=turn.scene.zone, locale=turn.locale)
    says = ("confirm_cancel", "confirm_cancel_booking")
    say(turn, "cancel_booking_confirm", says=says, buttons=(YES, NO), when=when)


_ASK: dict[str, Callable[[Turn, dict[str, Any]], None]] = {
    "value": _value,
    "pick": _pick,
    "stop": _stop,
    "restart": _restart,
    "person": _person,
    "theirs": _theirs,
    "erase": _erase,
    "known": _known,
    "prove": _prove,
    "code": _code,
    "opt_in": _opt_in,
    "hold": _hold,
    "move": _move,
    "cancel_booking": _cancel_booking,
}
