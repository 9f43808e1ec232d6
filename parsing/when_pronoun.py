""" "One" where it stands for what was spoken of and is no hour: "that one", "the Tuesday one",
"the first one on Friday", "a later one please"."""

from collections.abc import Mapping

from parsing.when_mark import Mark
from parsing.when_words import Words

_REACH = 4  # words between a determiner and its noun
_BREAKS = ("at", "about", "before", "after", "from", "by", "until", "between", "and", "or", "to")
_CLOCK = ("am", "pm", "oclock", "unit", "number", "int")
_KNOWN = {"known": True}


def without_pronouns(row: list[Mark], words: Words) -> list[Mark]:
    """The marks, those of a pronoun saying no time. The lexicon's setting `pronoun` names
    the words that may be one, the determiners that make them so, and the words of "one of"."""
    setting = words.setting("pronoun")
    if setting is None:
        return row
    kept = list(row)
    for at, mark in enumerate(row):
        if mark.text in setting["words"] and _is_pronoun(row, at, setting):
            kept[at] = _silent(mark)
            if at and "ordinal" in row[at - 1].values:
                kept[at - 1] = _silent(row[at - 1])  # "the first one on Friday" is no 1st
    return kept


def _silent(mark: Mark) -> Mark:
    return Mark(mark.text, mark.start, mark.end, _KNOWN, spaced=mark.spaced)


def _is_pronoun(row: list[Mark], at: int, setting: Mapping[str, list[str]]) -> bool:
    following = row[at + 1] if at + 1 < len(row) else None
    if following is not None and any(kind in following.values for kind in _CLOCK):
        return False  # "the one hour slot", "that Tuesday one pm"
    if following is not None and following.text in setting["of"]:
        return True  # "one of the Friday ones"
    for before in reversed(row[max(0, at - _REACH) : at]):
        words = before.text.split()
        if words[0] in setting["determiners"] or words[-1] in setting["determiners"]:
            return True
        if not before.text[0].isalnum() or any(kind in before.values for kind in _BREAKS):
            return False
    return False
