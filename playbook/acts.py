"""What kind of move a message is: said outright in known words, or taken so by Rasa.

A word list is sure of what it knows and is asked first. Rasa's intent counts only where
nothing else can be read from the message, and only with a lead over the second best.
"""

from dataclasses import dataclass

from parsing import act as acts
from parsing import yes_no
from playbook.model import Question
from playbook.scene import Intent

SURE = 0.9
CLEAR_CONFIDENCE, CLEAR_MARGIN = 0.5, 0.2  # an intent worth acting upon
STRONG_CONFIDENCE, STRONG_MARGIN = 0.8, 0.5  # one that may beat a value half understood
NAMES = ("person", "company", "text")  # answers that may look like anything
MOST_BESIDE = 4  # letters or so that an act may leave over in a message that names something


@dataclass(frozen=True, slots=True)
class Act:
    """A move, and whether the whole message is nothing else."""

    name: str
    whole: bool
    sure: bool


def read_act(text: str, *, language: str, asked: Question | None) -> Act | None:
    """The move that the words make. While a name is asked, only a whole message is one."""
    found = acts.parse(text, language=language)
    if found is None:
        return None
    left = text[: found.start] + text[found.end :]
    whole = sum(letter.isalnum() for letter in left) <= MOST_BESIDE
    if asked is not None and asked.kind in NAMES and not whole:
        return None
    return Act(found.value, whole, found.confidence >= SURE)


def read_yes(text: str, *, language: str) -> bool | None:
    """Yes, no, or neither."""
    found = yes_no.parse(text, language=language)
    return None if found is None else found.value


def clear(intent: Intent | None) -> str | None:
    """The intent's name where it is clear enough to act upon."""
    if intent is None:
        return None
    good = intent.confidence >= CLEAR_CONFIDENCE and intent.margin >= CLEAR_MARGIN
    return intent.name if good else None


def strong(intent: Intent | None) -> str | None:
    """The intent's name where it may stand against a weakly parsed value."""
    if intent is None:
        return None
    good = intent.confidence >= STRONG_CONFIDENCE and intent.margin >= STRONG_MARGIN
    return intent.name if good else None
