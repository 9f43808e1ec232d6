"""What a short message does: refuse, wait, ask for a person … found by patterns, not by guess.

A deterministic layer before the trained intents. Every act that is said is found, with
whether the whole message is that act and nothing else: while a name is asked, "Human Oy"
is a company and "human please" a wish.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from parsing.fold import Folded, fold, fold_text
from parsing.language_request import find_request
from parsing.lexicon import load
from parsing.pattern import WORD, compile_phrases
from parsing.values import Parsed

ACTS = (  # of two acts said equally clearly, the first one counts
    "data_request",
    "opt_out",
    "injection",
    "about_meeting",
    "handoff",
    "cancel_booking",
    "reschedule",
    "change_language",
    "are_you_bot",
    "why_ask",
    "refuse",
    "skip",
    "dont_know",
    "restart",
    "resume",
    "rephrase",
    "wait",
    "cancel",
    "abuse",
    "deny",
    "affirm",
    "thanks_bye",
    "greet",
    "note",
    "new_matter",
)
LONGEST = 1_000  # folded characters looked at: an act is said early
_MOST = 20  # matches of one act
_FEW = 3  # words; rude words in a longer message ("our CRM is useless") must be aimed at us
_WORD = re.compile(WORD)
_WITHIN = {"affirm": 0.6, "deny": 0.6, "greet": 0.5, "thanks_bye": 0.5, "wait": 0.7}
_NOTHING = re.compile("(?!)")


@dataclass(frozen=True, slots=True)
class Act:
    """`name` is one of ACTS; `whole`: nothing but this act (and politeness) was said."""

    name: str
    whole: bool


def parse(text: str, *, language: str) -> Parsed[Act] | None:
    """The act that the message is most clearly: an injection whatever else is said, then a
    whole one before others, then the one that takes up more of the message. Who says to stop
    ("forget it") and to go on goes on.

    Confidence 0.95 for a whole message, 0.8 for a clear phrase within a longer one, less
    where a yes, a no or a greeting is followed by more.
    """
    found = parse_all(text, language=language)
    return found[0] if found else None


def parse_all(text: str, *, language: str) -> list[Parsed[Act]]:
    """Every act of the message, the clearest first. Raises UnknownLanguage."""
    return list(_acts(text, language))


def denies(text: str, name: str, *, language: str) -> bool:
    """Whether words that look like the act `name` say something else: "I spoke with somebody
    last week", "how many people" are no wish for a person. Raises UnknownLanguage."""
    said = fold_text(text[: 2 * LONGEST])[:LONGEST]
    return _grammar(language).acts[name].but_not.search(said) is not None


def speaks_of_others(text: str, *, language: str) -> bool:
    """Whether the message speaks of a colleague, a boss or somebody else whom the visitor may
    bring along. Raises UnknownLanguage."""
    return _grammar(language).others.search(fold_text(text[: 2 * LONGEST])[:LONGEST]) is not None


def asks_leave(text: str, *, language: str) -> bool:
    """Whether the message only announces a question: "hi, can I ask you something?". Raises
    UnknownLanguage."""
    grammar = _grammar(language)
    said = fold_text(text[: 2 * LONGEST])[:LONGEST]
    words = [match.span() for match in _WORD.finditer(said)]
    filler = [said[start:end] in grammar.filler for start, end in words]
    spans = [match.span() for match in islice(grammar.leave.finditer(said), _MOST)]
    return _covers(spans, words, filler)


