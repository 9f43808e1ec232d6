"""A company's name out of a message: lead-ins gone, legal form kept.

    "our company is called Acme Oy"            -> Acme Oy
    "I'm Jane from Acme (retail, 40 people)"   -> Acme
    "Nie Sp. z o.o.", "Stop AS", "Yes Bank"    -> themselves

Refusals, questions, sentences and places ("from Oslo") are no companies.
"""

import re
from functools import cache
from itertools import chain

from parsing.fold import Folded, fold, fold_text
from parsing.lexicon import load
from parsing.naming import (
    LONGEST,
    RAW_LONGEST,
    NameWords,
    behind_courtesy,
    evasive,
    is_question,
    name_words,
    parsed,
    starts,
)
from parsing.values import Parsed

_MOST_WORDS = 8
_TOKEN = re.compile(r"[^\s,;()\[\]!?|]+")
_SMALL = frozenset(
    {"and", "&", "of", "the", "for", "in", "og", "ja", "i", "de", "la", "z", "o.o.", "+", "-"}
)


def parse(text: str, *, language: str) -> Parsed[str] | None:
    """The company's name, as typed.

    Confidence 0.95 with a legal form, 0.9 and more behind "our company is" and the like,
    up to 0.8 for a message that is a name and nothing else.
    """
    folded = fold(text[:RAW_LONGEST])
    words = name_words(language)
    said = folded.text[:LONGEST]
    for lead in chain(words.company_is.finditer(said), words.company_label.finditer(said)):
        found = _behind(folded, lead.end(), words, sure=0.95)
        if found is not None:
            return found
    for lead in words.come_from.finditer(said):
        found = _from(folded, lead.start(), lead.end(), words)
        if found is not None:
            return found
    attached = words.attached_from.search(said)
    if attached is not None:
        known = words.i_am.search(said[: attached.start()])
        named = said[known.end() : attached.start()].split() if known else []
        if named and not any(word in words.common | words.not_names for word in named):
            return _made(folded, attached.span("name"), 0.9)
    return _alone(text, folded, said, words, language=language) or _by_form(folded, said)


def _by_form(folded: Folded, said: str) -> Parsed[str] | None:
    """Words with capitals before a legal form, anywhere: "Jane Doe, Acme Ltd"."""
    for form in _legal_forms().finditer(said):
        if not _capital_or_dotted(folded, form.start(), form.end()):
            continue
        start = form.start()
        for word in reversed(
            list(re.finditer(r"[^\s,;()\n]+", said[: form.start()]))[-_MOST_WORDS:]
        ):
            apart = said[word.end() : start].strip(" ") != ""
            if apart or not (starts(folded, word.start()) or word[0] in _SMALL):
                break
            start = word.start()
        if start < form.start() and starts(folded, start):
            return _made(folded, (start, form.end()), 0.92)
    return None


def _capital_or_dotted(folded: Folded, start: int, end: int) -> bool:
    """ "as", "sa" and "co" are words too: as a legal form they have capitals or dots."""
    raw = folded.raw_of(start, end)
    return raw != raw.lower() or "." in raw or "/" in raw or raw.upper() == raw.lower()


def _behind(folded: Folded, at: int, words: NameWords, *, sure: float) -> Parsed[str] | None:
    noun = words.company_nouns.match(folded.text, at)
    span = _read(folded, noun.end() if noun else at, words)
    if span is None or _nobody(folded, span, words):
        return None
    cased = folded.text[span[0]].upper() != folded.text[span[0]]
    if not _has_legal_form(folded, span) and not (cased and starts(folded, span[0])):
        sure = 0.7 if cased else 0.85
    return _made(folded, span, sure)


def _from(folded: Folded, start: int, at: int, words: NameWords) -> Parsed[str] | None:
    """ "Jane from Acme": with a capital, not a place, and somebody who comes from there."""
    span = _read(folded, at, words)
    if span is None or _nobody(folded, span, words) or not starts(folded, span[0]):
        return None
    if not any(letter.isalpha() for letter in folded.text[span[0] : span[1]]):
        return None
    said = folded.text[span[0] : span[1]]
    if said in words.places or said.split(" ")[0] in words.places:
        return None
    legal = _has_legal_form(folded, span)
    before = folded.text[:start].strip(" ,")
    named = bool(before) and _follows_a_name(folded, before, words)
    if not legal and not named:
        return None
    return _made(folded, span, 0.95 if legal else 0.9)


def _follows_a_name(folded: Folded, before: str, words: NameWords) -> bool:
    """Whether "I'm Jane", or words with capitals, stand before."""
    if words.name_is.search(before) or words.i_am.search(before):
        return True
    return all(starts(folded, match.start()) for match in re.finditer(r"[^\W_]+", before))


