"""A visitor who comes back: on where they stopped, or a new matter with what stays the same.

What lasts of a matter is what `greeting` would confirm of last time: who they are, and the
answers that the playbook marks `returning: confirm`.
"""

from dataclasses import replace

from parsing import act as acts
from playbook.acts import NEW_MATTER
from playbook.greeting import ask_known, lasts
from playbook.onward import go_on
from playbook.order import question_of
from playbook.pending import ask_pending, wait_for
from playbook.speaking import ANEW, RESTART, RESUME, say, summary
from playbook.stopping import forget, resume_talk
from playbook.turn import Turn


def come_back(turn: Turn) -> None:
    """The chat was opened again: say where it stands. The next message may begin anew."""
    state = turn.state
    if state.phase == "stopped":
        says = ("resume", "nothing_lost")
        say(turn, "welcome_back_closed", says=says, buttons=(RESUME, ANEW, RESTART))
        state.back = True
    elif state.pending is not None:
        ask_pending(turn)
    elif _on_the_way(turn) and ask_known(turn):
        state.question = None  # what is confirmed goes first, then the first open question
        state.back = True
    else:
        resume_talk(turn, "welcome_back")
        state.back = _on_the_way(turn)
        if state.back and turn.bubbles:
            last = turn.bubbles[-1]
            turn.bubbles[-1] = replace(last, buttons=(*last.buttons, ANEW))


def led_back(turn: Turn) -> None:
    """A mailed link was opened by who has the mailbox; what was said before may be another's,
    who only typed the address: it counts when the reader says so."""
    if turn.answers() and turn.scene.booked is None:
        wait_for(turn, "theirs")
        turn.state.back = True
    else:
        come_back(turn)


def _on_the_way(turn: Turn) -> bool:
    return turn.scene.booked is None and turn.state.phase == "asking"


def new_matter(turn: Turn, text: str) -> bool:
    """ "Something else", said to a welcome back: begin anew. False where it was not said."""
    if not turn.came_back:
        return False
    said = {one.value.name for one in acts.parse_all(text, language=turn.language)}
    if not said & {NEW_MATTER, "restart"}:
        return False
    begin_anew(turn)
    return True


def begin_anew(turn: Turn) -> None:
    """A new matter: what lasts is kept and said in one line, the rest is asked anew. A
    booked meeting stands."""
    kept = []
    for name in turn.answers():
        question = question_of(turn, name)
        if question is not None and lasts(question) and turn.value(name) is not None:
            kept.append(name)
        else:
            turn.take_back(name)
    forget(turn)
    if ask_known(turn):
        return
    said = summary(turn, kept)
    if said:
        go_on(turn, "anew", says=("ack", "known"), values={"summary": said})
    else:
        go_on(turn, "restarted", says=("ack",))
