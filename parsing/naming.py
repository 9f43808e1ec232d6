"""What persons' and companies' names have in common: lead-ins, where a name ends, what is none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale

from parsing import act
from parsing.fold import Folded, fold_text
from parsing.lexicon import load
from parsing.option_ordinal import parse_ordinal
from parsing.pattern import compile_phrases
from parsing.values import Parsed

_NATIONS = [
    "en",
    "nb",
    "no",
    "fi",
    "sv",
    "da",
    "de",
    "fr",
    "es",
    "it",
    "pl",
    "sl",
    "he",
    "ru",
    "uk",
    "nl",
    "pt",
    "hr",
    "sr",
    "cs",
    "sk",
    "hu",
    "et",
    "ar",
    "tr",
    "zh",
    "ja",
]
_JOINERS = frozenset({"i", "og", "ja", "und", "et", "&"})  # a firm may be called in any language
_LEGAL_FORMS = frozenset(
    {"ltd", "llc", "inc", "plc", "gmbh", "corp", "asa", "oyj", "oy", "d.o.o", "s.a", "sp", 'בע"מ'}
)
NOTHING = re.compile("(?!)")
LONGEST = 400  # folded characters looked at
RAW_LONGEST = 1_200  # raw ones, before signs that nobody sees are gone
_NEVER = frozenset({"affirm", "deny", "greet", "thanks_bye"})  # whole messages that name nobody
_EVASIONS = frozenset(
    {
        "refuse",
        "dont_know",
        "why_ask",
        "are_you_bot",
        "rephrase",
        "data_request",
        "injection",
        "change_language",
        "abuse",
    }
)


@dataclass(frozen=True, slots=True)
class NameWords:
    """The compiled `names` lexicon of one language; words are folded."""

    name_is: re.Pattern[str]
    name_label: re.Pattern[str]  # "name:", which needs its colon
    given_is: re.Pattern[str]
    surname_is: re.Pattern[str]
    company_label: re.Pattern[str]
    i_am: re.Pattern[str]
    after_name: re.Pattern[str]
    courtesy: re.Pattern[str]
    company_is: re.Pattern[str]
    come_from: re.Pattern[str]
    attached_from: re.Pattern[str]  # "מאקמי (", "מאקמי,": from, written onto a name
    we_are: re.Pattern[str]
    no_company: re.Pattern[str]
    negations: frozenset[str]
    not_before: frozenset[str]
    joiners: frozenset[str]
    firm_tails: frozenset[str]
    legal_forms: frozenset[str]  # one word and never a person's: "ltd", "gmbh", "בע\"מ"
    company_nouns: re.Pattern[str]
    name_stops: frozenset[str]
    company_stops: frozenset[str]
    not_names: frozenset[str]
    common: frozenset[str]
    places: frozenset[str]
    calendar: frozenset[str]  # weekdays and months: "it's Monday" names nobody
    nations: frozenset[str]
    prefix: str


def evasive(text: str, *, language: str) -> str | None:
    """The act by which a message avoids giving a name (a refusal, a question), or None.

    "soft" for one that a name may look like ("Stop", "the last one"): with a capital it is
    a name when it was asked for.
    """
    said = act.parse(text, language=language)
    if said is None:
        chosen = parse_ordinal(text, language=language, count=9)
        return "soft" if chosen is not None and chosen.confidence >= 0.95 else None
    name = said.value.name
    if name in _EVASIONS and (said.value.whole or said.confidence >= 0.8):
        return name
    if not said.value.whole:
        return None
    return name if name in _NEVER else "soft"


def is_question(text: str) -> bool:
    """Whether the message ends as a question does."""
    return text.rstrip(" \n\"')").endswith(("?", "؟", "？"))


def behind_courtesy(folded: Folded, said: str, words: NameWords, *, strict: bool) -> int:
    """Where a message goes on behind "hi," and "yes,".

    Without punctuation behind it a courtesy may be a name ("Yes Bank", "שלום כהן"); only
    in scripts with capitals and where not `strict` is it left out then ("hi Jane").
    """
    courtesy = words.courtesy.match(said)
    if courtesy is None or courtesy.end() >= len(said):
        return 0
    apart = courtesy[0].rstrip(" \n")[-1:] in (",", ".", "!", ":", ";", "-")
    lead = words.i_am.match(said, courtesy.end()) or words.company_is.match(said, courtesy.end())
    cased = folded.raw[folded.starts[courtesy.end()]]
    plain = not strict and cased.lower() != cased.upper()
    return courtesy.end() if apart or lead or plain else 0


def starts(folded: Folded, at: int) -> bool:
    """Whether the letter at a folded offset is a capital, a digit, or of a script without."""
    raw = folded.raw[folded.starts[at]]
    return raw.isupper() or raw.isdigit() or (raw.isalpha() and raw.lower() == raw.upper())


def parsed(folded: Folded, start: int, end: int, value: str, confidence: float) -> Parsed[str]:
    """A name with its raw span."""
    first, last = folded.raw_span(start, end)
    return Parsed(value, first, last, confidence)


@cache
def name_words(language: str) -> NameWords:
    """The words around names of a language. Raises UnknownLanguage."""
    entries = load(language, "names")
    prefix = load(language, "act").get("word_prefix", "")

    def bag(key: str) -> frozenset[str]:
        return frozenset(fold_text(form) for form in entries[key])

    between = compile_phrases(entries["adverbs"]).pattern
    nouns = compile_phrases(entries["company_nouns"]).pattern
    return NameWords(
        name_is=_lead_in(entries["name_is"], between=between),
        name_label=_label(entries["name_label"]),
        given_is=_lead_in(entries["given_is"]),
        surname_is=_lead_in(entries["surname_is"]),
        company_label=_label(entries["company_label"]),
        i_am=_lead_in(entries["i_am"]),
        after_name=re.compile(  # "Helen here", "Helen here, hi"
            rf"{compile_phrases(entries['after_name']).pattern}"
            rf"(?:[\s,.!]{{1,3}}{compile_phrases(entries['courtesy']).pattern})?"
        ),
        courtesy=re.compile(
            rf"\s*(?:{compile_phrases(entries['courtesy']).pattern}[\s,.!:;-]{{1,5}}){{1,4}}"
        ),
        company_is=_lead_in(entries["company_is"], attached=bool(prefix), between=between),
        come_from=_lead_in(entries["from"], attached=bool(prefix)),
        attached_from=_attached(entries["from"]) if prefix else NOTHING,
        we_are=_lead_in(entries["we_are"]),
        no_company=compile_phrases(entries["no_company"]),
        negations=bag("not"),
        not_before=bag("not_before"),
        joiners=frozenset(load(language, "number").get("join", ())) | _JOINERS,
        firm_tails=frozenset(fold_text(form) for form in load("en", "names")["firm_tails"]),
        legal_forms=_LEGAL_FORMS,
        company_nouns=re.compile(rf"{nouns}\s"),
        name_stops=bag("name_stops"),
        company_stops=bag("company_stops"),
        not_names=bag("not_names"),
        common=bag("common"),
        places=bag("places") | _countries(language),
        calendar=_calendar(language),
        nations=_nations(language),
        prefix=prefix,
    )


def _attached(forms: Iterable[str]) -> re.Pattern[str]:
    letters = "".join(fold_text(form) for form in forms if len(form) == 1)
    return re.compile(rf"(?<!\w)[{letters}](?P<name>[^\W\d_]{{2,20}})(?= ?[(,])")


def _label(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"{compile_phrases(forms).pattern} ?[:=]\s{{0,3}}")


def _lead_in(
    forms: Iterable[str], *, attached: bool = False, between: str = "(?!)"
) -> re.Pattern[str]:
    """A lead-in with what separates it from the name.

    `between`: adverbs that may stand before the name ("actually"). `attached`: a one-letter lead-in may be written onto a name in Latin letters, or with a
    hyphen (Hebrew "מ-Acme"); onto a Hebrew word it is too often something else.
    """
    listed = sorted(forms, key=len, reverse=True)
    gap = r"[\s:\-\"'=]{1,5}"
    lead = compile_phrases([form for form in listed if len(form) > 1]).pattern
    words = rf"{lead}{gap}(?:{between}{gap})?"
    letters = [fold_text(form) for form in listed if len(form) == 1]
    if attached and letters:
        words += rf"|(?<!\w)[{''.join(letters)}](?:-(?=\w)|(?=[a-z]))"
    return re.compile(words)


def _countries(language: str) -> frozenset[str]:
    return frozenset(fold_text(name) for name in Locale(language).territories.values())


def _nations(language: str) -> frozenset[str]:
    names = Locale(language).languages
    return frozenset(fold_text(names[code]) for code in _NATIONS if code in names)


def _calendar(language: str) -> frozenset[str]:
    locale = Locale(language)
    listed = [*locale.days["stand-alone"]["wide"].values()]
    listed += [*locale.months["stand-alone"]["wide"].values()]
    return frozenset(fold_text(name) for name in listed)
