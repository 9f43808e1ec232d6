"""A person's name out of a message: lead-ins gone, titles, particles and diacritics kept.

    "my name is Dr. Anne-Marie van der Berg"   -> Dr. Anne-Marie van der Berg
    "I'm Jane from Acme (retail, 40 people)"   -> Jane
    "anna smith"                               -> Anna Smith

Refusals, questions and sentences are no names; "Maja Petek" and "Will May" are.
"""

import re
from dataclasses import dataclass
from itertools import chain

from parsing.fold import Folded, fold
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

_MOST_WORDS = 7
_LONGEST_TITLE = 40  # characters of "the office manager"
_TOKEN = re.compile(r"[^\W\d_]+(?:['.\-\"][^\W\d_]+)*(?:\.|'(?= ))?")  # עו"ד, פרופ'
_SENTENCE = re.compile(r"(?<=\w\w\w)[.!]\s+")
_TITLES = frozenset(
    [
        "dr",
        "dr.",
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "miss",
        "prof",
        "prof.",
        "ing",
        "ing.",
        "inz",
        "inz.",
        "mag",
        "mag.",
        "dipl",
        "dipl.",
        "sir",
        "jr",
        "jr.",
        "sr",
        "sr.",
        "mgr",
        "mgr.",
        "hr",
        "hr.",
        "doc",
        "doc.",
        "univ.",
        "rev.",
        "hon.",
        "pan",
        "pani",
        "gospod",
        "gospa",
        'ד"ר',
        "ד'ר",
        "פרופ'",
        "פרופ",
        'עו"ד',
    ]
)
_PARTICLES = frozenset(
    [
        "van",
        "der",
        "den",
        "de",
        "la",
        "le",
        "di",
        "da",
        "del",
        "della",
        "dos",
        "das",
        "von",
        "zu",
        "af",
        "av",
        "bin",
        "ben",
        "al",
        "el",
        "ibn",
        "ter",
        "ten",
        "y",
        "e",
    ]
)


def parse(text: str, *, language: str) -> Parsed[str] | None:
    """The name, as typed; typed all in lower case it is given capitals.

    Confidence 0.9 and more behind "my name is" and the like, up to 0.85 for a message that
    is a name and nothing else (take it when the name was asked), less for doubtful ones.
    """
    folded = fold(text[:RAW_LONGEST])
    words = name_words(language)
    said = folded.text[:LONGEST]
    if (halves := _in_halves(folded, said, words)) is not None:
        return halves
    for lead in chain(words.name_is.finditer(said), words.name_label.finditer(said)):
        if _taken_back(said, lead.start(), words):
            continue  # "ne pišem se Novak", "the company name is …"
        return _behind(folded, lead.end(), words, sure=0.97)
    avoids = evasive(text, language=language)
    if avoids not in (None, "soft", "greet", "thanks_bye", "affirm"):
        return None
    for lead in words.i_am.finditer(said):
        name = _behind(folded, lead.end(), words, sure=0.92)
        name = name or _in_apposition(folded, lead.end(), words)
        if name is not None:
            return name
    if is_question(text) or avoids in ("greet", "thanks_bye", "affirm"):
        return None
    alone = _alone(folded, said, words, soft=avoids == "soft")
    return alone or _last_sentence(folded, said, words)


def _in_halves(folded: Folded, said: str, words: NameWords) -> Parsed[str] | None:
    """ "first name Tom, last name Baker", "jeg heter Ola, etternavn Nordmann"; the first name
    stands first in the value, whichever was said first."""
    surname_is = words.surname_is.search(said)
    if surname_is is None or _taken_back(said, surname_is.start(), words):
        return None
    leads = chain(words.name_is.finditer(said), words.given_is.finditer(said))
    for lead in leads:
        apart = lead.end() <= surname_is.start() or lead.start() >= surname_is.end()
        if not apart or _taken_back(said, lead.start(), words):
            continue
        given = _half(folded, lead.end(), surname_is.start(), words)
        surname = _half(folded, surname_is.end(), lead.start(), words)
        if given is not None and surname is not None:
            value = f"{_cased(folded, given)} {_cased(folded, surname)}"
            start, end = min(given[0], surname[0]), max(given[1], surname[1])
            return parsed(folded, start, end, value, 0.95)
    return None


