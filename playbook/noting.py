"""A word for whoever goes on from here: "add a note: we need it on premise"."""

from parsing import act as acts
from playbook.acts import NOTE
from playbook.digression import pass_on
from playbook.onward import restate
from playbook.speaking import say
from playbook.turn import Turn


def leave_note(turn: Turn, text: str) -> bool:
    """Keep the message for the advisor and say so; False where it asks for no such thing."""
    said = acts.parse_all(text, language=turn.language)
    if "?" in text or not any(one.value.name == NOTE for one in said):
        return False
    pass_on(turn, text)
    say(turn, "note_kept", says=("ack",))
    restate(turn)
    return True
