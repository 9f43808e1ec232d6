"""Moves of a talk that are no answers, and what each leads to."""

from collections.abc import Callable
from typing import Any

from parsing.correction import named_fields
from playbook import digression, moving, repair, stopping
from playbook.directives import FaqAnswer, Result
from playbook.filling import keep_addresses
from playbook.handing import hand_over
from playbook.model import Question
from playbook.onward import restate
from playbook.speaking import say, say_text, words
from playbook.times import about_time, keep_wish
from playbook.turn import Turn

NAMING = ("out_of_scope", "why_ask")  # moves that ask what the words name
FAQ_TOPICS = {
    "faq_price": "price",
    "faq_privacy": "privacy",
    "faq_hours": "hours",
    "faq_about": "about",
    "faq_security": "security",
    "faq_integrations": "integrations",
}


def make_move(turn: Turn, name: str, text: str) -> bool:
    """Do what the move asks for; False where it is no move of ours (an answer, a yes)."""
    topic = FAQ_TOPICS.get(name)
    if topic is not None:
        digression.ask_faq(turn, text, topic=topic)
        return True
    act = _MOVES.get(name)
    if act is None:
        return False
    act(turn, text)
    return True


def faq_or_move(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The look-up is back: its answer, or else the move that the message may be as well."""
    otherwise = memory.get("otherwise")
    found = isinstance(result, FaqAnswer) and result.text
    if isinstance(result, FaqAnswer) and otherwise is not None and not found:
        result = FaqAnswer(None, None)  # a clear move is not asked back about
    said = str(memory.get("said") or "") if otherwise in NAMING else ""
    if otherwise is None or found or not make_move(turn, str(otherwise), said):
        digression.faq(turn, memory, result)


def _to_a_person(turn: Turn, text: str) -> None:
    keep_addresses(turn, text)
    hand_over(turn)


def _refuse(turn: Turn, text: str) -> None:
    other = spoken_of(turn, text)
    if other is not None and not other.required and turn.answer(other.id) is None:
        turn.put(other.id, None, text=text, status="declined")
        say(turn, "declined", says=("ack",))
        restate(turn)
    else:
        repair.not_given(turn, status="declined", text=text)


def _why(turn: Turn, text: str) -> None:
    other = spoken_of(turn, text)
    if other is not None and turn.state.pending is None:
        say_text(turn, words(turn, other.why), says=("explain_why",))
        restate(turn)
    else:
        repair.explain_why(turn)


def spoken_of(turn: Turn, text: str) -> Question | None:
    """The one question that a message names, where it is not the one that is asked; of several
    the one that is open ("no phone please, e-mail only")."""
    named = named_fields(text, language=turn.language)
    meant = [one for one in turn.playbook.questions if one.kind in named]
    if len(meant) > 1:
        meant = [one for one in meant if turn.answer(one.id) is None]
    return meant[0] if len(meant) == 1 and meant[0].id != turn.state.question else None


def _dont_know(turn: Turn, text: str) -> None:
    repair.not_given(turn, status="unknown", text=text)


def _cancel(turn: Turn, text: str) -> None:
    """After a booking the meeting is meant; before it the talk."""
    if turn.scene.booked is not None:
        moving.ask_to_cancel(turn)
    else:
        stopping.ask_to_stop(turn)


def _book(turn: Turn, text: str) -> None:
    if turn.scene.booked is not None or turn.state.phase == "meeting":
        if not about_time(turn, text, yes=None, act=None):
            _without_time(turn)
    else:
        digression.want_meeting(turn)


def _without_time(turn: Turn) -> None:
    if turn.scene.booked is not None:
        moving.say_standing(turn, "booked_already")
    else:
        restate(turn)


def _reschedule(turn: Turn, text: str) -> None:
    if turn.scene.booked is None and keep_wish(turn, text):
        digression.want_meeting(turn)  # "Thursday does not suit, Friday?" while questions are asked
    elif not about_time(turn, text, yes=None, act=None, asked=True):
        moving.ask_new_time(turn)


def _resume(turn: Turn, text: str) -> None:
    stopping.resume_talk(turn)


def _correct(turn: Turn, text: str) -> None:
    repair.ask_what_to_correct(turn)


def _restart(turn: Turn, text: str) -> None:
    stopping.ask_to_restart(turn)


_MOVES: dict[str, Callable[[Turn, str], None]] = {
    "handoff": _to_a_person,
    "refuse": _refuse,
    "skip": _refuse,
    "dont_know": _dont_know,
    "why_ask": _why,
    "rephrase": lambda turn, _: repair.rephrase(turn),
    "wait": lambda turn, _: digression.let_wait(turn),
    "cancel": _cancel,
    "restart": _restart,
    "resume": _resume,
    "book": _book,
    "about_meeting": lambda turn, _: moving.tell_meeting(turn),
    "reschedule": _reschedule,
    "cancel_booking": lambda turn, _: moving.ask_to_cancel(turn),
    "are_you_bot": lambda turn, _: digression.tell_bot(turn),
    "greet": lambda turn, _: digression.greet_back(turn),
    "thanks_bye": lambda turn, _: digression.say_goodbye(turn),
    "chitchat": lambda turn, _: digression.chat(turn),
    "out_of_scope": lambda turn, text: digression.decline_topic(turn, text),
    "change_language": lambda turn, _: digression.language_menu(turn),
    "data_request": lambda turn, text: stopping.data_request(turn, text),
    "abuse": lambda turn, _: digression.set_boundary(turn),
    "injection": lambda turn, _: digression.leave_aside(turn),
    "correct": _correct,
}
