"""Talking about times: one of those offered, a wish, another time for the meeting."""

import re
from datetime import datetime, time

from parsing import phone
from parsing.option import parse_ordinal
from parsing.values import Clock, Unclear
from playbook.acts import SURE, Act, Yes
from playbook.choosing import choose
from playbook.meeting import wish
from playbook.moving import wish_move
from playbook.order import MEETING
from playbook.pending import moment
from playbook.repair import leave_time_open
from playbook.speaking import say
from playbook.titles import offered, opening_buttons, zone_words
from playbook.turn import Turn
from playbook.wishes import Beside, Wish, has_clock, has_day, read_wish, recall, say_wish

WHOLE = 0.95  # parsing.option: a place and nothing else
_PLAIN_NUMBER = re.compile(r"\+?\d[\d ]{6,}\d")
_SPACED_DATE = re.compile(r"\d\d? \d\d? (?:\d\d)?\d\d")
LONGEST_YES = 4  # words of a yes to the times shown ("yes, that one please")
LEAST = 0.5  # confidence of a wish while a time is asked for


def wish_in(
    turn: Turn, text: str, *, asked: bool = False, least: float | None = None
) -> Wish | None:
    """The wish for a time in the message, made whole beside what is booked, held or shown.
    `asked`: the message is about the time of a meeting, whatever was asked last; `least`: how
    sure it must be, if not as usual."""
    asked = asked or turn.state.question == MEETING
    found = read_wish(
        _without_number(text, language=turn.language),
        language=turn.language,
        now=turn.scene.now,
        locale=turn.scene.locale,
        beside=_beside(turn),
        asked=asked,
    )
    if least is None:
        least = LEAST if asked else SURE
    return found if found is not None and found.confidence >= least else None


def keep_wish(turn: Turn, text: str) -> bool:
    """Keep a time that is wished for before its time, to be searched first; False for none."""
    if not _ahead_of_offers(turn):
        return False
    wished = wish_in(turn, text)
    if wished is None or not (has_day(wished.when) or has_clock(wished.when)):
        return False
    turn.state.wish = dict(wished.said)
    return True


def _without_number(text: str, *, language: str) -> str:
    """The message with its telephone number blanked out, where its digits stand in groups as
    numbers do and dates do not: "601 234 567" is no minute past six."""
    read = phone.parse(text, language=language)
    if read is None:
        return text
    number = read.choices[0] if isinstance(read, Unclear) else read
    written = text[number.start : number.end]
    if not _PLAIN_NUMBER.fullmatch(written) or _SPACED_DATE.fullmatch(written):
        return text
    return text[: number.start] + " " * (number.end - number.start) + text[number.end :]


def _beside(turn: Turn) -> Beside:
    """What "later", "at four" or "Thursday instead" are measured against."""
    zone, pending = turn.scene.zone, turn.state.pending or {}
    about_one = pending.get("kind") in ("hold", "move")
    booking = turn.scene.booked
    return Beside(
        booked=booking.start.astimezone(zone) if booking is not None else None,
        held=moment(pending["start"]).astimezone(zone) if about_one else None,
        shown=tuple(each.start.astimezone(zone) for each in offered(turn)) or _day_wished(turn),
        clock=_hours_wished(turn),
        ruled_out=_ruled_out(turn),
    )


def _ahead_of_offers(turn: Turn) -> bool:
    """Whether times are only wished for yet, while the questions are asked."""
    return turn.state.phase in ("new", "asking") and turn.scene.booked is None


def _day_wished(turn: Turn) -> tuple[datetime, ...]:
    """The one day that was wished for before any were offered: "the 3rd", and then "at 9.30"."""
    last = recall(turn.state.wish, zone=turn.scene.zone) if _ahead_of_offers(turn) else None
    day = last.when.first if last is not None and last.when.first == last.when.last else None
    return (datetime.combine(day, time(), turn.scene.zone),) if day is not None else ()


def _ruled_out(turn: Turn) -> frozenset[int]:
    """ "Not Monday", and then "after two": the weekdays stay ruled out while times are shown."""
    kept = bool(turn.state.offers) or _ahead_of_offers(turn)
    last = recall(turn.state.wish, zone=turn.scene.zone) if kept else None
    return last.when.excluded_weekdays if last is not None else frozenset()


def _hours_wished(turn: Turn) -> Clock | None:
    """The hours of the last wish, where times that fit it are still shown or one is held."""
    last = recall(turn.state.wish, zone=turn.scene.zone)
    held = (turn.state.pending or {}).get("kind") == "hold"
    kept = bool(turn.state.offers) or held or _ahead_of_offers(turn)
    return last.when.clock if last is not None and kept and has_clock(last.when) else None


def about_time(
    turn: Turn, text: str, *, yes: Yes | None, act: Act | None, asked: bool = False
) -> bool:
    """Take the message as being about a time; False where it is not. `asked` as in `wish_in`."""
    booked = turn.scene.booked is not None
    if not booked and turn.state.phase != "meeting":
        return False
    if act is not None and act.name in ("thanks_bye", "cancel_booking"):
        return False
    if turn.state.question == MEETING and turn.state.pending is None and _choice(turn, text):
        return True
    wished = wish_in(turn, text, asked=asked)
    if wished is None and yes is not None and not yes.value:  # "that does not suit, only Thursday"
        wished = wish_in(turn, text.partition(",")[2], asked=asked)
    if booked and wished is not None and "?" in text and wished.when.grain == "second":
        return False  # "when is my meeting now?"
    if wished is not None:
        (wish_move if booked else wish)(turn, wished)
        return True
    at_length = bool(yes and yes.value and not yes.bare) and len(text.split()) > LONGEST_YES
    return not booked and not at_length and _yes_or_no(turn, yes)


def _choice(turn: Turn, text: str) -> bool:
    """ "The second one": an opening by its place among those shown."""
    shown = offered(turn)
    place = parse_ordinal(text, language=turn.language, count=len(shown)) if shown else None
    if place is None or (place.confidence < WHOLE and wish_in(turn, text) is not None):
        return False
    choose(turn, shown[place.value - 1].start, spelled_out=_day_was_said(turn))
    return True


def _day_was_said(turn: Turn) -> bool:
    """Whether the times shown are of one day that was said in full above them, with its zone
    (meeting.wish): then their place says the whole time, else it is read back first."""
    last = recall(turn.state.wish, zone=turn.scene.zone)
    days = {each.start.astimezone(turn.scene.zone).date() for each in offered(turn)}
    said = last is not None and say_wish(last.when, now=turn.scene.now, locale=turn.locale)
    return len(days) == 1 and bool(said)


def _yes_or_no(turn: Turn, yes: Yes | None) -> bool:
    """Yes to the one time shown, yes to several (which?), or no to all of them."""
    if turn.state.pending is not None or yes is None:
        return False
    shown = offered(turn)
    if not yes.value:
        leave_time_open(turn)
    elif len(shown) == 1:
        choose(turn, shown[0].start)
    elif shown:
        says = ("clarify", "offers")
        buttons = opening_buttons(turn, shown)
        say(turn, "which_offer", says=says, openings=buttons, zone=zone_words(turn))
    else:
        return False
    return True
