"""Yes or no, with the care that six languages need.

"ja" is yes in Norwegian and Slovenian; "no" is no in English and a colloquial yes in
Polish (taken with little confidence); a yes that more follows is less sure than one alone.
"""

from parsing import act
from parsing.fold import fold
from parsing.lexicon import load
from parsing.values import Parsed

_YES_SIGNS = frozenset("👍👌✅✔☑🆗")
_NO_SIGNS = frozenset("👎❌✖🚫⛔")


def parse(text: str, *, language: str) -> Parsed[bool] | None:
    """True for yes, False for no, None for neither or both.

    Confidence 0.95 for a whole message, 0.6 for "yes, but …", 0.5 where the word is
    ambiguous in the language.
    """
    if (sign := _sign(text)) is not None:
        return sign
    said = {one.value.name: one for one in act.parse_all(text, language=language)}
    yes, no = said.get("affirm"), said.get("deny")
    if (ambiguous := _ambiguous(text, language)) is not None:
        return ambiguous
    if yes is not None and no is not None:
        wholes = [one for one in (yes, no) if one.value.whole]
        if len(wholes) != 1:
            return _first(yes, no) if not wholes else _longer(yes, no)
        yes, no = (yes, None) if yes.value.whole else (None, no)
    chosen = yes or no
    if chosen is None:
        return None
    return Parsed(chosen is yes, chosen.start, chosen.end, chosen.confidence)


def _sign(text: str) -> Parsed[bool] | None:
    signs = [(at, letter) for at, letter in enumerate(text) if letter in _YES_SIGNS | _NO_SIGNS]
    if not signs or any(letter.isalnum() for letter in text):
        return None
    kinds = {letter in _YES_SIGNS for _, letter in signs}
    if len(kinds) > 1:
        return None
    return Parsed(kinds.pop(), signs[0][0], signs[-1][0] + 1, 0.95)


def _ambiguous(text: str, language: str) -> Parsed[bool] | None:
    """Words that mean yes here and no elsewhere: Polish "no"."""
    said = fold(text).text.strip(" .!,?")
    means = load(language, "act").get("ambiguous", {})
    if said not in means:
        return None
    start = len(text) - len(text.lstrip())
    return Parsed(bool(means[said]), start, len(text.rstrip()), 0.5)


def _first(yes: Parsed[act.Act], no: Parsed[act.Act]) -> Parsed[bool] | None:
    """ "yes, but not today" starts with what is meant."""
    if yes.start == no.start:
        return _longer(yes, no)
    chosen = min(yes, no, key=lambda one: one.start)
    return Parsed(chosen is yes, chosen.start, chosen.end, 0.6)


def _longer(yes: Parsed[act.Act], no: Parsed[act.Act]) -> Parsed[bool] | None:
    """ "not ok", "ei sovi": the longer phrase holds the shorter one."""
    apart = yes.end <= no.start or no.end <= yes.start
    if yes.end - yes.start == no.end - no.start or (apart and yes.value.whole and no.value.whole):
        return None
    chosen = max(yes, no, key=lambda one: one.end - one.start)
    return Parsed(chosen is yes, chosen.start, chosen.end, chosen.confidence)
