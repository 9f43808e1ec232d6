"""An earlier answer is taken back or replaced, at any point up to and after the booking.

Which answer is meant: the one that is named, the one whose old value is said, the last
ones given, or the only one that the new value can belong to. What was asked stays asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from parsing import correction, when
from parsing.correction import Correction
from parsing.fold import fold_text
from parsing.money import currency_alone
from playbook.answering import CALLED, acceptable
from playbook.confirming import say_corrected
from playbook.hearing import LIKELY, SURE, Doubt, Value, read_value
from playbook.model import Question
from playbook.onward import ask_with, restate
from playbook.order import MEETING, question_of
from playbook.speaking import say, say_back, words
from playbook.storing import keep
from playbook.turn import Turn

MOST_TIMES = 20  # a sum is corrected by no more than this
MEETINGS = ("hold", "move", "cancel_booking")  # what may wait about one
LONGEST_NAME = 3  # words in small letters that may be a new name without being said to be one
MOST_AROUND = 3  # words beside an address that replaces one: "use … instead please"
LEAST_OF_IT = 0.4  # of the letters of what is said instead
OUTRIGHT = 0.8  # parsing.correction: said outright; below, it may be an answer as well


def corrected(
    turn: Turn, text: str, *, asked: Question | None, value: Value | Doubt | None
) -> bool:
    """Take the message as a correction; False where it is none, or of nothing we know."""
    if _in_another_currency(turn, text):
        return True
    found = correction.parse(text, language=turn.language)
    if found is None or found.value.field == "meeting":
        return False
    sure_answer = isinstance(value, Value) and value.confidence >= SURE
    if sure_answer and found.confidence < OUTRIGHT:
        return False
    if found.value.negated:
        return _taken_back(turn, found.value, asked=asked)
    for question in _meant(turn, found.value, asked=asked):
        if _about_the_meeting(turn, question, found.value):
            continue
        new = _as_before(turn, question, read_value(turn, question, found.value.new or text))
        if isinstance(new, Value) and _a_sentence(new, found.value):
            continue
        if isinstance(new, Value) and not _another_surely(turn, new, found.value):
            return _replaced(turn, question, new)
    return False


def _about_the_meeting(turn: Turn, question: Question, found: Correction) -> bool:
    """Whether words that could be a name are said to a meeting that waits for a yes, or to one
    that stands: "actually no, keep it", "itse asiassa torstai ois parempi" give nobody a new
    name."""
    if found.field is not None or found.old is not None or question.kind not in CALLED:
        return False
    pending = turn.state.pending or {}
    if pending.get("kind") in MEETINGS:
        return True
    shown = turn.scene.booked is not None or turn.state.question == MEETING
    language, now = turn.language, turn.scene.now
    return shown and when.parse(found.new or "", language=language, now=now) is not None


def _a_sentence(new: Value, found: Correction) -> bool:
    """Words that could be a name at best, or an option in passing: "no, none of these times
    suit us at all"; an address that somebody else is said to have, a number of something
    else ("sorry, 450 flats")."""
    if found.field is not None or found.new is None:
        return False
    if new.question.kind == "email":
        around = f"{found.new[: new.start]} {found.new[new.end :]}"
        return found.old is None and len(around.split()) > MOST_AROUND
    if new.question.kind == "people":
        behind = found.new[new.end :]
        counted = any(map(str.isalpha, behind)) and not any(map(str.isdigit, behind))
        return found.old is None and new.confidence < LIKELY and counted
    if new.question.kind == "option":
        return new.end - new.start < LEAST_OF_IT * len(found.new)
    called = new.question.kind in CALLED and new.confidence < LIKELY
    return called and len(new.text.split()) > LONGEST_NAME


def _another_surely(turn: Turn, new: Value, found: Correction) -> bool:
    """Whether words that could be a name, as nearly any could, are surely another answer:
    "actually we are 70" gives no company a new name."""
    if found.field is not None or found.new is None or new.confidence >= SURE:
        return False
    if new.question.kind not in CALLED:
        return False
    others = (
        read_value(turn, one, found.new)
        for one in turn.playbook.questions
        if one.kind not in CALLED and turn.value(one.id) is not None
    )
    return any(isinstance(one, Value) and one.confidence >= SURE for one in others)


def _as_before(turn: Turn, question: Question, new: Value | Doubt | None) -> Value | Doubt | None:
    """ "20k" and then "I meant 50": of two readings of a sum the one of the old one's size."""
    if not isinstance(new, Doubt) or question.kind != "money":
        return new
    old = turn.value(question.id)
    alike = [one for one in new.choices if _size(old) and _alike(_size(old), _size(one.value))]
    if len(alike) != 1:
        return new
    value = dict(alike[0].value)
    value["currency"] = value.get("currency") or old.get("currency")
    return replace(alike[0], value=value)


