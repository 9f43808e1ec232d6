"""How sure it is that a phrase speaks of a time, from what stands around it.

"Maja Petek", "Mark Friday", "Jutri d.o.o." and "what's the weather tomorrow" hold words
for times and are none. A word that is more often something else counts only when it is
all that was said, or beside a word that is surely a time.
"""

import re

from parsing.when_dates import in_day_form
from parsing.when_days import Days
from parsing.when_marks import Marks
from parsing.when_phrase import Phrase

SURE = 1.0
_PROBABLE = 0.95
MENTIONED = 0.7
_TYPO = 0.8
UNLIKELY = 0.3
_SMALL = (
    *("fill", "on", "the", "of", "about", "at_weak"),
    *("or", "and", "but", "anytime", "except", "not"),
)
_ADDRESS = re.compile(r"\.(?:com|net|org|io|app|dev|eu|si|fi|no|pl|il|co|de)(?!\w)")
_OF = ("of", "from", "role_from")
_BREAKS = (",", ";", ".", "?", "!", "\n")
_QUIET = ("fill", "on", "the", "of", "about", "book", "known", "and", "or", "correction", "but")


def evident(marks: Marks, phrase: Phrase, others: tuple[Phrase, ...]) -> bool:
    """Whether a phrase of weak words may count at all."""
    if not phrase.weak or (marks.asked and phrase.hours is not None):
        return True
    if _is_verb(marks, phrase):
        return False
    strong = [one for one in others if not one.weak and (one.days or one.hours or one.loose)]
    if any(_adjacent(marks, phrase, one) for one in strong):
        return True
    if marks.has(phrase.end, "about") or marks.has(phrase.end - 1, "about"):
        return True  # "the dates move, march ish"
    taken = {at for one in others for at in range(one.start, one.end)}
    outside = [at for at in range(len(marks)) if at not in taken and marks[at].text[:1].isalnum()]
    if _only_an_ordinal(marks, phrase) or marks.has(phrase.start - 1, "subject"):
        return False  # "the first", "it may work"
    if any(marks.has(at, "book", "cant", "except") for at in outside) or (
        marks.asked and phrase.anchor
    ):
        return all(marks[at].known for at in outside)  # "is there anything earlier?"
    clause = _clause(marks, phrase)
    if len(clause) < len(outside) and _only_a_month(phrase):
        outside = [at for at in outside if at in clause]  # "nothing fixed, maybe March"
    return all(marks.has(at, *_SMALL) for at in outside)


def _clause(marks: Marks, phrase: Phrase) -> range:
    """The places of what stands between the commas and the like around a phrase."""
    first, last = phrase.start, phrase.end
    while first > 0 and not marks.is_text(first - 1, *_BREAKS):
        first -= 1
    while last < len(marks) and not marks.is_text(last, *_BREAKS):
        last += 1
    return range(first, last)


def _only_a_month(phrase: Phrase) -> bool:
    return phrase.days is not None and phrase.days == Days(month=phrase.days.month)


def _is_verb(marks: Marks, phrase: Phrase) -> bool:
    """ "May we talk" is no May."""
    if not _only_a_month(phrase):
        return False
    return phrase.end - phrase.start == 1 and marks.has(phrase.end, "subject")


def _only_an_ordinal(marks: Marks, phrase: Phrase) -> bool:
    """ "the first" chooses from a list; only digits make it a day of the month."""
    spoken = range(phrase.start, phrase.end)
    ordinal = any(marks.has(at, "ordinal") for at in spoken)
    lone = phrase.days is not None and phrase.days == Days(day=phrase.days.day)
    plain = not any(marks.has(at, "int") or in_day_form(marks, at) for at in spoken)
    return ordinal and lone and plain


def _adjacent(marks: Marks, one: Phrase, other: Phrase) -> bool:
    first, last = sorted((one, other), key=lambda phrase: phrase.start)
    between = range(first.end, last.start)
    return all(
        marks.has(at, *_QUIET, "not", "except") or not marks[at].text.isalnum() for at in between
    )


