"""From the phrases of a message to what is wanted and what is ruled out.

"not Monday" and "Monday doesn't work" rule out; "or" gives another wish as good; "at 3"
said later belongs to the day said before; "no, Wednesday" takes the place of what was said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from parsing.when_after import apart, counted_from, read_next
from parsing.when_bounds import read_phrase
from parsing.when_days import Days, meet
from parsing.when_marks import Marks
from parsing.when_negation import Joint, joint_of, negates, ruled_out
from parsing.when_phrase import Phrase, hours_of, together
from parsing.when_pieces import CONTENT
from parsing.when_resolve import Outlook
from parsing.when_weekdays import weekend

_MERE = frozenset({"fill", "known", "book"})
_LISTED = ("or", "and", "but", "comma")
_MOST_PHRASES = 24
_MOST_TRIES = 256  # places where a phrase may begin; more is no message


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wishes in the order said, each as good as the others, and what is ruled out."""

    wishes: tuple[Phrase, ...]
    ruled_out: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    phrase: Phrase
    negative: bool


def read_wanted(marks: Marks, look: Outlook) -> Wanted | None:
    """What the message wants and rules out, None where it speaks of no time."""
    phrases = _phrases(marks, look)
    if not phrases:
        return None
    said = _dated(list(_polarised(marks, phrases, look)), look)
    wishes = _joined(marks, [one for one in said if not one.negative], look)
    ruled_out = tuple(
        phrase for one in said if one.negative for phrase in _with_loose_hours(marks, one.phrase)
    )
    if not wishes and not ruled_out:
        return None
    return Wanted(tuple(wishes), ruled_out)


def _phrases(marks: Marks, look: Outlook) -> list[Phrase]:
    found: list[Phrase] = []
    at = tried = 0
    while at < len(marks) and len(found) < _MOST_PHRASES and tried < _MOST_TRIES:
        following = read_next(marks, at, found[-1], look) if found else None
        if following is not None:
            found.append(following)
            at = following.end
            continue
        if not _may_begin(marks, at):
            at += 1
            continue
        tried += 1
        moves = not found and marks.has(at, "later", "earlier")  # "too early", of what is shown
        denies = negates(marks, at) and not moves
        phrase = None if denies else read_phrase(marks, at, look)
        if phrase is None:
            at += 1
        else:
            found.append(phrase)
            at = max(phrase.end, at + 1)
    return found


def _may_begin(marks: Marks, at: int) -> bool:
    """Whether a phrase may begin there; a mere filler is no part of it ("lahko 19. ob 9h")."""
    if not marks[at].known or not marks.near(at, CONTENT):
        return False
    return not marks[at].values.keys() <= _MERE


def _polarised(marks: Marks, phrases: list[Phrase], look: Outlook) -> Iterator[_Said]:
    negative = ruled_out(marks, phrases)
    for index, phrase in enumerate(phrases):
        if index not in negative:
            yield _Said(phrase, False)
        elif (two := _two_days(phrase)) is not None:
            yield _Said(two[0], True)
            yield _Said(two[1], False)
        else:
            denied, *wished = apart(_every_weekend(marks, phrase, look), look)
            yield _Said(denied, True)
            yield from (_Said(one, False) for one in wished)


def _dated(said: list[_Said], look: Outlook) -> list[_Said]:
    """The wishes that count from what was ruled out just before them, dated."""
    pairs = zip([None, *said[:-1]], said, strict=True)
    return [
        _Said(counted_from(before.phrase, one.phrase, look), False)
        if before is not None and before.negative and not one.negative
        else one
        for before, one in pairs
    ]


def _two_days(phrase: Phrase) -> tuple[Phrase, Phrase] | None:
    """ "(not) tomorrow, Friday": the one ruled out and the one wished for instead, where
    they cannot be the same day."""
    days = phrase.days
    if days is None or days.period is None or days.weekday is None or days.day is not None:
        return None
    day = days.period.first
    if day != days.period.last or days.counted or day.weekday() == days.weekday:
        return None
    denied = replace(phrase, days=replace(days, weekday=None), hours=None)
    return denied, replace(phrase, days=Days(weekday=days.weekday))


