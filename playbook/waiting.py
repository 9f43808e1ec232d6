"""A typed answer to what waits for a yes, a no or a choice."""

from parsing import act as acts
from parsing.option import parse_ordinal
from playbook import proving
from playbook.acts import Act, Yes
from playbook.confirming import agree, disagree, pick
from playbook.hearing import Value, read_value
from playbook.onward import go_on_from
from playbook.order import question_of
from playbook.pending import ask_pending
from playbook.repair import leave_time_open
from playbook.storing import keep
from playbook.times import WHOLE, wish_in
from playbook.turn import Turn
from playbook.values import refused

ABOUT_TIMES = ("hold", "move")
ABOUT_PROOF = (proving.OFFER, proving.CODE)
WITHOUT = ("skip", "refuse", "resume", "dont_know")
MOST_SHOWN = 9  # times in a list that somebody may have in mind
_MEANT: dict[tuple[bool, str | None], bool] = {  # (about a time, intent) -> yes
    (True, "affirm"): True,
    (True, "book"): True,
    (True, "deny"): False,
    (False, "affirm"): True,
    (False, "deny"): False,
}


def answer_pending(
    turn: Turn, text: str, *, yes: Yes | None, act: Act | None, intent: str | None = None
) -> bool:
    """Take the message as the answer; False where it is about something else. `intent` is
    Rasa's where it is strong: it counts where the words say neither yes nor no."""
    kind = str((turn.state.pending or {}).get("kind"))
    spoken_of = (turn.state.pending or {}).get("key") == "instead" and act is not None
    if kind in ("value", "pick") and not spoken_of and _another_value(turn, text):
        return True
    if kind in ABOUT_TIMES and (place := _place(turn, text)) is not None:
        (agree if place == 1 else ask_pending)(turn)
        return True
    if kind in ABOUT_TIMES and wish_in(turn, text) is not None:
        return False
    if kind == "stop" and (goes_on := _goes_on(turn, text)) is not None:
        (disagree if goes_on else agree)(turn)
        return True
    if kind in ABOUT_TIMES and act is not None and act.name in ("refuse", "skip", "dont_know"):
        leave_time_open(turn)
        return True
    if kind in ABOUT_PROOF and act is not None and act.name in WITHOUT:
        disagree(turn)
        return True
    asks = "?" in text and yes is not None and not yes.bare
    if asks and kind in ABOUT_TIMES:
        return False  # "great, what happens now?" books nothing yet
    agreed = yes.value if yes is not None else _MEANT.get((kind in ABOUT_TIMES, intent))
    if agreed is None:
        return False
    (agree if agreed else disagree)(turn)
    return True


def _place(turn: Turn, text: str) -> int | None:
    """ "The first one": the place of a time, where the message is nothing else. One is shown."""
    place = parse_ordinal(text, language=turn.language, count=MOST_SHOWN)
    return place.value if place is not None and place.confidence >= WHOLE else None


def _goes_on(turn: Turn, text: str) -> bool | None:
    """Asked whether to stop: True for "no, let's go on", False for "yes, stop"."""
    said = {one.value.name for one in acts.parse_all(text, language=turn.language)}
    if "resume" in said:
        return True
    return False if "cancel" in said else None


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
    go_on_from(turn, question)
    return True
