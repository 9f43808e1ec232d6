"""Which phrases of a message a negation rules out: "not Monday", "Monday doesn't work"."""

from collections.abc import Iterator
from typing import Literal

from parsing.when_marks import Marks
from parsing.when_phrase import Phrase

Joint = Literal["or", "and", "but", "comma", "correction", "so", "far", "none"]
_REACH = 6  # words between a phrase and the "can't" that rules it out


def joint_of(marks: Marks, first: int, last: int) -> Joint:
    """What stands between two phrases."""
    joint: Joint = "none"
    for at in range(first, last):
        if marks.has(at, "correction") and not marks.has(at, "fill"):
            return "correction"
        if marks.has(at, "not") and _alone(marks, at):
            return "correction"  # "v soboto? ne, v ponedeljek"
        if marks.has(at, "or"):
            joint = "or"
        elif marks.has(at, "therefore") and joint in ("comma", "far", "none"):
            joint = "so"
        elif marks.has(at, "but") and joint != "or":
            joint = "but"
        elif marks.has(at, "and") and joint in ("none", "comma"):
            joint = "and"
        elif marks.is_text(at, ",", ".", ";", "\n", "/", "-") and joint == "none":
            joint = "comma"
        elif not marks.has(at, "fill", "on", "the", "of", "about") and joint == "none":
            joint = "far"
    return joint


def _alone(marks: Marks, at: int) -> bool:
    """Whether a word is a clause of its own: "? ne ,"."""
    return marks.is_text(at - 1, "?", ".", "!", "\n") and marks.is_text(at + 1, ",", ".", "!")


_PLURAL = ("weekends", "weekday_each", "workday", "part", "hours")


def negates(marks: Marks, at: int) -> bool:
    return marks.has(at, "not", "except", "cant") or rules_none(marks, at)


def rules_none(marks: Marks, at: int) -> bool:
    """ "no Mondays", "żadnych weekendów", "nothing before 10". Where the word is also the
    "no" of "no, Monday", only what is said of every week follows it at once."""
    if not marks.has(at, "none"):
        return False
    if not marks.has(at, "correction"):
        return True
    return marks.has(at + 1, *_PLURAL) or marks.get(at + 1, "unit") == "weekend"


def ruled_out(marks: Marks, phrases: list[Phrase]) -> set[int]:
    """Which phrases a negation reaches."""
    found: set[int] = set()
    for at in range(len(marks)):
        if marks.has(at, "cant") or _never_suits(marks, at):
            found |= _by_cant(marks, at, phrases)
        elif marks.has(at, "except", "not") or rules_none(marks, at):
            found |= _by_not(marks, at, phrases)
    return found


def _never_suits(marks: Marks, at: int) -> bool:
    """ "Mondays never work", "maanantaisin ei koskaan sovi": no time behind it, but a verb."""
    if not marks.has(at, "never"):
        return False
    return marks.has(at + 1, "book") or marks.has(at - 1, "book") or at + 1 >= len(marks)


def _by_not(marks: Marks, at: int, phrases: list[Phrase]) -> set[int]:
    """The phrase right behind, and those that a list adds to it; the one right before where
    the clause ends with the negation ("jutri ne, raje v petek")."""
    polite = marks.skip(at + 1, "fill", "known", most=2)  # "samo ponedeljkov ne prosim"
    last = polite >= len(marks) or _clause_ends(marks, polite, polite + 1)
    before = [index for index, one in enumerate(phrases) if one.end == at]
    if last and before and marks.has(at, "not"):
        return {before[-1]}
    behind = at + 1
    excepting = marks.has(at, "except")
    while marks.has(behind, "fill", "on", "the", "book", "known", "and") and behind - at < 4:
        behind += 1
    index = next((i for i, one in enumerate(phrases) if one.start <= behind < one.end), None)
    if index is None or phrases[index].start < at:
        return set()
    if not excepting and phrases[index].anytime:
        return set()
    found = set(_list_from(marks, phrases, index))
    if marks.has(at, "none") and marks.is_text(phrases[max(found)].end, "?"):
        return set()  # "nothing on Thursday?" asks for Thursday
    return found


def _by_cant(marks: Marks, at: int, phrases: list[Phrase]) -> set[int]:
    """The phrase before in the same clause, else the ones behind."""
    before = [i for i, one in enumerate(phrases) if one.end <= at]
    if before:
        index = before[-1]
        if at - phrases[index].end <= _REACH and not _clause_ends(marks, phrases[index].end, at):
            return set(_list_to(marks, phrases, index))
    after = [i for i, one in enumerate(phrases) if one.start > at]
    if after:
        index = after[0]
        if phrases[index].start - at <= _REACH and not _clause_ends(
            marks, at, phrases[index].start
        ):
            return set(_list_from(marks, phrases, index))
    return set()


def _clause_ends(marks: Marks, first: int, last: int) -> bool:
    return any(
        marks.is_text(at, ",", ".", ";", "!", "?", "\n") or marks.has(at, "but")
        for at in range(first, last)
    )


def _list_from(marks: Marks, phrases: list[Phrase], index: int) -> Iterator[int]:
    yield index
    while index + 1 < len(phrases):
        joint = joint_of(marks, phrases[index].end, phrases[index + 1].start)
        comma = joint == "comma" and _list_goes_on(marks, phrases, index + 1)
        if joint not in ("or", "and") and not comma:
            return
        clocks = _is_clock_only(phrases[index]), _is_clock_only(phrases[index + 1])
        if clocks == (False, True) or (clocks == (True, False) and joint == "comma"):
            return
        index += 1
        yield index


def _is_clock_only(phrase: Phrase) -> bool:
    return phrase.only_hours


def _list_goes_on(marks: Marks, phrases: list[Phrase], index: int) -> bool:
    """Whether an "or" or "and" still comes in the list ("not Monday, Tuesday or Friday")."""
    while index + 1 < len(phrases):
        joint = joint_of(marks, phrases[index].end, phrases[index + 1].start)
        if joint in ("or", "and"):
            return not marks.has(phrases[index + 1].end, "book")
        if joint != "comma":
            return False
        index += 1
    return False


def _list_to(marks: Marks, phrases: list[Phrase], index: int) -> Iterator[int]:
    yield index
    while index > 0:
        if joint_of(marks, phrases[index - 1].end, phrases[index].start) not in ("or", "and"):
            return
        index -= 1
        yield index
