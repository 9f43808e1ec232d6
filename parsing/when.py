"""Wishes for a time, in six languages: dates, times, windows, parts of day, exclusions.

    "next Tuesday after 3", "halv tre i overmorgen", "byle nie w poniedziałek"

Layers, each one file: `when_words` (lexicon), `when_marks` (words and digits to marks),
`when_dates`, `when_weekdays`, `when_units`, `when_relative`, `when_clock` (pieces),
`when_bounds` (phrases and ranges), `when_wish` (what is wanted, what is ruled out),
`when_after` (what counts from what was said before),
`when_resolve` and `when_build` (dates and hours), `when_confidence` (evidence),
`when_unread` (what was not read).
Linear in the length of the text.
"""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from parsing.fold import fold
from parsing.values import Parsed, Unclear, When
from parsing.when_build import Built, build
from parsing.when_confidence import MENTIONED, UNLIKELY, confidence, evident
from parsing.when_exclude import exclude
from parsing.when_marks import Marks, marks
from parsing.when_periods import OutOfCalendar
from parsing.when_phrase import Phrase
from parsing.when_resolve import Outlook
from parsing.when_unread import unread
from parsing.when_wish import Wanted, read_wanted
from parsing.when_words import words, written_in

_LONGEST = 10_000  # characters; what lies behind is not read


def parse(
    text: str,
    *,
    language: str,
    now: datetime,
    day_first: bool | None = True,
    prefer: Literal["future", "past"] = "future",
    office_hours: bool = True,
    asked: bool = False,
) -> Parsed[When] | Unclear[When] | None:
    """The wish for a time that a message holds, None where it holds none.

    `now` is aware, in the visitor's zone; dates of the result are local to it. `day_first`
    settles 05/04 where the language does not (None: ask). `office_hours` takes a bare "3"
    for 15:00. `asked` tells that a time was just asked for, so that "10" or "half three"
    are times. Raises UnknownLanguage, ValueError for a naive `now`.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    folded = fold(text[:_LONGEST])
    row = marks(folded, words(written_in(folded.text, language)), asked=asked)
    week_start = int(row.words.setting("week_start") or 0)
    look = Outlook(now, week_start=week_start, prefer=prefer, day_first=day_first)
    try:
        wanted = read_wanted(row, look)
        if wanted is None:
            return None
        wanted = _evident(row, wanted)
        return _answer(row, wanted, look, office_hours=office_hours)
    except OutOfCalendar:
        return None


def _evident(row: Marks, wanted: Wanted) -> Wanted:
    every = (*wanted.wishes, *wanted.ruled_out)
    return Wanted(
        tuple(one for one in wanted.wishes if evident(row, one, every)),
        tuple(one for one in wanted.ruled_out if evident(row, one, every)),
    )


def _answer(
    row: Marks, wanted: Wanted, look: Outlook, *, office_hours: bool
) -> Parsed[When] | Unclear[When] | None:
    phrases = (*wanted.wishes, *wanted.ruled_out)
    if not phrases:
        return None
    am_pm = office_hours and bool(row.words.setting("twelve_hour"))
    wishes = [build(one, look, office_hours=office_hours, am_pm=am_pm) for one in wanted.wishes]
    excluded = [
        build(one, look, office_hours=office_hours, am_pm=False).when for one in wanted.ruled_out
    ]
    sure = confidence(row, phrases)
    if sure <= MENTIONED and all(one.now for one in phrases):
        sure = UNLIKELY  # "hard to say right now"
    if unread(row, phrases):
        sure = UNLIKELY
    start, end = _span(row, phrases)
    unclear = next((one for one in wishes if one.why is not None), None)
    if unclear is not None and len(wishes) == 1 and sure > 0.5:
        return _unclear(unclear, excluded, sure, (start, end))
    when = _whole([one.when for one in wishes], excluded)
    if when.first is not None and when.last is not None and when.last < when.first:
        sure = UNLIKELY  # ends that exclude each other: something was misread
    return Parsed(when, start, end, sure)


def _span(row: Marks, phrases: tuple[Phrase, ...]) -> tuple[int, int]:
    first = min(phrase.start for phrase in phrases)
    last = max(phrase.end for phrase in phrases)
    return row.folded.raw_span(row[first].start, row[last - 1].end)


def _whole(wishes: list[When], excluded: list[When]) -> When:
    """The first wish with the others beside it and what is ruled out; of several, none that
    is over ("we spoke last week, Friday?")."""
    ahead = [one for one in wishes if not one.past]
    wishes = ahead or wishes
    first = wishes[0] if wishes else When("day")
    if len(wishes) > 1:
        first = replace(first, also=tuple(wishes[1:]))
    return exclude(first, excluded)


def _unclear(
    built: Built, excluded: list[When], sure: float, span: tuple[int, int]
) -> Unclear[When]:
    choices = tuple(
        Parsed(exclude(when, excluded), *span, min(sure, 0.5))
        for when in (built.when, *built.others)
    )
    return Unclear(choices, built.why or "typo")  # type: ignore[arg-type]
