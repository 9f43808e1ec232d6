"""Phrases: pieces in any order, with "after", "between … and …", "from … to …", ranges.

phrase := piece (glue piece)*          as long as they speak of one time
piece  := bound endpoint | endpoint to endpoint | piece
"""

from dataclasses import replace

from parsing.when_ahead import SMALL, length_of
from parsing.when_clock import read_clock
from parsing.when_days import Days
from parsing.when_marks import Marks
from parsing.when_phrase import Phrase, Side, bounded, ranged, together
from parsing.when_pieces import read_counted, read_number, read_piece
from parsing.when_relative import read_span_ahead
from parsing.when_resolve import Outlook
from parsing.when_span import in_length_form, read_span

_GLUE = ("fill", "of", "on", "the", "each")
_PREFIXES: tuple[tuple[str, Side], ...] = (
    ("from", "from"),
    ("after", "after"),
    ("before", "before"),
    ("by", "until"),
    ("until", "until"),
)
_SUFFIXES: tuple[tuple[str, Side], ...] = (
    ("after_post", "after"),
    ("from_post", "from"),
    ("before_post", "before"),
    ("until_post", "until"),
)
_COUNTS, _BETWEEN = frozenset({"before", "after"}), frozenset({"between"})
_BOUNDS = frozenset({*(kind for kind, _ in _PREFIXES), "role_from", "role_to"})
_HOURS = ("at", "clock", "role_at", "hour_word", "noon")
_MOST_PIECES = 12
_REACH = 5  # words before the last day of a list that rules days out


