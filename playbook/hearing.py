"""What one typed message says, for the question that was asked and beside it.

Values come from `parsing`, in the shape in which they are stored. Nothing is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from parsing import (
    company,
    email,
    money,
    number,
    option,
    people,
    person,
    phone,
    timeline,
    when,
    yes_no,
)
from parsing.values import Email, Parsed, Unclear
from playbook.model import Question
from playbook.turn import LONGEST_WORDS, Turn
from playbook.values import stored

LEAST = 0.35  # below, the words are more likely something else ("Adam Maj" is no May)
DAYLY = ("day", "part")  # grains of words like "tuesday" and "afternoon"
MOST_CALLED = 2  # words from which a time is no name
LIKELY = 0.75  # a message that is a name and nothing else has up to 0.85
MOST_OF = 0.5  # of the letters of a message that is a time
# countries' endings that are taken from anywhere
ANYBODYS = frozenset(
    ["ai", "cc", "co", "fm", "gg", "io", "is", "la", "ly", "me", "sh", "so", "to", "tv", "vc", "ws"]
)
SLIP = 0.8  # parsing.option: a slip of the keyboard
SURE = 0.9  # parsing.values.Parsed: taken without having been asked


@dataclass(frozen=True, slots=True)
class Value:
    """A value for a question, with the half-open span of the message that holds it."""

    question: Question
    value: Any
    start: int
    end: int
    confidence: float
    text: str
    suggest: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value for a question that can be read in several ways, or that cannot be right."""

    question: Question
    choices: tuple[Value, ...]
    why: str


def read_value(turn: Turn, question: Question, text: str) -> Value | Doubt | None:
    """The answer to `question` in the text, if there is one."""
    found = _parse(turn, question, text)
    if found is None or (isinstance(found, Parsed) and found.confidence < LEAST):
        return None
    if isinstance(found, Unclear):
        choices = tuple(_value(question, one, text) for one in found.choices)
        return Doubt(question, choices, found.why)
    return _value(question, found, text)


def _value(question: Question, found: Parsed[Any], text: str) -> Value:
    suggest = found.value.suggest if isinstance(found.value, Email) else None
    return Value(
        question=question,
        value=stored(found.value, question),
        start=found.start,
        end=found.end,
        confidence=found.confidence,
        text=text[found.start : found.end][:LONGEST_WORDS],
        suggest=suggest,
    )


def _parse(turn: Turn, question: Question, text: str) -> Parsed[Any] | Unclear[Any] | None:
    language = turn.language
    match question.kind:
        case "option":
            return option.parse(text, language=language, options=synonyms(turn, question))
        case "people":
            return people.parse(text, language=language)
        case "money":
            alone = money.currency_alone(text, language=language) is not None
            return None if alone else money.parse(text, language=language)
        case "timeline":
            return timeline.parse(text, language=language, now=turn.scene.now)
        case "person":
            return person.parse(text, language=language)
        case "company":
            return company.parse(text, language=language)
        case "email":
            return email.parse(text, language=language)
        case "phone":
            return phone.parse(text, language=language, region=_region(turn, question))
        case "number":
            return number.parse(text, language=language)
        case "yes_no":
            return yes_no.parse(text, language=language)
        case "file":
            return None  # comes as a file, see playbook.filing
    return _free_text(question, text)


def is_time(turn: Turn, text: str) -> bool:
    """Whether the words name a time and little else ("day after tomorrow after three"). Words
    with capitals may be a name all the same, and so may one word that is a month or season,
    or is written in letters that have no capitals."""
    words = text.split()
    if not words or any(word[0].isupper() for word in words):
        return False
    found = when.parse(text, language=turn.language, now=turn.scene.now)
    if not isinstance(found, Parsed) or found.confidence < SURE:
        return False
    if len(words) < MOST_CALLED and (found.value.grain not in DAYLY or text.upper() == text):
        return False
    return found.end - found.start >= MOST_OF * len(text.strip())


def _region(turn: Turn, question: Question) -> str | None:
    """The country whose numbers are written without their code: the visitor's own, else that
    of their address, else the playbook's; without any the parser knows each language's."""
    locale = turn.scene.locale
    if locale and (territory := _territory(locale)) is not None:
        return territory
    if (territory := _country_of_address(turn)) is not None:
        return territory
    country = question.settings.get("country")
    return str(country) if country else None


def _country_of_address(turn: Turn) -> str | None:
    """The country of "jane@acme.co.uk"; of an address that ends in .com or .io nothing is known."""
    email_question = turn.of_kind("email")
    address = turn.value(email_question.id) if email_question is not None else None
    ending = str(address or "").rpartition(".")[2].lower()
    return None if ending in ANYBODYS else _territory(f"-{'gb' if ending == 'uk' else ending}")


def _territory(locale: str) -> str | None:
    """The country in a locale like "en-GB", where it is one that exists."""
    _, _, rest = locale.replace("_", "-").partition("-")
    code = rest.partition("-")[0].upper()
    return code if code in Locale("en").territories and len(code) == 2 else None


def synonyms(turn: Turn, question: Question) -> Mapping[str, tuple[str, ...]]:
    """option id -> what means it in the visitor's language, and its title."""
    language, default = turn.language, turn.playbook.default_language
    found: dict[str, tuple[str, ...]] = {}
    for one in question.options:
        title = one.title.get(language) or one.title.get(default) or one.id
        found[one.id] = (title, *one.synonyms.get(language, ()))
    return found


def read_likely(turn: Turn, question: Question, text: str) -> Value | Doubt | None:
    """The options that the words hint at, one or a few; None for none, or where a word would
    have to be mistyped."""
    hints = {one.id: ("", *one.hints.get(turn.language, ())) for one in question.options}
    found = option.parse(text, language=turn.language, options=hints)
    parsed = found.choices if isinstance(found, Unclear) else (found,) if found else ()
    hinted = tuple(_value(question, one, text) for one in parsed if one.confidence > SLIP)
    if len(hinted) > 1:
        return Doubt(question, hinted, "hint")
    return hinted[0] if hinted else None


def _free_text(question: Question, text: str) -> Parsed[str] | None:
    longest = int(question.settings.get("longest", 500))
    said = text.strip()[:longest]
    return Parsed(said, 0, len(text), 0.5) if said else None
