"""What is said and offered for each outcome of the questions."""

from typing import Any

from playbook.directives import Button, Failed, HandedOver, Qualified, Result
from playbook.model import Ending
from playbook.offering import offer_times, promise_call, promised
from playbook.onward import finish_questions
from playbook.order import OPT_IN
from playbook.pending import wait_for
from playbook.speaking import say, summary, words
from playbook.turn import Turn

RETRY = Button("retry", key="button_retry")


def qualified(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The house has decided: offer times, an alternative, or an honest no."""
    if isinstance(result, Failed) or not isinstance(result, Qualified):
        turn.state.question = None
        turn.tell("booking_retry_queued", what="qualify")
        turn.state.retrying = True
        say(turn, "trouble", says=("apology", "nothing_lost"), buttons=(RETRY,))
        return
    turn.state.outcome = result.outcome
    turn.state.retrying = False
    if result.outcome == "call_back":
        promise_call(turn)
        return
    ending = turn.playbook.endings.get(result.outcome)
    if ending is not None:
        _say_ending(turn, ending)
    if result.outcome in ("nearly", "not_fit"):
        _give(turn, ending)
    else:
        offer_times(turn)


def _say_ending(turn: Turn, ending: Ending) -> None:
    """The playbook's words; a visitor who goes on to a meeting sees what was noted."""
    said = summary(turn)
    if ending.outcome == "qualified" and said:
        says = ("confirm_summary", "ending", ending.outcome)
        say(turn, "ended", says=says, say=words(turn, ending.say), summary=said)
    else:
        say(turn, "ended_bare", says=("ending", ending.outcome), say=words(turn, ending.say))


def _give(turn: Turn, ending: Ending | None) -> None:
    """The resource, then the opt-in where the playbook asks for one."""
    turn.state.phase, turn.state.question = "ended", None
    if ending is None:
        return
    resource = turn.playbook.resources.get(ending.resource or "")
    if resource is not None:
        title, url = words(turn, resource.title), words(turn, resource.url)
        say(turn, "resource", says=("alternatives", "resource"), title=title, url=url)
    email = turn.of_kind("email")
    reachable = email is not None and turn.value(email.id) is not None
    if ending.ask_opt_in and reachable and turn.answer(OPT_IN) is None:
        wait_for(turn, "opt_in", outcome=ending.outcome)


def opted(turn: Turn, outcome: str, *, agreed: bool) -> None:
    """The visitor's yes or no to being written to, kept with the words and their version."""
    ending = turn.playbook.endings[outcome]
    turn.state.question = None
    turn.put(OPT_IN, agreed, text=words(turn, ending.opt_in), source="button")
    if agreed:
        text = words(turn, ending.opt_in)
        turn.tell("opt_in_given", version=ending.opt_in_version, text=text)
    say(turn, "opt_in_yes" if agreed else "opt_in_no", says=("ack",))


def promised_call(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Nobody is free and a person was told (or will be, when the house answers again)."""
    if not isinstance(result, HandedOver):
        turn.tell("handoff_requested", reason="call_back", summary=summary(turn))
    promised(turn)


def requalify(turn: Turn) -> None:
    """Ask the house again for the outcome, after it failed or an answer was changed."""
    turn.state.outcome = None
    finish_questions(turn)