def _every_weekend(marks: Marks, phrase: Phrase, look: Outlook) -> Phrase:
    """ "not at the weekend": none of them, unless one is named ("not next weekend")."""
    spoken = range(phrase.start, phrase.end)
    bare = all(marks.has(at, "on", "the", "fill") or _is_weekend(marks, at) for at in spoken)
    if not bare or not any(_is_weekend(marks, at) for at in spoken):
        return phrase
    return replace(phrase, days=Days(weekdays=weekend(look)))


def _is_weekend(marks: Marks, at: int) -> bool:
    return str(marks.get(at, "unit")) == "weekend"


# joining -------------------------------------------------------------------------------


def _joined(marks: Marks, said: list[_Said], look: Outlook) -> list[Phrase]:
    wishes: list[Phrase] = []
    group = 0  # where the list of alternatives that is still open begins
    for one in said:
        phrase = one.phrase
        if not wishes:
            wishes.append(phrase)
            continue
        joint = joint_of(marks, wishes[-1].end, phrase.start)
        if joint == "correction" and _contradicts(wishes[-1], phrase):
            wishes[-1] = _corrected(wishes[-1], phrase)
            continue
        if joint == "so" and phrase.days and wishes[-1].days:
            # "Tuesday, so the 17th"; "I'm in court on Wednesday, so Thursday": a reason
            wishes[-1] = together(wishes[-1], phrase) or phrase
            continue
        joint = "comma" if joint == "correction" else joint
        phrase = _each_again(wishes[-1], phrase, joint)
        step = _step(wishes[-1], phrase, joint)
        if step is None:
            group = group if joint in _LISTED else len(wishes)
            wishes.append(_inheriting(wishes[-1], phrase, joint, look))
        else:
            wishes[-1] = step
        wishes[group:] = _distributed(wishes[group:])
    return [whole for wish in wishes for whole in _with_loose_hours(marks, wish)]


def _step(before: Phrase, phrase: Phrase, joint: Joint) -> Phrase | None:
    """Both as one wish, where the second only says more about the first."""
    if before.loose or phrase.loose:
        return None
    if joint == "or" and not (before.anytime and not before.days):
        return _each_too(before, phrase)
    both_days = before.days is not None and phrase.days is not None
    if both_days and joint in ("and", "but"):
        return _each_too(before, phrase)
    if both_days and before.days and phrase.days and before.days.narrow and phrase.days.narrow:
        return None
    whole = together(before, phrase)
    return replace(whole, end=phrase.end) if whole is not None else _each_too(before, phrase)


def _each_too(before: Phrase, phrase: Phrase) -> Phrase | None:
    """ "Tuesdays and Thursdays": one wish for both."""
    if not (before.days and phrase.days and before.days.weekdays and phrase.days.weekdays):
        return None
    days = meet(before.days, phrase.days)
    if days is None or (before.hours and phrase.hours and before.hours != phrase.hours):
        return None
    return replace(before, end=phrase.end, days=days, hours=before.hours or phrase.hours)


def _each_again(before: Phrase, phrase: Phrase, joint: Joint) -> Phrase:
    """ "בימי שני ורביעי": the second weekday of the list is one of every week too."""
    if joint not in _LISTED or not _bare_weekday(phrase) or phrase.days is None:
        return phrase
    if before.days is None or not before.days.weekdays or phrase.days.weekday is None:
        return phrase
    return replace(phrase, days=Days(weekdays=frozenset({phrase.days.weekday})))


