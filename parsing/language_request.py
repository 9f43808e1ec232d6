"""Whether a message asks to go on in a language: "do you speak Polish?", "po angielsku?"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from parsing.fold import fold, fold_text
from parsing.lexicon import LANGUAGES, load
from parsing.pattern import WORD, compile_phrases
from parsing.values import Parsed

LONGEST = 300  # folded characters looked at
_MOST_BEHIND = 3  # words behind a request that are none of it ("… I am not good at it")
_COPULAS = frozenset(("je", "jest", "is", "er", "on"))  # "Russian is …" asks for nothing
_MARK = "NAME"  # where a language's name stands in the patterns of the lexicon
_WORD = re.compile(WORD)


def requested_language(text: str, *, language: str) -> str | None:
    """The code of the language asked for, among the six or not ("de"); None where none is.

    The words of the conversation's language are tried first, then the other five: who
    wants Polish may well ask in Polish.
    """
    found = find_request(text, language=language)
    return None if found is None else found.value


def find_request(text: str, *, language: str) -> Parsed[str] | None:
    """As `requested_language`, with the span, and 0.95 for a message that is nothing else."""
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    for spoken in dict.fromkeys((language, *LANGUAGES)):
        grammar = _grammar(spoken)
        if grammar.any_name.search(said) is None:
            continue
        found = _asked(said, grammar) or _alone(said, grammar)
        if found is None:
            continue
        match, whole = found
        code = _code(match[0], grammar)
        if code is not None:
            start, end = folded.raw_span(*match.span())
            return Parsed(code, start, end, 0.95 if whole else 0.85)
    return None


_Asked = tuple[re.Match[str], bool] | None


def _asked(said: str, grammar: "_Grammar") -> _Asked:
    """A request at the start of the message, politeness aside; whether nothing follows it."""
    match = grammar.request.search(said)
    if match is None or not _only(said[: match.start()], grammar.filler):
        return None
    behind = _WORD.findall(said[match.end() :])
    strange = [word for word in behind if word not in grammar.filler]
    return None if len(strange) > _MOST_BEHIND else (match, not strange)


def _alone(said: str, grammar: "_Grammar") -> _Asked:
    """The name of a language and nothing but courtesy."""
    match = grammar.alone.search(said)
    if match is None:
        return None
    outside = said[: match.start()] + " " + said[match.end() :]
    return (match, True) if _only(outside, grammar.courtesy) else None


def _only(outside: str, words: frozenset[str]) -> bool:
    return all(word in words for word in _WORD.findall(outside))


@dataclass(frozen=True, slots=True)
class _Grammar:
    request: re.Pattern[str]
    alone: re.Pattern[str]
    any_name: re.Pattern[str]
    names: Mapping[str, re.Pattern[str]]
    filler: frozenset[str]
    courtesy: frozenset[str]


def _code(said: str, grammar: _Grammar) -> str | None:
    for code, pattern in grammar.names.items():
        if pattern.search(said):
            return code
    return None


@cache
def _grammar(language: str) -> _Grammar:
    entries, acts = load(language, "language"), load(language, "act")
    prefix = acts.get("word_prefix", "")
    every = [form for forms in entries["names"].values() for form in forms]
    group = f"({'|'.join(every)})"
    polite = {word for form in load(language, "names")["courtesy"] for word in _split(form)}
    polite |= {word for form in _leading(acts) for word in _split(form)}
    filler = {word for form in acts["filler"] for word in _split(form)}

    def patterns(key: str) -> re.Pattern[str]:
        return compile_phrases([one.replace(_MARK, group) for one in entries[key]], prefix=prefix)

    return _Grammar(
        request=patterns("request"),
        alone=patterns("alone"),
        any_name=compile_phrases(every, prefix=prefix),
        names={
            code: compile_phrases(forms, prefix=prefix) for code, forms in entries["names"].items()
        },
        filler=frozenset(filler | polite),
        courtesy=frozenset(polite - _COPULAS),
    )


def _leading(acts: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    listed = [*acts["affirm"]["leading"], *acts["deny"]["leading"], *acts["greet"].get("alone", ())]
    return [form for form in listed if "(" not in form]


def _split(form: str) -> list[str]:
    return fold_text(form).split(" ")