def read_phrase(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """The phrase that begins at a mark, None where no time is spoken of."""
    phrase = _length_first(marks, at, look) or Phrase(at, at)
    place = phrase.end
    for _ in range(_MOST_PIECES):
        start = place if phrase.empty else _skip_glue(marks, place)
        if not phrase.empty and marks.has(start, "cant"):
            break  # "9 is too early" wishes for nothing later
        lasting = _lasting(marks, start, phrase)
        if lasting is not None:
            phrase, place = lasting, lasting.end
            continue
        piece = _day_after_weekday(marks, start, phrase) or _element(marks, start, look, phrase)
        if piece is None or _of_the_rest(marks, at, phrase, piece, start):
            break
        joined = together(phrase, piece)
        if joined is None:
            break
        phrase, place = joined, piece.end
    return None if phrase.empty else replace(phrase, start=at, end=place)


def _length_first(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """ "for 30 minutes starting Friday 4 pm": how long before when."""
    if not marks.has(at, "for_length"):
        return None
    span = read_span(marks, marks.skip(at + 1, "about", most=1))
    if span is None or marks.has(span[1], "ago", "in_post", "for_length"):
        return None
    start = marks.skip(span[1], "from", "fill", most=2)
    if marks.is_text(start, ",") and span[0].unit in SMALL:  # "na 30 minut, w piątek o 16"
        start += 1
    if marks.has(start, "for_length") and not marks.has(start, "on"):
        return None
    first = _element(marks, start, look, Phrase(start, start))
    if first is None or (first.days is None and first.hours is None) or first.until:
        return None
    return replace(first, start=at, length=length_of(span[0]))


def _day_after_weekday(marks: Marks, at: int, phrase: Phrase) -> Phrase | None:
    """ "יום חמישי ה-19": the article makes a number behind a weekday the day of the month."""
    article = marks.words.setting("article_of_day")
    days = phrase.days
    if article is None or days is None or days.weekday is None or phrase.hours is not None:
        return None
    number = marks.get(at, "int")[0] if marks.has(at, "int") else marks.get(at, "number")
    if days.day is not None or number not in range(1, 32) or at != phrase.end + 1:
        return None
    if not marks.is_text(at - 1, article) or marks.has(at + 1, "unit"):
        return None
    return Phrase(at, at + 1, days=Days(day=int(number)), weak=False, pieces=1)


def _of_the_rest(marks: Marks, at: int, phrase: Phrase, piece: Phrase, start: int) -> bool:
    """Whether a piece at `start` is of what remains: "any day but Tuesday, in the morning",
    "not Monday, ideally after 4" and "no mornings, Friday" rule out more than their overlap."""
    between = range(phrase.end, start)
    comma = any(marks.is_text(place, ",", ";") for place in between)
    broad = phrase.only_hours or not (phrase.days is None or phrase.days.narrow)
    if broad and comma and piece.days is not None and _denied(marks, at, "not", "none"):
        return True
    apart = comma or any(marks.has(place, "fill") for place in between)
    return apart and phrase.only_days and piece.only_hours and _denied(marks, at, "except", "not")


def _denied(marks: Marks, at: int, *kinds: str) -> bool:
    """Whether a word that rules out stands before, in the same clause."""
    for before in range(at - 1, max(-1, at - _REACH), -1):
        if marks.has(before, *kinds):
            return True
        if marks.is_text(before, ",", ";", "."):
            break
    return False


def _lasting(marks: Marks, at: int, phrase: Phrase) -> Phrase | None:
    """The length that a meeting is to have ("… for an hour")."""
    if phrase.empty or phrase.length is not None:
        return None
    told = marks.has(at, "for_length")
    span = read_span(marks, marks.skip(at + told, "about", most=1), bare=not told)
    if span is None or marks.has(span[1], "ago") or not (told or in_length_form(marks, span[1])):
        return None
    return replace(phrase, length=length_of(span[0]), end=span[1])


def _skip_glue(marks: Marks, at: int) -> int:
    for _ in range(4):
        glue = marks.has(at, *_GLUE) or marks.is_text(at, ",", ".", "(", ")", ";", "\n", "|")
        if not glue or _announces(marks, at):
            break
        at += 1
    return at


def _announces(marks: Marks, at: int) -> bool:
    """Whether a small word is not glue but the beginning of the next piece."""
    return marks.has(
        at, "at", "from", "after", "before", "until", "by", "between", "in", "for_length"
    )


def _element(marks: Marks, at: int, look: Outlook, sofar: Phrase) -> Phrase | None:
    phrase = None
    if marks.near(at, _COUNTS):
        phrase = _counted(marks, at, look)
    if phrase is None and marks.near(at, _BETWEEN):
        phrase = _between(marks, at, look)
    if phrase is None and marks.near(at, _BOUNDS):
        phrase = _from_to(marks, at, look, sofar)
    return phrase or _plain(marks, at, look, sofar)


def _counted(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """ "pred 3 dnevi": three days ago, where "pred" may also be "before"; "after 3 days"."""
    start = marks.skip(at, "fill", most=1, until=("before", "after"))
    if marks.has(start, "before"):
        phrase = read_counted(marks, start, look)
        return None if phrase is None or marks.has(phrase.end - 1, "unit_short") else phrase
    if marks.has(start, "after"):
        found = read_span_ahead(marks, start + 1, look)
        if found is not None and not marks.has(found.end - 1, "oclock"):  # "po 15h"
            return Phrase(at, found.end, days=found.days, side="from", weak=False, pieces=1)
    return None


def _between(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    start = marks.skip(at, "on", "fill", "the", "at", most=2, until=("between",))
    if not marks.has(start, "between"):
        return None
    first = _number_to(marks, start + 1) or _endpoint(marks, start + 1, look, told=True)
    if first is None:
        return None
    link = first.end
    if not marks.has(link, "and", "to") and not marks.is_text(link, "-"):
        return None
    last = _endpoint(marks, link + 1, look, told=True)
    whole = ranged(first, last) if last is not None else None
    return _as_range(whole, at)


def _as_range(whole: Phrase | None, at: int) -> Phrase | None:
    """A range that was announced as one: its numbers are hours, unless a month follows."""
    if whole is None:
        return None
    return replace(whole, start=at, weak=False)


def _from_to(marks: Marks, at: int, look: Outlook, sofar: Phrase) -> Phrase | None:
    """A bound in front ("after 3", "from Monday to Wednesday")."""
    kinds = tuple(kind for kind, _ in _PREFIXES)
    start = marks.skip(at, "fill", "about", "the", "on", most=2, until=kinds)
    for kind, side in _PREFIXES:
        if marks.has(start, kind):
            phrase = _after_prefix(marks, start + 1, look, side)
            if phrase is not None:
                return replace(phrase, start=at)
    if _in_case(marks, start, "role_from"):
        return _after_prefix(marks, start, look, "from")
    if _in_case(marks, start, "role_to") and not sofar.empty:
        return _after_prefix(marks, start, look, "until")
    return None


def _after_prefix(marks: Marks, at: int, look: Outlook, side: Side) -> Phrase | None:
    at = marks.skip(at, "about", "fill", most=2)
    first = _number_to(marks, at) if side == "from" else None
    first = first or _endpoint(marks, at, look, told=True)
    if first is None:
        return None
    if side == "from":
        whole = _to_last(marks, first, look)
        if whole is not None:
            return replace(whole, weak=False)
    phrase = bounded(first, side)
    if phrase is None:
        return None
    return replace(phrase, end=marks.skip(phrase.end, *(kind for kind, _ in _SUFFIXES), most=1))


def _number_to(marks: Marks, at: int) -> Phrase | None:
    """The bare number that a range was announced to begin with ("between ten and", "from
    5 to"): not minutes before an hour, nor a weekday that is a number too ("משני עד רביעי")."""
    number = read_number(marks, at)
    if number is None or not number.loose or not marks.has(number.end, "and", "to"):
        return None
    if marks.has(number.end - 1, "weekday") or marks.has(number.end + 1, "unit"):
        return None  # "מה-16 לחודש": of the month
    return number


def _to_last(marks: Marks, first: Phrase, look: Outlook) -> Phrase | None:
    """The rest of a range: "to Wednesday", "- 12", or a word in a case that says "to"."""
    link = first.end
    if _in_case(marks, link, "role_to"):
        last = _endpoint(marks, link, look, told=True)
    elif marks.has(link, "to", "until") or marks.is_text(link, "-", "/"):
        behind = link + 1
        if marks.is_text(link, "-") and marks.has(behind, "from", "to"):
            behind += 1
        last = _endpoint(marks, behind, look, told=first.hours is not None)
    else:
        return None
    return ranged(first, last) if last is not None else None


def _in_case(marks: Marks, at: int, *roles: str) -> bool:
    """Whether a word stands in a case that says from or until when; the half before an hour
    has no case of its own ("puoli yhdestätoista puoli yhteen")."""
    return marks.has(at + marks.has(at, "half_before"), *roles)


def _endpoint(marks: Marks, at: int, look: Outlook, *, told: bool = False) -> Phrase | None:
    """One end of a range: a date, a time, both, or a number."""
    phrase = Phrase(at, at)
    place = at
    for _ in range(3):
        start = place if phrase.empty else marks.skip(place, "on", "the", "of", most=2)
        if not phrase.empty and _in_case(marks, start, "role_from", "role_to"):
            break
        piece = _hour(marks, start) if told and phrase.hours is None else None
        piece = piece or read_piece(marks, start, look, sofar=phrase)
        if piece is None or piece.anytime or (piece.loose and not phrase.empty):
            break
        if phrase.hours is not None and piece.days is not None:
            break  # "after 2 on Thursday": the day belongs to the whole, not to the bound
        joined = together(phrase, piece)
        if joined is None:
            break
        phrase, place = joined, piece.end
    if phrase.empty:
        return None
    return replace(phrase, weak=phrase.weak and not told)


def _hour(marks: Marks, at: int) -> Phrase | None:
    """An hour in a form that only hours have ("po trzeciej", "med deseto in dvanajsto")."""
    at_hour = marks.skip(at, "at", "at_weak", "about", most=2)
    if not marks.has(at_hour, "hour_word"):
        return None
    read = read_clock(marks, at, bare=True)
    return Phrase(at, read[1], hours=read[0], weak=False, pieces=1) if read else None


def _plain(marks: Marks, at: int, look: Outlook, sofar: Phrase) -> Phrase | None:
    """A piece, the range it begins, or the bound that stands behind it."""
    piece = read_piece(marks, at, look, sofar=sofar)
    if piece is None:
        return None
    whole = _to_last(marks, piece, look)
    if whole is not None:
        return replace(whole, start=at)
    if marks.has(piece.end, "and"):
        last = _endpoint(marks, piece.end + 1, look)
        if last is not None and marks.has(last.end, "between_post"):
            whole = ranged(piece, last)
            if whole is not None:
                return _as_range(replace(whole, end=last.end + 1), at)
    for kind, side in _SUFFIXES:
        if marks.has(piece.end, kind) and not _bounds_an_hour(marks, piece):
            phrase = bounded(piece, side)
            if phrase is not None:
                return replace(phrase, start=at, end=piece.end + 1)
    return piece


def _bounds_an_hour(marks: Marks, piece: Phrase) -> bool:
    """Whether the bound behind a day belongs to the hour behind it ("perjantaina viimeistään
    kolmelta")."""
    prefix = marks.has(piece.end, *(kind for kind, _ in _PREFIXES))
    return prefix and piece.only_days and marks.has(piece.end + 1, *_HOURS)