def confidence(marks: Marks, phrases: tuple[Phrase, ...]) -> float:
    """How sure it is that the phrases together are meant as a time (0..1)."""
    taken = {at for phrase in phrases for at in range(phrase.start, phrase.end)}
    outside = [at for at in range(len(marks)) if at not in taken and marks[at].text[:1].isalpha()]
    strangers = sum(1 for at in outside if not marks[at].known)
    meeting = any(marks.has(at, "book") for at in outside)
    specific = any(phrase.days and phrase.hours for phrase in phrases)
    value = SURE if not strangers else _PROBABLE if meeting or specific else MENTIONED
    if (marks.has(0, "question") and not _asks_for_meeting(marks, outside) and not specific) or (
        any(marks.has(at, "question") for at in outside) and strangers and not meeting
    ):
        value = UNLIKELY
    named = any(_like_a_name(marks, phrase) for phrase in phrases) or _all_capitals(marks)
    if named and not specific:
        value = UNLIKELY
    if any(_of_something_else(marks, phrase) for phrase in phrases):
        value = UNLIKELY
    if all(phrase.now for phrase in phrases) and marks.any("question"):
        value = UNLIKELY  # "what happens now"
    if len(phrases) == 1 and (_signs(marks, phrases[0]) or _figure(marks, phrases[0])):
        value = UNLIKELY
    if _full_name(marks, phrases):
        value = UNLIKELY
    if not meeting and not marks.asked and all(_like_a_label(marks, one) for one in phrases):
        value = UNLIKELY
    if any(phrase.typo for phrase in phrases):
        value = min(value, _TYPO)
    return value


def _of_something_else(marks: Marks, phrase: Phrase) -> bool:
    """ "Mr Friday", "version 3.11", "1. maj d.d.", "Monday.com", "two of three"."""
    before = phrase.start - 1
    if before >= 0 and marks.has(before, "title", "numbered"):
        return True
    if marks.has(marks.skip(phrase.end, "of", most=1), "company"):
        return True
    if marks.has(phrase.end, "street") or _behind_street(marks, before):
        return True  # "12 May Street", "ul. 3 Maja 5"
    last = marks[phrase.end - 1].end
    if any(_ADDRESS.match(marks.folded.text, at) for at in (last - 1, last)):  # "Monday.com"
        return True
    return _is_share(marks, phrase) or _is_part_of(marks, phrase)


def _behind_street(marks: Marks, before: int) -> bool:
    """Whether "street" or its short form with a dot stands right before."""
    dot = before > 0 and marks.is_text(before, ".")
    return before >= 0 and marks.has(before - dot, "street")


def _is_part_of(marks: Marks, phrase: Phrase) -> bool:
    """ "to av fem", "rundt 3.4 av dem", where "of" behind a time may also be "from then on"."""
    last = phrase.end - 1
    if not (marks.has(last, "from_post") and marks.has(last, "of")):
        return False
    return marks.has(phrase.end, "number", "int") or _is_stranger(marks, phrase.end)


def _is_share(marks: Marks, phrase: Phrase) -> bool:
    """ "two of three", where "of" may also be "from"."""
    if not phrase.only_hours or marks.asked:
        return False
    for at in (phrase.start, phrase.start + 1):
        if marks.has(at, *_OF):
            counted = at - 1
            return counted >= 0 and marks.has(counted, "number", "int") and _bare(marks, phrase)
    if marks.has(phrase.end - 1, "role_from") and phrase.start > 0:
        return marks.has(phrase.start - 1, "number", "int")
    return False


def _bare(marks: Marks, phrase: Phrase) -> bool:
    last = marks[phrase.end - 1].values
    return "clock" not in last and ("number" in last or "int" in last)


def _asks_for_meeting(marks: Marks, outside: list[int]) -> bool:
    return any(marks.has(at, "book") for at in outside)


def _like_a_name(marks: Marks, phrase: Phrase) -> bool:
    """A lone name of a day or month beside an unknown word with a capital, or a company's ending."""
    first = marks[phrase.start]
    if phrase.pieces > 1 or phrase.hours is not None or phrase.end - phrase.start > 1:
        return False
    if not any(kind in first.values for kind in ("weekday", "month", "day", "season", "holiday")):
        return False
    if marks.has(phrase.end, "company"):
        return True
    return _named(marks, phrase.start - 1) or _named(marks, phrase.end)


