"""Whoever asks not to be written to is believed at once: noted, said in one calm sentence,
and never asked about again in this talk. What else the message says is read as always."""

from parsing import act
from playbook.order import OPT_IN
from playbook.speaking import say
from playbook.turn import Turn

WISH = "opt_out"


def opt_out(turn: Turn, text: str) -> str | None:
    """Note the wish to get no offers, where the message says so.

    Returns what is left to read: "" where nothing else was said, with the wish blanked out
    (places stay the same) where there was more; None for a message without such a wish.
    """
    found = act.parse_all(text, language=turn.language)
    wish = next((one for one in found if one.value.name == WISH), None)
    if wish is None:
        return None
    turn.tell("opt_out_given", text=text[:500])
    turn.put(OPT_IN, False, text=text)
    if (turn.state.pending or {}).get("kind") == OPT_IN:
        turn.state.pending, turn.state.question = None, None
    say(turn, "opted_out", says=("ack", "opted_out"))
    if wish.value.whole:
        return ""
    return text[: wish.start] + " " * (wish.end - wish.start) + text[wish.end :]