@lru_cache(maxsize=8)  # of one message it is asked four times and more
def _acts(text: str, language: str) -> tuple[Parsed[Act], ...]:
    grammar = _grammar(language)
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    words = [match.span() for match in _WORD.finditer(said)]
    if not words:
        return ()
    filler = [said[start:end] in grammar.filler for start, end in words]
    found: list[tuple[tuple[bool, int], Parsed[Act]]] = []
    for name, patterns in grammar.acts.items():
        spans = [match.span() for match in islice(patterns.anywhere.finditer(said), _MOST)]
        spans = _without(spans, patterns.but_not, said)
        if len(words) > _FEW and patterns.aimed is not None and not patterns.aimed.search(said):
            spans = []
        leading = patterns.leading.match(said)
        spans += [leading.span("act")] if leading is not None else []
        whole = _covers(spans, words, filler)
        if not whole:
            alone = [match.span() for match in islice(patterns.alone.finditer(said), _MOST)]
            alone = _without(alone, patterns.but_not, said)
            if alone and _covers(spans + alone, words, filler):
                spans, whole = spans + alone, True
        if spans:
            found.append(
                (_weight(spans, words, filler, whole), _parsed(name, folded, spans, whole))
            )
    if (asked := _language_wish(text, language)) is not None:
        found.append(((asked.value.whole, 2 * len(words)), asked))
    found.sort(key=lambda one: one[0], reverse=True)  # stable: ACTS decides between equals
    names = {parsed.value.name for _, parsed in found}
    acts = [one for _, one in found if one.value.name != "cancel" or "resume" not in names]
    return tuple(sorted(acts, key=lambda one: one.value.name != "injection"))


def _language_wish(text: str, language: str) -> Parsed[Act] | None:
    """ "do you speak Polish?" """
    asked = find_request(text, language=language)
    if asked is None:
        return None
    whole = asked.confidence >= 0.9
    return Parsed(Act("change_language", whole), asked.start, asked.end, asked.confidence)


@dataclass(frozen=True, slots=True)
class _Patterns:
    anywhere: re.Pattern[str]
    but_not: re.Pattern[str]
    aimed: re.Pattern[str] | None
    leading: re.Pattern[str]
    alone: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Grammar:
    acts: Mapping[str, _Patterns]
    leave: re.Pattern[str]
    others: re.Pattern[str]
    filler: frozenset[str]


def _covers(spans: list[tuple[int, int]], words: list[tuple[int, int]], filler: list[bool]) -> bool:
    """Whether nothing but filler stands outside the spans."""
    return bool(spans) and all(
        is_filler or any(start <= at < end for start, end in spans)
        for (at, _), is_filler in zip(words, filler, strict=True)
    )


def _without(
    spans: list[tuple[int, int]], but_not: re.Pattern[str], said: str
) -> list[tuple[int, int]]:
    """The spans that no other meaning of the words touches: "I spoke with somebody last week"
    wishes for nobody."""
    if not spans:
        return spans
    other = [match.span() for match in islice(but_not.finditer(said), _MOST)]
    return [
        (start, end)
        for start, end in spans
        if not any(begun < end and start < over for begun, over in other)
    ]


def _weight(
    spans: list[tuple[int, int]],
    words: list[tuple[int, int]],
    filler: list[bool],
    whole: bool,
) -> tuple[bool, int]:
    inside = sum(
        2 - is_filler
        for (at, _), is_filler in zip(words, filler, strict=True)
        if any(start <= at < end for start, end in spans)
    )
    return whole, inside


def _parsed(name: str, folded: Folded, spans: list[tuple[int, int]], whole: bool) -> Parsed[Act]:
    start, end = folded.raw_span(min(one for one, _ in spans), max(one for _, one in spans))
    return Parsed(Act(name, whole), start, end, 0.95 if whole else _WITHIN.get(name, 0.8))


@cache
def _grammar(language: str) -> _Grammar:
    entries = load(language, "act")
    prefix = entries.get("word_prefix", "")
    acts: dict[str, _Patterns] = {}
    for name in ACTS:
        entry = entries[name]
        leading = compile_phrases(entry.get("leading", ()), prefix="").pattern
        acts[name] = _Patterns(
            anywhere=compile_phrases(entry.get("anywhere", ()), prefix=prefix),
            but_not=compile_phrases(entry.get("but_not", ())),
            aimed=compile_phrases(entry["aimed"]) if "aimed" in entry else None,
            leading=re.compile(rf"[\W_]{{0,20}}(?P<act>{leading})")
            if entry.get("leading")
            else _NOTHING,
            alone=compile_phrases([*entry.get("alone", ()), *entry.get("leading", ())]),
        )
    filler = {word for form in entries["filler"] for word in fold_text(form).split(" ")}
    asks_leave, others = (compile_phrases(entries[name]) for name in ("asks_leave", "others"))
    return _Grammar(acts, asks_leave, others, frozenset(filler))
