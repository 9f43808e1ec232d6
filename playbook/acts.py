"""What kind of move a message is: said outright in known words, or taken so by Rasa.

A word list is sure of what it knows and is asked first. Rasa's intent counts only where
nothing else can be read from the message, and only with a lead over the second best.
"""

from dataclasses import dataclass

from parsing import act as acts
from parsing import yes_no
from playbook.model import Question
from playbook.scene import Intent

BARE = 0.9  # parsing.yes_no: the whole message
SURE = 0.8  # parsing.act: a clear phrase, or the whole message
CLEAR_CONFIDENCE, CLEAR_MARGIN = 0.5, 0.2  # an intent worth acting upon
STRONG_CONFIDENCE, STRONG_MARGIN = 0.8, 0.5  # one that may beat a value half understood
ANSWERS = ("affirm", "deny")
HANDOFF, BOT = "handoff", "are_you_bot"
DENIED = (HANDOFF, "cancel", "cancel_booking")  # "don't cancel it" looks like "cancel it"
NEW_MATTER = "new_matter"  # heard only where a visitor has just come back
NOTE = "note"  # heard only where nothing was answered
MEETING_FACTS = "about_meeting"  # who, when, where: of one that is booked
REASONS = (BOT, "cancel", "abuse", "rephrase", "why_ask", "reschedule", "refuse", "wait")
BESIDE = (BOT, "book", "cancel_booking", "reschedule", "correct", "data_request")
NAMES = ("person", "company", "text")  # answers that may look like anything


@dataclass(frozen=True, slots=True)
class Act:
    """A move, and whether the message is nothing else."""

    name: str
    whole: bool
    sure: bool


def read_act(
    text: str, *, language: str, asked: Question | None, booked: bool = False
) -> Act | None:
    """The move that the words make. `asked` is the question that they may answer as well:
    where that is a name, only a whole message is a move. Who has no meeting (`booked`) asks
    about none of theirs."""
    found = [
        one
        for one in acts.parse_all(text, language=language)
        if (booked or one.value.name != MEETING_FACTS) and one.value.name not in (NEW_MATTER, NOTE)
    ]
    if found and found[0].value.whole and found[0].value.name in ANSWERS:
        return None
    for one in found:
        name, whole = one.value.name, one.value.whole
        if name in ANSWERS or (asked is not None and asked.kind in NAMES and not whole):
            continue
        return Act(name, whole, one.confidence >= SURE)
    return None


def believed(intent: Intent | None, text: str, *, language: str) -> Intent | None:
    """The intent, unless the words speak of people without wishing for one, or say that
    nothing is to be stopped or called off."""
    if intent is None or intent.name not in DENIED:
        return intent
    return None if acts.denies(text, intent.name, language=language) else intent


def weighed(act: Act | None, intent: Intent | None) -> Act | None:
    """The move, where Rasa is sure that a person is wanted and the words only said why
    ("enough of this robot, give me a person" asks nobody whether they are one), or is sure
    that one is only spoken of ("am I talking to a person?", "who reads this chat?")."""
    if act is None:
        return act
    taken = strong(intent)
    if act.name in REASONS and taken == HANDOFF:
        return Act(HANDOFF, False, True) if not act.whole or act.name == BOT else act
    spoken_of = taken is not None and (taken in BESIDE or taken.startswith("faq_"))
    return None if act.name == HANDOFF and spoken_of and not act.whole else act


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes or a no; `bare` where nothing else was said."""

    value: bool
    bare: bool


def read_yes(text: str, *, language: str) -> Yes | None:
    """Yes, no, or neither."""
    found = yes_no.parse(text, language=language)
    return None if found is None else Yes(found.value, found.confidence >= BARE)


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
