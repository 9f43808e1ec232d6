"""Taking something back: "sorry, I meant 50, not 15", "jeg heter ikke Kari".

Finds the words of the new value and of the old one; what they are worth is for the parser
of the question to say.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from parsing.fold import Folded, fold, fold_text
from parsing.lexicon import load
from parsing.pattern import WORD, compile_phrases
from parsing.values import Parsed

Field = Literal[
    "person",
    "company",
    "email",
    "phone",
    "people",
    "money",
    "timeline",
    "meeting",
    "industry",
    "need",
]
LONGEST = 600  # folded characters looked at
_BARE_NUMBER = re.compile(r" *\d[\d.]{0,12} ?k? *")
_SHORT = 6  # words of a value in "50, not 15", which has no other sign of a correction
_WORD = re.compile(WORD)
_EDGE = " ,.;:!?-\n\"'"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is taken back. `new` and `old` are raw words of the message (None: not said);
    `field` is what it is about, where that was said; `negated`: the old value is wrong and
    no new one was given."""

    new: str | None
    old: str | None
    field: Field | None
    negated: bool


def parse(text: str, *, language: str) -> Parsed[Correction] | None:
    """The correction that the message is.

    Confidence 0.95 where it is said outright ("I meant", "not 15 but 50"), 0.8 for
    "50, not 15" and "the email is wrong", 0.6 for a mere "actually" or "sorry" before
    something, which may be an answer as well.
    """
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    words = _words(language)
    for find in (_denied, _not_but, _strong, _wrong, _changed, _replaced, _weak):
        found = find(folded, said, words)
        if found is not None:
            correction, confidence = found
            start, end = folded.raw_span(0, len(said))
            return Parsed(correction, start, end, confidence)
    return None


def named_fields(text: str, *, language: str) -> frozenset[Field]:
    """What a message speaks of by name: "budget", "phone" …"""
    said = fold_text(text[: 2 * LONGEST])[:LONGEST]
    patterns = _words(language).fields.items()
    return frozenset(field for field, pattern in patterns if pattern.search(said) is not None)


def repaired_from(text: str, *, language: str) -> int | None:
    """Where somebody who corrects themselves in mid-sentence begins anew ("40. No wait, 60"),
    as an offset into the text; None where nobody does."""
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    words = _words(language)
    start = None
    for match in sorted(_restarts(said, words), key=lambda one: one.end()):
        behind = said[match.end() :]
        if said[: match.start()].strip(_EDGE) and behind.strip(_EDGE):
            start = match.end() + len(behind) - len(behind.lstrip(_EDGE))
    return None if start is None else folded.raw_span(start, len(said))[0]


def _restarts(said: str, words: "_Words") -> Iterator[re.Match[str]]:
    for match in (*words.weak.finditer(said), *words.strong.finditer(said)):
        if match[0] not in words.refusals:  # "25, not 30" has said it already
            yield match


_Found = tuple[Correction, float] | None


@dataclass(frozen=True, slots=True)
class _Words:
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    instead_of: re.Pattern[str]
    not_but: re.Pattern[str]
    not_number: re.Pattern[str]
    but: re.Pattern[str]
    denied: Mapping[Field, re.Pattern[str]]
    wrong: re.Pattern[str]
    change: re.Pattern[str]
    fields: Mapping[Field, re.Pattern[str]]
    hollow: frozenset[str]
    refusals: frozenset[str]


def _denied(folded: Folded, said: str, words: _Words) -> _Found:
    """ "my name is not Jane", "jeg heter ikke Kari, men Karin" """
    for field, pattern in words.denied.items():
        match = pattern.search(said)
        if match is None:
            continue
        old, new = match.end(), None
        limit = len(said)
        turn = words.but.search(said, match.end())
        comma = said.find(",", match.end())
        if turn is not None:
            limit, new = turn.start(), turn.end()
        elif comma >= 0:
            limit, new = comma, comma + 1
        old_words = _raw(folded, old, limit)
        new_words = _raw(folded, new, len(said)) if new is not None else None
        if old_words is None or len(old_words.split()) > _SHORT:
            continue
        if field in ("people", "money") and not any(one.isdigit() for one in old_words):
            continue  # "we are not interested"
        if _is_hollow(old_words, words):
            continue
        negated = new_words is None
        return Correction(new_words, old_words, field, negated), 0.95
    return None


def _not_but(folded: Folded, said: str, words: _Words) -> _Found:
    """ "not 15 but 50", "not 15, 50" """
    match = words.not_but.search(said) or words.not_number.search(said)
    if match is None:
        return None
    old = _raw(folded, *match.span("old"))
    new = _raw(folded, match.end(), len(said))
    if old is None or new is None or max(len(old.split()), len(new.split())) > _SHORT:
        return None
    return Correction(new, old, _field(said, words), negated=False), 0.95


def _strong(folded: Folded, said: str, words: _Words) -> _Found:
    """ "I meant 50, not 15", "correction: 50" """
    match = words.strong.search(said)
    if match is None:
        return None
    start, end = match.end(), len(said)
    if not said[start:].strip(_EDGE):
        start, end = 0, match.start()
    new, old = _split_old(folded, said, start, end, words)
    return Correction(new, old, _field(said[start:end], words), negated=new is None), 0.95


def _wrong(folded: Folded, said: str, words: _Words) -> _Found:
    """ "the email is wrong", "wrong number, it's 040 …" """
    match = words.wrong.search(said)
    field = _field(said, words)
    if match is None or field is None:
        return None
    new = _raw(folded, _behind_mention(said, match.end(), words), len(said))
    if new is not None and (len(new.split()) > _SHORT + 4 or _is_hollow(new, words)):
        new = None
    return Correction(new, None, field, negated=new is None), 0.8