_NAMES = ("weekday", "month", "season", "holiday", "part", "day", "ym")


def _full_name(marks: Marks, phrases: tuple[Phrase, ...]) -> bool:
    """ "My name is April Winter": all of it names that are days, months or seasons too."""
    first, last = phrases[0].start, phrases[-1].end
    names = all(marks.has(at, *_NAMES) for at in range(first, last))
    return names and marks.has(first - 1, "naming_full")


def _signs(marks: Marks, phrase: Phrase) -> bool:
    """ "thanks, April", "jestem Maja", "April here": a month or season that is a name too,
    where one gives or signs a name."""
    at = phrase.start
    if phrase.end - at > 1 or not marks.has(at, *_NAMES):
        return False
    said = marks.has(phrase.end, "naming_post")
    if marks.has(at - 1, "naming_full"):
        return True  # "etternavnet er Lørdag"
    if not marks.has(at, "given_name"):
        return said and " " in marks[phrase.end].text  # "petek mi je priimek"
    before = at - 1 - (marks.is_text(at - 1, ",", ".", "-", "\n", "!") and at > 1)
    ends = phrase.end >= len(marks) or marks.is_text(phrase.end, ".", ",", "!", "\n")
    stranger = marks[phrase.end].text[:1].isalpha() and not marks[phrase.end].known
    introduced = at > 0 and marks.has(before, "naming") and (ends or stranger)
    return introduced or said


def _figure(marks: Marks, phrase: Phrase) -> bool:
    """ "5.5 per user", "12.5 prosent": a number with a point before what it counts."""
    if not _pointed(marks, phrase):
        return False
    behind = marks.skip(phrase.end, "on", "at_weak", "in", "of", "from", most=1)
    of_them = behind > phrase.end and set(marks[behind].values) == {"known"}
    return _is_stranger(marks, behind) or of_them


def _like_a_label(marks: Marks, phrase: Phrase) -> bool:
    """A name as the whole message ("Maja"), or a lone name of a day, month or season, or a
    number with a point, that no preposition announces, right beside a word that nothing is
    known of: "summer hill", "Python 3.11"."""
    if len(marks) == 1 and marks.has(phrase.start, "name_alone"):
        return True
    by_form = marks.is_text(phrase.start, *(marks.words.setting("when_by_form") or ()))
    if by_form:
        return False  # "start jesienią"
    if phrase.hours is None and _only_names_and_strangers(marks):
        return True
    named = phrase.end - phrase.start == 1 and marks.has(phrase.start, *_NAMES)
    if not (named and phrase.pieces == 1) and not _pointed(marks, phrase):
        return False
    behind = phrase.end  # "Friday's restaurant", "Ilta-Sanomat"
    behind += marks.is_text(behind, "'s", "-") and not marks[behind].spaced
    return _is_stranger(marks, phrase.start - 1) or _is_stranger(marks, behind)


def _only_names_and_strangers(marks: Marks) -> bool:
    named = [marks.has(at, *_NAMES) for at in range(len(marks))]
    strange = [_is_stranger(marks, at) for at in range(len(marks))]
    return any(strange) and all(map(max, named, strange))


def _pointed(marks: Marks, phrase: Phrase) -> bool:
    last = phrase.end - 1
    written = marks.get(last, "dm")
    small = all(marks.has(at, "about", "fill") for at in range(phrase.start, last))
    return small and written is not None and written[2] == "."


def _is_stranger(marks: Marks, at: int) -> bool:
    return at >= 0 and marks[at].text[:1].isalpha() and not marks[at].known


def _all_capitals(marks: Marks) -> bool:
    """Two or three words, each with a capital, one of them a name too: "Maja Petek"."""
    spoken = [at for at in range(len(marks)) if marks[at].text[:1].isalnum()]
    if not 2 <= len(spoken) <= 3 or not any(marks[at].weak for at in spoken):
        return False
    return all(_capital(marks, at) for at in spoken)


def _capital(marks: Marks, at: int) -> bool:
    folded = marks.folded
    return folded.raw[folded.starts[marks[at].start]].isupper()


def _named(marks: Marks, at: int) -> bool:
    mark = marks[at]
    return not mark.known and mark.text[:1].isalpha() and _capital(marks, at)