def _half(folded: Folded, at: int, other: int, words: NameWords) -> tuple[int, int] | None:
    """The span of the words of a name from `at` up to the other half's lead-in."""
    name = _read(folded, at, words)
    if name is None:
        return None
    spans = [one for one in name.spans if other <= at or one[1] <= other]
    known = words.not_names | words.negations | words.common
    if not spans or any(folded.text[slice(*one)] in known for one in spans):
        return None
    return spans[0][0], spans[-1][1]


def _last_sentence(folded: Folded, said: str, words: NameWords) -> Parsed[str] | None:
    """ "OK, I'm back. Adam Maj": two words and more with capitals after something else."""
    ends = [match.end() for match in _SENTENCE.finditer(said)]
    if not ends:
        return None
    name = _read(folded, ends[-1], words)
    if name is None or not name.complete or len(name.spans) < 2 or _strange(folded, name, words):
        return None
    cased = folded.raw[folded.starts[name.start]].isupper()
    return _made(folded, name, 0.8) if cased and _all_capital(folded, name) else None


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a name, as folded spans; what comes behind them.

    `complete`: nothing, or what may follow a name; `closed`: a comma, an address, or a word
    that ends a name ("from"); `company_follows`: where they work is said next.
    """

    spans: tuple[tuple[int, int], ...]
    complete: bool
    closed: bool
    company_follows: bool

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


def _behind(folded: Folded, at: int, words: NameWords, *, sure: float) -> Parsed[str] | None:
    """The name that follows a lead-in."""
    name = _read(folded, at, words)
    if name is None:
        return None
    first = folded.text[name.start : name.spans[0][1]]
    if first in words.negations:
        return None
    capital = _all_capital(folded, name) and folded.raw[folded.starts[name.start]].isupper()
    strange = _strange(folded, name, words)
    if sure > 0.95 and capital:
        return _made(folded, name, sure)
    if first in words.not_names:
        return None
    cased = folded.text[name.start].upper() != folded.text[name.start]
    if sure > 0.95:
        plain = not strange and len(name.spans) <= 3 and (name.complete or name.closed)
        uncased = not cased and strange < min(len(name.spans), 2)  # "קוראים לי שלום כהן"
        return _made(folded, name, sure) if plain or uncased else None
    known = words.not_names | words.calendar | words.nations
    if first in known or strange == len(name.spans):
        return None
    introduced = name.company_follows and not strange
    if capital or (not cased and introduced):
        return _made(folded, name, sure)
    if strange or len(name.spans) > 3 or not name.complete:
        return None
    return _made(folded, name, 0.6)


def _in_apposition(folded: Folded, at: int, words: NameWords) -> Parsed[str] | None:
    """ "I'm the office manager, Siobhan O'Neill": the name behind what one is."""
    comma = folded.text.find(",", at, at + _LONGEST_TITLE)
    title = folded.text[at:comma].split() if comma > 0 else []
    if not title or title[-1] not in words.not_names:
        return None
    name = _read(folded, comma + 1, words)
    if name is None or len(name.spans) < 2 or not (name.complete or name.closed):
        return None
    capital = _all_capital(folded, name) and not _strange(folded, name, words)
    return _made(folded, name, 0.92) if capital else None


def _taken_back(said: str, at: int, words: NameWords) -> bool:
    """Whether the word before a lead-in denies it, or makes it another thing's name."""
    before = said[:at].rstrip(" ").rsplit(" ", 1)[-1]
    return before in words.not_before or before in words.negations


def _alone(folded: Folded, said: str, words: NameWords, *, soft: bool) -> Parsed[str] | None:
    """A message that is a name, with courtesy before it or "speaking" behind."""
    at = behind_courtesy(folded, said, words, strict=False)
    if words.i_am.match(said, at):
        return None
    name = _read(folded, at, words)
    if name is None or not (name.complete or name.closed):
        return None
    if not name.complete:
        whole = len(name.spans) > 1 and _all_capital(folded, name)
        return _made(folded, name, 0.7) if whole else None
    strange = _strange(folded, name, words)
    count = len(name.spans)
    if _all_capital(folded, name):
        has_case = folded.raw[folded.starts[name.start]].isupper()
        if not has_case and folded.text[slice(*name.spans[0])] in words.not_names:
            return None  # a sentence that begins with a question word
        if not has_case and strange:
            return None if strange > 1 or count == 1 else _made(folded, name, 0.5)
        single = 0.5 if soft or strange else 0.8
        return _made(folded, name, single if count == 1 else 0.85)
    if soft or strange == count or count > 4 or (strange and count > 2):
        return None
    return _made(folded, name, 0.6 if strange else 0.75)


