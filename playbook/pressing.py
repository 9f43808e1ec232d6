"""A button was pressed. Payloads were issued by us; an old one acts as it did then:
an older question's option corrects that answer, and a second press changes nothing."""

from collections.abc import Callable

from playbook import coming_back, meeting, moving, stopping
from playbook.choosing import choose
from playbook.confirming import agree, disagree, pick, say_corrected
from playbook.digression import confirm_language, faq_chosen, switch_language
from playbook.handing import hand_over
from playbook.offering import offer_times
from playbook.onward import finish_questions, go_on, restate
from playbook.order import MEETING, open_questions, question_of
from playbook.repair import leave_out
from playbook.speaking import say_back
from playbook.storing import keep
from playbook.titles import offered, start_of
from playbook.turn import Turn


def press(turn: Turn, payload: str) -> None:
    """Do what the button says; one that means nothing now leads back to the question."""
    name, _, rest = payload.partition(":")
    act = _BUTTONS.get(name)
    if act is None:
        restate(turn)
    else:
        act(turn, rest)


def _set(turn: Turn, rest: str) -> None:
    name, _, option_id = rest.partition(":")
    question = question_of(turn, name)
    option = question.option(option_id) if question is not None else None
    if question is None or option is None:
        restate(turn)
        return
    value = option.id if option.value is None else option.value
    before = turn.answer(name)
    old = say_back(turn, question)
    pending = turn.state.pending or {}
    if pending.get("question") == name:
        turn.state.pending = None
    if before is not None and before.status == "given" and before.value == value:
        restate(turn)
        return
    keep(turn, question, value, text=option.title.get(turn.language, option.id), source="button")
    if turn.state.question == name or (before is None and turn.state.question is None):
        go_on(turn)
        return
    say_corrected(turn, question, old)
    restate(turn)


def _skip(turn: Turn, rest: str) -> None:
    question = question_of(turn, rest)
    if question is None or turn.state.question != rest or turn.answer(rest) is not None:
        restate(turn)
    else:
        leave_out(turn, question, status="declined", text="")


def _open(turn: Turn, rest: str) -> None:
    start = start_of(rest)
    in_time = turn.state.phase == "meeting" or turn.scene.booked is not None
    if start is None or not in_time:
        restate(turn)
    elif start <= turn.scene.now:
        offer_times(turn, lead="past_time")
    elif (turn.state.pending or {}).get("payload") == f"open:{rest}":
        agree(turn)
    else:
        choose(turn, start)


def _more(turn: Turn, rest: str) -> None:
    if turn.state.question != MEETING and turn.state.phase != "meeting":
        restate(turn)
        return
    turn.state.pending = None
    shown = offered(turn)
    offer_times(turn, lead="offer_more", after=shown[-1].end if shown else None)


def _yes(turn: Turn, rest: str) -> None:
    if turn.state.pending is not None:
        agree(turn)
    else:
        restate(turn)


def _no(turn: Turn, rest: str) -> None:
    if turn.state.pending is not None:
        disagree(turn)
    else:
        restate(turn)


def _language(turn: Turn, rest: str) -> None:
    if switch_language(turn, rest, chosen=True):
        confirm_language(turn)
    else:
        restate(turn)


def _resume(turn: Turn, rest: str) -> None:
    stopping.resume_talk(turn)


def _restart(turn: Turn, rest: str) -> None:
    """Clears answers, so it is asked first, except of somebody who had stopped."""
    if turn.state.phase == "stopped":
        stopping.restart(turn)
    else:
        stopping.ask_to_restart(turn)


def _retry(turn: Turn, rest: str) -> None:
    turn.state.pending = None
    if turn.state.phase == "meeting" and turn.scene.booked is None:
        meeting.retry(turn, by_house=False)
    elif not turn.state.outcome and not open_questions(turn):
        finish_questions(turn)
    else:
        restate(turn)


def _pick(turn: Turn, rest: str) -> None:
    pick(turn, int(rest) if rest.isdecimal() else -1)


_BUTTONS: dict[str, Callable[[Turn, str], None]] = {
    "set": _set,
    "skip": _skip,
    "open": _open,
    "more": _more,
    "yes": _yes,
    "no": _no,
    "lang": _language,
    "resume": _resume,
    "retry": _retry,
    "pick": _pick,
    "faq": faq_chosen,
    "handoff": lambda turn, _: hand_over(turn),
    "restart": _restart,
    "anew": lambda turn, _: coming_back.begin_anew(turn),
    "finish": lambda turn, _: stopping.stop(turn, "finished"),
    "finish_without": lambda turn, _: stopping.stop(turn, "finished"),
    "move": lambda turn, _: moving.ask_new_time(turn),
    "cancel_booking": lambda turn, _: moving.ask_to_cancel(turn),
}