def _inheriting(before: Phrase, phrase: Phrase, joint: Joint, look: Outlook) -> Phrase:
    """A further wish with what the one before lends: "Monday at 10 or 11"."""
    if phrase.shift is not None:  # "tomorrow or the day after"
        phrase = counted_from(before, phrase, look)
    if _bare_weekday(phrase) and before.days is not None and before.days.weekday is not None:
        week = before.days.period  # "next week, Wednesday or Thursday"
        if week is not None and week.first != week.last and phrase.days is not None:
            within = meet(phrase.days, Days(period=week, counted=before.days.counted))
            return replace(phrase, days=within or phrase.days)
    if phrase.only_hours and before.days is not None and before.hours is not None:
        return replace(phrase, days=before.days, until=before.until, side=before.side)
    if phrase.loose and before.days is not None and joint in _LISTED:
        numbers = hours_of(phrase.loose)
        if numbers is not None and before.hours is not None:
            return replace(phrase, loose=(), days=before.days, hours=numbers, weak=False)
        if before.days.day is not None:
            return replace(
                phrase, loose=(), days=replace(before.days, day=phrase.loose[0], weekday=None)
            )
    if phrase.loose and before.hours is not None and before.hours.exact is not None:
        numbers = hours_of(phrase.loose)
        if numbers is not None:
            return replace(
                phrase, loose=(), hours=replace(numbers, half=before.hours.half), weak=False
            )
    return phrase


def _bare_weekday(phrase: Phrase) -> bool:
    days = phrase.days
    return days is not None and days == Days(weekday=days.weekday) and days.weekday is not None


def _distributed(wishes: list[Phrase]) -> list[Phrase]:
    """The last of a list lends its hours, its week and its month to those before."""
    last = wishes[-1]
    return [*(_lent(one, last) for one in wishes[:-1]), last]


def _lent(one: Phrase, last: Phrase) -> Phrase:
    if one.loose and last.days is not None and last.days.day is not None and last.days.month:
        days = replace(last.days, day=one.loose[0], weekday=None)
        one = replace(one, loose=(), days=days, weak=False)
    elif one.loose and last.hours is not None and last.hours.exact is not None:
        hours = hours_of(one.loose)
        if hours is not None:
            hours = replace(hours, half=last.hours.half, part=last.hours.part)
            return replace(one, loose=(), hours=hours, days=last.days, weak=False)
    if one.only_days and last.hours is not None and last.days is not None and not last.edge:
        one = replace(one, hours=last.hours)
    if one.days is not None and last.days is not None and last.days.period is not None:
        bare = one.days.weekday is not None and one.days.period is None
        if bare and last.days.weekday is not None and not one.days.which:
            period = Days(period=last.days.period, counted=last.days.counted)
            return replace(one, days=meet(one.days, period) or one.days)
    return one


def _contradicts(before: Phrase, phrase: Phrase) -> bool:
    days = before.days is not None and phrase.days is not None
    return days or (before.hours is not None and phrase.hours is not None) or bool(phrase.loose)


def _corrected(before: Phrase, phrase: Phrase) -> Phrase:
    if phrase.loose:
        hours = hours_of(phrase.loose)
        phrase = replace(phrase, loose=(), hours=hours) if hours is not None else phrase
    days = phrase.days if phrase.days is not None else before.days
    until = phrase.until if phrase.days is not None else before.until
    side = phrase.side if phrase.days is not None else before.side
    return replace(
        phrase,
        start=before.start,
        days=days,
        until=until,
        side=side,
        hours=phrase.hours or before.hours,
        weak=phrase.weak and before.weak,
    )


def _with_loose_hours(marks: Marks, phrase: Phrase) -> Iterator[Phrase]:
    """A number that nothing gave a meaning is no time, unless a time was asked for or a
    range of hours was announced ("between 10 and 12", but not "between 10 and 12 people")."""
    if not phrase.loose:
        yield phrase
        return
    hours = hours_of(phrase.loose)
    announced = not phrase.weak and not _counts(marks, phrase.end)
    if hours is not None and (marks.asked or announced):
        yield replace(phrase, loose=(), hours=hours, weak=False)


def _counts(marks: Marks, at: int) -> bool:
    """Whether the number before counts something that the lexicon does not know."""
    mark = marks[at]
    return mark.text[:1].isalpha() and (not mark.known or marks.has(at, "unit"))
