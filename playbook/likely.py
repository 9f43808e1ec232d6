"""A need in the visitor's own words: no option is named, but some are likely.

An option's `hints` are words of its field that prove nothing alone ("customers", "numbers"):
nothing is stored on them. They make one question of two or three buttons out of a message that
nothing else could use; after that question the options are shown as always.
"""

from playbook.hearing import Doubt, Value, read_likely
from playbook.model import Question
from playbook.pending import wait_for
from playbook.speaking import words
from playbook.turn import LONGEST_WORDS, Turn

FEWEST_WORDS = 3
MOST_CHOICES = 3


def likely(turn: Turn, text: str, asked: Question | None) -> tuple[Value, ...]:
    """The options that the words hint at, at most three; none where that was asked before."""
    if asked is None or turn.state.pending is not None or asked.id in turn.state.described:
        return ()
    if "?" in text or len(text.split()) < FEWEST_WORDS:
        return ()
    found = read_likely(turn, asked, text)
    if isinstance(found, Doubt):
        return found.choices[:MOST_CHOICES]
    return (found,) if found is not None else ()


def ask_likely(turn: Turn, text: str, asked: Question | None, *, person: bool = False) -> bool:
    """Ask whether it is what the words hint at; False where they hint at nothing. With
    `person` the message may be a wish for one as well, and a button offers that."""
    found = likely(turn, text, asked)
    if asked is None or not found:
        return False
    turn.state.described[asked.id] = text.strip()[:LONGEST_WORDS]
    titles = [(one.value, _title(turn, one)) for one in found]
    if len(titles) == 1:
        ((value, title),) = titles
        wait_for(
            turn, "value", question=asked.id, key="likely", value=value, text=title, person=person
        )
    else:
        listed = [{"value": value, "title": title} for value, title in titles]
        wait_for(turn, "pick", question=asked.id, choices=listed, none=True, person=person)
    return True


def _title(turn: Turn, value: Value) -> str:
    option = value.question.option(str(value.value))
    return words(turn, option.title) if option is not None else str(value.value)