def _read(folded: Folded, at: int, words: NameWords) -> _Words | None:
    """Words of letters from `at` up to what ends a name."""
    text = folded.text
    spans: list[tuple[int, int]] = []
    place = at + len(text[at : at + 5]) - len(text[at : at + 5].lstrip(" \"'"))
    while len(spans) < _MOST_WORDS and (match := _TOKEN.match(text, place)) is not None:
        word, end = match[0], match.end()
        if text[end : end + 1] in ("@", "_") or text[end : end + 1].isdigit():
            break  # part of an address or a code
        particle = word in _PARTICLES and spans
        if word.rstrip(".") in words.name_stops and not particle and not _capital(folded, place):
            break
        if word.rstrip(".") in words.name_stops and not spans and not _capital(folded, place):
            break
        full_stop = word.endswith(".") and word not in _TITLES and len(word.strip(".")) > 1
        spans.append((place, end - full_stop))
        if full_stop or text[end : end + 1] != " ":
            place = end
            break
        place = end + 1
    while spans and text[spans[-1][0] : spans[-1][1]] in _PARTICLES:
        spans.pop()
    if not spans or (len(spans) > 1 and _is_firm(text[slice(*spans[-1])], words)):
        return None
    rest = text[spans[-1][1] :].strip(" .!,\n'\")")
    outro = words.after_name.match(rest)
    complete = not rest or (outro is not None and outro.end() >= len(rest))
    closed = _closed(text[spans[-1][1] :].lstrip(" .!'\""), words)
    if len(spans) > 1 and words.attached_from.match(text, spans[-1][0]):
        return _Words(tuple(spans[:-1]), complete, closed, company_follows=True)
    behind = spans[-1][1] + 1
    follows = words.company_is.match(text, behind) or words.come_from.match(text, behind)
    return _Words(tuple(spans), complete, closed, company_follows=follows is not None)


def _is_firm(word: str, words: NameWords) -> bool:
    """Whether a name ends as a company's does: "Nope Ltd"."""
    return word.strip(".") in words.legal_forms


def _closed(behind: str, words: NameWords) -> bool:
    """Whether what follows ends a name: a comma, an address, "from"."""
    next_word = re.match(r"[^\s,;:()]*", behind)
    return behind[:1] in ("", ",", ";", "(", "\n", "-", "/") or (
        next_word is not None and ("@" in next_word[0] or next_word[0] in words.name_stops)
    )


def _strange(folded: Folded, name: _Words, words: NameWords) -> int:
    """How many of the words are everyday ones."""
    said = (folded.text[start:end].rstrip(".") for start, end in name.spans)
    return sum(word in words.common or word in words.not_names for word in said)


def _capital(folded: Folded, at: int) -> bool:
    raw = folded.raw[folded.starts[at]]
    return raw.isupper()


def _all_capital(folded: Folded, name: _Words) -> bool:
    return all(
        starts(folded, start) or folded.text[start:end] in _PARTICLES for start, end in name.spans
    )


def _made(folded: Folded, name: _Words, confidence: float) -> Parsed[str]:
    value = _cased(folded, (name.start, name.end))
    return parsed(folded, name.start, name.end, value, confidence)


def _cased(folded: Folded, span: tuple[int, int]) -> str:
    """As typed; typed all in lower case with capitals."""
    value = " ".join(folded.raw_of(*span).split())
    if value == value.lower() and value != value.upper():
        value = " ".join(_capitalised(word) for word in value.split(" "))
    return value


def _capitalised(word: str) -> str:
    if word in _PARTICLES:
        return word
    return re.sub(r"(^|[-'])(\w)", lambda match: match[1] + match[2].upper(), word)
