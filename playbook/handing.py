"""A person is asked for: the summary is passed on, the visitor told, a time offered."""

from typing import Any

from playbook.directives import HandedOver, Handover, Result
from playbook.onward import after_contact, ask_with
from playbook.order import contact_missing
from playbook.speaking import say, summary
from playbook.turn import Turn


def hand_over(turn: Turn, *, reason: str = "asked") -> None:
    """Ask for a person; a second wish within one conversation opens no second ticket."""
    turn.state.pending = None
    if turn.state.handed:
        say(turn, "handoff_again", says=("handoff",))
        _go_on(turn)
        return
    turn.ask_house(Handover(reason), then="handed", reason=reason)


def handed(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The ticket is there, or (the house failed) the wish is kept with this turn."""
    said = summary(turn)
    turn.state.handed = True
    turn.tell("handoff_requested", reason=memory.get("reason", "asked"), summary=said)
    if not isinstance(result, HandedOver):
        say(turn, "handoff_failed", says=("handoff", "apology", "nothing_lost"))
        return
    key = "handoff_staffed" if result.staffed else "handoff_away"
    says = ("handoff", "summary_passed") if said else ("handoff",)
    if said:
        say(turn, key, says=says, summary=said)
    else:
        say(turn, f"{key}_bare", says=says)
    if not result.staffed:
        _go_on(turn)


def _go_on(turn: Turn) -> None:
    """What a colleague needs to reach the visitor; once that is known, a time."""
    if turn.scene.booked:
        return
    question = contact_missing(turn)
    if question is not None and turn.answer(question.id) is None:
        turn.state.phase = "asking"
        ask_with(turn, question, "handoff_contact")
    elif turn.state.phase not in ("meeting", "ended") or not turn.state.offers:
        after_contact(turn)
