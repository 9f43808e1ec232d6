"""What comes before its time: a time named while the questions are still being asked, an
answer that was given already, an option by its place among the buttons."""

from parsing.option import parse_ordinal
from playbook.acts import NAMES, SURE
from playbook.digression import want_meeting
from playbook.filling import volunteered
from playbook.hearing import Value, is_time
from playbook.model import Question
from playbook.onward import DOUBTS, restate
from playbook.pressing import press
from playbook.repair import not_understood
from playbook.speaking import question_buttons, say, summary
from playbook.times import WHOLE, wish_in
from playbook.turn import Turn
from playbook.wishes import Wish, has_clock, has_day, rules_out

DATED = ("timeline", "text")  # kinds of questions that a time may answer
COUNTED = ("people", "money", "number", "phone")  # kinds that digits answer
MENTIONED = 0.7  # parsing.when: a time beside words that say something else
MOST_PLACES = 9  # where nothing was shown to choose from
MOST_BESIDE = 0.4  # of the letters of a message that says something again


def time_named(turn: Turn, text: str, asked: Question | None) -> bool:
    """ "Tomorrow morning", "a day later" before a time is asked for: kept as the wish that
    is searched first, and the open question is asked again."""
    state = turn.state
    too_late = turn.scene.booked is not None or state.phase not in ("new", "asking")
    waits = state.pending is not None and state.pending.get("kind") not in DOUBTS
    if too_late or waits or asked is None or asked.kind in DATED:
        return False
    wished = wish_in(turn, text, least=MENTIONED)
    if wished is None:
        return False
    goes_on = _about_times(turn, asked, text, wished)
    if not goes_on:
        meant = _of_a_meeting(wished) or (asked.kind in NAMES and is_time(turn, text))
        if wished.confidence < SURE or not meant:
            return False
    if has_clock(wished.when) or goes_on or rules_out(wished.when):
        state.wish = dict(wished.said)
    want_meeting(turn)
    return True


def _about_times(turn: Turn, asked: Question, text: str, wished: Wish) -> bool:
    """ "9.30 would be ideal" after a time was wished for; "anything on Sunday?"."""
    counts = asked.kind in COUNTED and any(letter.isdigit() for letter in text)
    if counts or wished.when.ends is not None:
        return False
    if has_day(wished.when):
        return "?" in text or turn.state.wish is not None
    wished_before = turn.state.wish is not None and asked.kind not in COUNTED
    return wished_before and has_clock(wished.when)


def _of_a_meeting(wished: Wish) -> bool:
    """A day with its hour, a part of a day, a weekday ruled out, or a move; no deadline ("by Friday, 5 pm"), and no
    hours alone: "from 10 to 15" may be people."""
    when = wished.when
    hours = has_clock(when) and (has_day(when) or when.clock.part is not None)
    return when.ends is None and (hours or rules_out(when) or when.shift is not None)


def place_named(turn: Turn, text: str, asked: Question | None) -> bool:
    """ "The second one" for one of the buttons."""
    if asked is None or asked.kind == "text":
        return False
    options = question_buttons(turn, asked)[: len(asked.options)]
    place = parse_ordinal(text, language=turn.language, count=len(options) or MOST_PLACES)
    if place is None or place.confidence < WHOLE:
        return False
    if not options:
        not_understood(turn)
        return True
    press(turn, options[place.value - 1].payload)
    return True


def said_again(turn: Turn, text: str, asked: Question | None) -> bool:
    """The answer of another question once more, and little else."""
    if asked is None or "?" in text:
        return False
    beside = volunteered(turn, text, taken=(), asked=asked.id)
    known = [one for one in beside if turn.value(one.question.id) == one.value]
    if not known or _beside(text, known) > MOST_BESIDE:
        return False
    names = [one.question.id for one in known]
    say(turn, "noted_before", says=("ack", "confirm_values"), summary=summary(turn, names))
    restate(turn)
    return True


def _beside(text: str, values: list[Value]) -> float:
    """The part of the letters that belongs to none of the values."""
    inside = sum(one.end - one.start for one in values)
    return 1 - inside / max(len(text.strip()), 1)