def _alone(
    text: str, folded: Folded, said: str, words: NameWords, *, language: str
) -> Parsed[str] | None:
    """A message that is a name and nothing else."""
    at = behind_courtesy(folded, said, words, strict=True)
    lead = words.we_are.match(said, at)
    span = _read(folded, lead.end() if lead else at, words)
    if span is None or said[span[1] :].strip(" .!,\n\"')"):
        return None
    if lead and said[span[0] : span[1]] in words.places:
        return None
    named = said[span[0] : span[1]].split()
    legal = _has_legal_form(folded, span) and (
        _capital_or_dotted(folded, span[1] - len(named[-1]), span[1])
        or not any(word in words.common for word in named)  # "ok da"
    )
    if legal and len(named) > 1:
        return _made(folded, span, 0.95)
    avoids = evasive(text, language=language)
    if is_question(text) or avoids not in (None, "soft") or _nobody(folded, span, words):
        return None
    return _plain(folded, span, words, soft=avoids == "soft", led=lead is not None)


def _plain(
    folded: Folded, span: tuple[int, int], words: NameWords, *, soft: bool, led: bool
) -> Parsed[str] | None:
    said = folded.text[span[0] : span[1]].split(" ")
    strange = sum(word in words.common for word in said)
    if all(starts(folded, start) or small for start, small in _heads(folded, span)):
        has_case = folded.raw[folded.starts[span[0]]].isupper()
        if strange == len(said) and (len(said) > 1 or not has_case):
            return None
        return _made(folded, span, 0.5 if soft or (strange and not has_case) else 0.8)
    reaction = all(word in words.common or word in words.not_names for word in said)
    if soft or reaction or len(said) > 4 or strange > len(said) // 3 or (led and strange):
        return None  # "fair enough"
    return _made(folded, span, 0.6)


def _read(folded: Folded, at: int, words: NameWords) -> tuple[int, int] | None:
    """The span of a name from `at` up to what ends it; a legal form behind a comma belongs to it."""
    text = folded.text
    start = place = at + len(text[at : at + 5]) - len(text[at : at + 5].lstrip(" \"'"))
    end = start
    legal = _legal_forms()
    for count in range(_MOST_WORDS):
        match = _TOKEN.match(text, place)
        if match is None or "@" in match[0]:
            break
        word = match[0].rstrip(".,:")
        form = legal.match(text, place)
        stops = count and word in words.company_stops and not _capital(folded, place)
        joins = word in words.joiners and _goes_on(folded, match.end() + 1, words)
        if stops and form is None and not joins:
            break
        if form is not None and count:
            end = form.end()
            break
        end = match.end() - (len(match[0]) - len(match[0].rstrip(".:\"'")))
        if match.end() > end or text[match.end() : match.end() + 1] != " ":
            behind = (
                legal.match(text, match.end() + 2)
                if text[match.end() : match.end() + 2] == ", "
                else None
            )
            end = behind.end() if behind else end
            break
        place = match.end() + 1
    return (start, end) if end > start else None


def _goes_on(folded: Folded, at: int, words: NameWords) -> bool:
    """Whether a name goes on behind "and": "Lisjak in sinovi", but not "Acme in iščemo …"."""
    match = _TOKEN.match(folded.text, at)
    return match is not None and (
        match[0].rstrip(".,:") in words.firm_tails or _capital(folded, match.start())
    )


def _heads(folded: Folded, span: tuple[int, int]) -> list[tuple[int, bool]]:
    """Where the words of a span start, and whether each is one that is written small."""
    return [
        (span[0] + match.start(), match[0] in _SMALL or not match[0][0].isalpha())
        for match in re.finditer(r"\S+", folded.text[span[0] : span[1]])
    ]


def _nobody(folded: Folded, span: tuple[int, int], words: NameWords) -> bool:
    """ "none", "freelancer", "not yet" """
    said = folded.text[span[0] : span[1]]
    none = words.no_company.fullmatch(said)
    return none is not None or said.split(" ")[0] in words.negations


def _has_legal_form(folded: Folded, span: tuple[int, int]) -> bool:
    said = folded.text[span[0] : span[1]]
    return any(
        match.end() == len(said) and match.start() for match in _legal_forms().finditer(said)
    )


def _capital(folded: Folded, at: int) -> bool:
    return folded.raw[folded.starts[at]].isupper()


def _made(folded: Folded, span: tuple[int, int], confidence: float) -> Parsed[str]:
    value = " ".join(folded.raw_of(*span).split()).strip("\"'“”„«»")
    return parsed(folded, span[0], span[1], value, confidence)


@cache
def _legal_forms() -> re.Pattern[str]:
    forms = sorted({fold_text(form) for form in load("en", "names")["legal_forms"]}, key=len)
    listed = "|".join(re.escape(form).replace(r"\ ", " ?") for form in reversed(forms))
    return re.compile(rf"(?<![\w.])(?:{listed})(?![\w])")