def _changed(folded: Folded, said: str, words: _Words) -> _Found:
    """ "change my email to …", "the company should be Acme" """
    match = words.change.search(said)
    field = _field(said, words)
    if match is None or field is None:
        return None
    new, old = _split_old(folded, said, match.end(), len(said), words)
    if new is None or field == "meeting":  # moving a meeting is no correction
        return None
    return Correction(new, old, field, negated=False), 0.8


def _replaced(folded: Folded, said: str, words: _Words) -> _Found:
    """ "50, not 15", with nothing else that says so; of bare numbers without a comma too"""
    comma = "," in said
    new, old = _split_old(folded, said, 0, len(said), words, comma=comma)
    if new is None or old is None or max(len(new.split()), len(old.split())) > _SHORT:
        return None
    if not comma and not (_BARE_NUMBER.fullmatch(new) and _BARE_NUMBER.fullmatch(old)):
        return None
    if _is_hollow(old.split()[0], words):
        return None  # "Acme, not sure about the legal form"
    return Correction(new, old, _field(said, words), negated=False), 0.8


def _weak(folded: Folded, said: str, words: _Words) -> _Found:
    """ "actually the company is Acme Oy", "wait, 50" """
    match = words.weak.match(said.lstrip(_EDGE))
    if match is None:
        return None
    start = len(said) - len(said.lstrip(_EDGE)) + match.end()
    if match[0] in words.refusals and said[start : start + 1] not in tuple(",;:-!."):
        return None  # "nie jestem pewien"
    while (more := words.weak.match(said[start:].lstrip(_EDGE))) is not None:
        start = len(said) - len(said[start:].lstrip(_EDGE)) + more.end()
    new, old = _split_old(folded, said, start, len(said), words)
    if new is None:
        return None
    field = _field(said[start:], words)
    return Correction(new, old, field, negated=False), 0.7 if field or old else 0.6


def _split_old(
    folded: Folded, said: str, start: int, end: int, words: _Words, *, comma: bool = False
) -> tuple[str | None, str | None]:
    """The new value's words and, behind "not" or "instead of", the old one's."""
    for match in words.instead_of.finditer(said, start, end):
        before = said[start : match.start()].rstrip(" ")
        if comma and not before.endswith(","):
            continue
        if words.weak.match(said[match.end() : end].lstrip(_EDGE)):
            continue  # "40, no, wait, 60"
        old = _raw(folded, match.end(), end)
        if old is None or not before.strip(_EDGE) or len(old.split()) > _SHORT:
            continue
        return _raw(folded, start, match.start()), old
    return _raw(folded, start, end), None


def _behind_mention(said: str, at: int, words: _Words) -> int:
    """Behind "wrong number" the number itself may follow: skips the field's own word."""
    for pattern in words.fields.values():
        match = re.compile(rf"[\s,:]*{pattern.pattern}").match(said, at)
        if match is not None:
            return match.end()
    return at


def _field(said: str, words: _Words) -> Field | None:
    """The field whose word comes first; the name of the company is the company's."""
    found = [
        (*match.span(), field)
        for field, pattern in words.fields.items()
        if (match := pattern.search(said)) is not None
    ]
    if not found:
        return None
    _, end, first = min(found)
    if first == "person" and any(
        field == "company" and end < start <= end + 2 for start, _, field in found
    ):
        return "company"
    return first


def _raw(folded: Folded, start: int, end: int) -> str | None:
    """The raw words of a folded span without what stands around them; None for none."""
    said = folded.text[start:end]
    first = start + len(said) - len(said.lstrip(_EDGE))
    last = start + len(said.rstrip(' ,;:!?-\n"'))
    return folded.raw_of(first, last) if last > first and said.strip(_EDGE) else None


def _is_hollow(raw: str, words: _Words) -> bool:
    """Whether words name no value: "sure", "interested"."""
    return all(match[0] in words.hollow for match in _WORD.finditer(fold_text(raw)))


@cache
def _words(language: str) -> _Words:
    entries, names, acts = (load(language, one) for one in ("correction", "names", "act"))
    prefix = acts.get("word_prefix", "")
    but = compile_phrases(entries["but"])
    negation = compile_phrases(entries["not"]).pattern
    fields: dict[Field, re.Pattern[str]] = {
        field: _any_stem(stems, prefix) for field, stems in entries["fields"].items()
    }
    return _Words(
        strong=compile_phrases(entries["strong"]),
        weak=compile_phrases(sorted(entries["weak"], key=len, reverse=True)),
        instead_of=compile_phrases(sorted(entries["instead_of"], key=len, reverse=True)),
        not_but=re.compile(rf"{negation}(?P<old>[^,.;!?]{{1,60}}?),? *{but.pattern}"),
        not_number=re.compile(rf"{negation} *(?P<old>\d[^,;!?]{{0,20}}?)[,;] *(?=\d)"),
        but=re.compile(rf",? *{but.pattern}"),
        denied={field: compile_phrases(forms) for field, forms in entries["denied"].items()},
        wrong=compile_phrases(sorted(entries["wrong"], key=len, reverse=True)),
        change=compile_phrases(entries["change"]),
        fields=fields,
        hollow=frozenset(
            fold_text(word) for word in [*names["common"], *names["not_names"], *names["not"]]
        ),
        refusals=frozenset(fold_text(word) for word in [*entries["not"], *acts["deny"]["leading"]]),
    )


def _any_stem(stems: Iterable[str], prefix: str) -> re.Pattern[str]:
    """Words that begin so; three letters and fewer are whole words."""
    folded = [fold_text(stem) for stem in stems]
    listed = "|".join(re.escape(one) + (r"\w*" if len(one) > 3 else r"(?!\w)") for one in folded)
    return re.compile(rf"(?<!\w){prefix}(?:{listed})")
