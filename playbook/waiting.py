"""A typed answer to what waits for a yes, a no or a choice."""

from playbook.acts import Act, Yes
from playbook.confirming import agree, disagree, pick
from playbook.hearing import Value, read_value
from playbook.onward import go_on
from playbook.order import question_of
from playbook.repair import leave_time_open
from playbook.storing import keep
from playbook.times import wish_in
from playbook.turn import Turn
from playbook.values import refused

ABOUT_TIMES = ("hold", "move")


def answer_pending(turn: Turn, text: str, *, yes: Yes | None, act: Act | None) -> bool:
    """Take the message as the answer; False where it is about something else."""
    kind = str((turn.state.pending or {}).get("kind"))
    if kind in ("value", "pick") and _another_value(turn, text):
        return True
    if kind in ABOUT_TIMES and wish_in(turn, text) is not None:
        return False
    if kind == "stop" and act is not None and act.name in ("cancel", "resume"):
        (disagree if act.name == "resume" else agree)(turn)
        return True
    if kind in ABOUT_TIMES and act is not None and act.name in ("refuse", "skip", "dont_know"):
        leave_time_open(turn)
        return True
    if yes is None:
        return False
    (agree if yes.value else disagree)(turn)
    return True


def _another_value(turn: Turn, text: str) -> bool:
    """A new value instead of a yes, or one of the readings that were offered."""
    pending = turn.state.pending or {}
    question = question_of(turn, str(pending.get("question")))
    value = read_value(turn, question, text) if question is not None else None
    if question is None or not isinstance(value, Value):
        return False
    choices = pending.get("choices") or []
    for index, choice in enumerate(choices):
        if choice["value"] == value.value:
            pick(turn, index)
            return True
    if value.suggest is not None or refused(value.value, question) is not None:
        return False
    turn.state.pending = None
    keep(turn, question, value.value, text=value.text)
    go_on(turn)
    return True