def _size(value: Any) -> float:
    """The upper end of a sum as it is stored, else its lower one; 0 of none."""
    ends = (value.get("max"), value.get("min")) if isinstance(value, Mapping) else ()
    return next((float(end) for end in ends if end), 0.0)


def _alike(one: float, other: float) -> bool:
    return one > 0 and 1 / MOST_TIMES <= other / one <= MOST_TIMES


def _replaced(turn: Turn, question: Question, new: Value) -> bool:
    old = say_back(turn, question)
    if acceptable(turn, new):
        keep(turn, question, new.value, text=new.text, source="correction")
        say_corrected(turn, question, old)
        restate(turn)
    return True


def _in_another_currency(turn: Turn, text: str) -> bool:
    """ "Pounds, I mean": the sum stays, its currency was another."""
    sums = [one for one in turn.playbook.questions if one.kind == "money"]
    known = [one for one in sums if turn.value(one.id) is not None]
    code = currency_alone(text, language=turn.language) if len(known) == 1 else None
    if code is None or turn.value(known[0].id).get("currency") == code:
        return False
    (question,) = known
    value = {**turn.value(question.id), "currency": code}
    return _replaced(turn, question, Value(question, value, 0, len(text), SURE, text.strip()))


def _taken_back(turn: Turn, found: Correction, *, asked: Question | None) -> bool:
    """A value is denied and no new one given: remove it and ask for it anew."""
    for question in _meant(turn, found, asked=asked):
        old = say_back(turn, question)
        if found.old is not None and not _same_words(found.old, old, turn, question):
            continue
        turn.take_back(question.id)
        turn.state.pending = None
        values = {"label": words(turn, question.label), "old": old}
        say(turn, "removed", says=("ack_correction",), values=values)
        ask_with(turn, question, None)
        return True
    return False


def _same_words(said: str, known: str, turn: Turn, question: Question) -> bool:
    """Whether the denied words are the value that we hold."""
    short, long = sorted((fold_text(said), fold_text(known)), key=len)
    if short and short in long:
        return True
    value = read_value(turn, question, said)
    return isinstance(value, Value) and value.value == turn.value(question.id)


def _meant(turn: Turn, found: Correction, *, asked: Question | None) -> Iterator[Question]:
    """The answered questions that may be meant, the likeliest first, each once."""
    known = [
        question
        for question in turn.playbook.questions
        if turn.value(question.id) is not None and (asked is None or question.id != asked.id)
    ]
    if found.field is not None:
        yield from (one for one in known if found.field in (one.kind, one.id))
        return
    seen: set[str] = set()
    for question in (*_by_old(turn, found, known), *_recent(turn, known)):
        if question.id not in seen:
            seen.add(question.id)
            yield question
    for question in known:
        new = read_value(turn, question, found.new) if found.new else None
        if question.id not in seen and isinstance(new, Value) and new.confidence >= SURE:
            seen.add(question.id)
            yield question
    yield from _only_one(turn, found, [one for one in known if one.id not in seen])


def _only_one(turn: Turn, found: Correction, known: list[Question]) -> list[Question]:
    """ "No wait, 30": where one answer alone can be meant, a likely value is enough."""
    values = (read_value(turn, one, found.new) if found.new else None for one in known)
    fitting = [one for one in values if isinstance(one, Value) and one.confidence >= LIKELY]
    return [one.question for one in fitting] if len(fitting) == 1 else []


def _by_old(turn: Turn, found: Correction, known: list[Question]) -> list[Question]:
    if found.old is None:
        return []
    matching = []
    for question in known:
        old = read_value(turn, question, found.old)
        if isinstance(old, Value) and old.value == turn.value(question.id):
            matching.append(question)
    return matching


def _recent(turn: Turn, known: list[Question]) -> list[Question]:
    recent = [question_of(turn, name) for name in reversed(turn.state.recent)]
    return [question for question in recent if question is not None and question in known]
