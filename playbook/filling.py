"""What a message says beside the answer that was asked for: several fields from one line.

Only what is sure without a question is taken, each part of the message once, the surest
kinds first; a value inside another one's words ("Retail Solutions Ltd") is not a second one.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from parsing import act as acts
from parsing import when
from parsing.correction import named_fields
from parsing.fold import fold
from parsing.naming import name_words
from parsing.option import rules_out
from parsing.organisation import says_what_one_is
from parsing.values import Parsed
from playbook.hearing import LIKELY, SURE, Value, read_value
from playbook.model import Question
from playbook.turn import Turn

KINDS = ("email", "phone", "money", "people", "timeline", "person", "company", "option")
ADDRESSES = ("email", "phone")
REPLACING = (*ADDRESSES, "person", "company", "people")
ALONE = 0.8  # parsing.company: a name and nothing else, with capitals
FEWEST_BARE = 10  # people of a number alone; a smaller one may be the place of a button
FEWEST_SUM = 1000  # of money without its currency
_CLAUSE_END = re.compile(r"[.;!?\n]")
_SOON = timedelta(days=21)
LONGEST_HURRY = 8  # words of a clause that says "as soon as possible" of the project
FEWEST_TOLD = 4  # words around a day that tell of something else
CALLED = 0.7  # of a number beside the wish to be called
BY_KIND = {"timeline": 0.7}  # a date or a length within a longer message
Span = tuple[int, int]


def volunteered(turn: Turn, text: str, *, taken: Iterable[Span], asked: str | None) -> list[Value]:
    """Values for questions other than `asked`, in the order of the questions."""
    spans = list(taken)
    found: list[Value] = []
    questions = [one for one in turn.playbook.questions if one.id != asked]
    for question in sorted(questions, key=_rank):
        value = _apart(turn, question, text, spans) or _bare_count(turn, question, text, asked)
        if value is None and _names_a_person(turn, asked) and question.kind == "company":
            value = _beside_a_name(turn, question, text, spans)
        if value is None:
            continue
        spans.append((value.start, value.end))
        found.append(value)
    if any(one.question.kind == "company" for one in found):
        found += _before_a_firm(turn, questions, text, found)
    if not found:
        found = _introduction(turn, questions, text)
    if any(one.question.kind == "email" for one in found):
        found += _beside_an_address(turn, questions, text, spans)
    order = {question.id: index for index, question in enumerate(turn.playbook.questions)}
    return sorted(found, key=lambda one: order[one.question.id])


def keep_addresses(turn: Turn, text: str) -> None:
    """Keep an address or a number that stands in a message about something else: "call me on
    020 7946 0321" asks for a person, and says where. Another e-mail address may be a
    colleague's: the one that is known stays, and whoever answers reads both."""
    for question in turn.playbook.questions:
        known = question.kind == "email" and turn.value(question.id) is not None
        if question.kind in ADDRESSES and not known:
            value = read_value(turn, question, text)
            if isinstance(value, Value) and value.suggest is None and value.confidence >= CALLED:
                turn.put(question.id, value.value, text=value.text)


def _apart(turn: Turn, question: Question, text: str, spans: list[Span]) -> Value | None:
    """The sure value in what is not taken yet. The whole message is read first: what stands
    around a value ("I'm Jane from …") tells what it is."""
    for said in (text, _without(text, spans)) if spans else (text,):
        value = read_value(turn, question, said)
        if isinstance(value, Value) and all(
            value.end <= start or end <= value.start for start, end in spans
        ):
            return value if _sure(turn, value, said) else None
    return None


def _bare_count(turn: Turn, question: Question, text: str, asked: str | None) -> Value | None:
    """ "Like 40ish" while the options of another question are shown: a number and nothing else,
    where the first number that will be asked for is that of the people."""
    options = any(one.id == asked and one.kind == "option" for one in turn.playbook.questions)
    if question.kind != "people" or not options or turn.value(question.id) is not None:
        return None
    value = read_value(turn, question, text)
    if not isinstance(value, Value) or value.confidence < LIKELY:
        return None
    whole = not text[: value.start].strip() and not text[value.end :].strip(" .!")
    least = value.value.get("min") or value.value.get("max") or 0
    return value if whole and FEWEST_BARE <= least < FEWEST_SUM else None


def _names_a_person(turn: Turn, asked: str | None) -> bool:
    return any(one.id == asked and one.kind == "person" for one in turn.playbook.questions)


def _beside_a_name(turn: Turn, question: Question, text: str, spans: list[Span]) -> Value | None:
    """ "Ann Lee, Northway Freight": what stands alone behind the name, where its first letters
    are capitals and it has more words than a title ("PhD") or a given name ("Doe, Jane")."""
    if len(spans) != 1 or not text[spans[0][1] :].lstrip().startswith(","):
        return None
    rest = text[spans[0][1] :].lstrip(" ,")
    at = len(text) - len(rest)
    value = read_value(turn, question, rest)
    if not isinstance(value, Value) or value.confidence < ALONE or len(value.text.split()) < 2:
        return None
    return replace(value, start=at + value.start, end=at + value.end)


def _before_a_firm(
    turn: Turn, questions: list[Question], text: str, found: list[Value]
) -> list[Value]:
    """ "Kari Nordmann fra Tall & Orden" while something else is asked: who comes from there."""
    wanted = [one for one in questions if one.kind == "person" and turn.value(one.id) is None]
    if not wanted or any(one.question.kind == "person" for one in found):
        return []
    pair = name_and_firm(turn, wanted[0], text)
    whole = len(pair) == 2 and len(pair[0].text.split()) >= 2
    return [pair[0]] if whole and text.strip().startswith(pair[0].text) else []


def _introduction(turn: Turn, questions: list[Question], text: str) -> list[Value]:
    """ "Jan Kowalski, Kowalski i Wspólnicy" while something else is asked: a name, a company of
    that name behind it, and nothing else (what they are may stand there as well)."""
    wanted = {
        kind: one
        for one in questions
        for kind in ("person", "company")
        if one.kind == kind and turn.value(one.id) is None
    }
    if len(wanted) < 2 or text.count(",") != 1:
        return []
    name, rest = (part.strip() for part in text.split(","))
    person = read_value(turn, wanted["person"], name)
    firm = read_value(turn, wanted["company"], rest)
    if not isinstance(person, Value) or not isinstance(firm, Value):
        return []
    theirs = len(name.split()) >= 2 and name.split()[-1] in rest.split()
    if not theirs or person.text != name or person.confidence < ALONE:
        return []
    at = text.index(rest, len(name))
    return [person, replace(firm, start=at + firm.start, end=at + firm.end)]


def _beside_an_address(
    turn: Turn, questions: list[Question], text: str, spans: list[Span]
) -> list[Value]:
    """ "Ann Lee, ann@acme.io": a name of two words and more, and nothing else beside it."""
    rest = _without(text, spans).strip(" ,;.!\n")
    wanted = [one for one in questions if one.kind == "person" and turn.value(one.id) is None]
    if not wanted or len(rest.split()) < 2:
        return []
    value = read_value(turn, wanted[0], rest)
    if not isinstance(value, Value) or value.confidence < ALONE or value.text != rest:
        return []
    at = text.find(rest)
    return [replace(value, start=at, end=at + len(rest))] if at >= 0 else []


def name_before_firm(
    turn: Turn, question: Question, text: str, beside: Iterable[Value]
) -> Value | None:
    """ "jan kowalski, firma Kowalpol sp. z o.o.": what stands before the company, without the
    words that lead in to it."""
    firm = next((one for one in beside if one.question.kind == "company"), None)
    if firm is None:
        return None
    words, folded = name_words(turn.language), fold(text[: firm.start])
    leads = (words.come_from.search(folded.text), words.company_is.search(folded.text))
    ends = [folded.raw_span(0, one.start())[1] for one in leads if one is not None and one.start()]
    comma = text.rfind(",", 0, firm.start)
    for end in sorted(ends) + ([comma] if comma > 0 else []):
        value = read_value(turn, question, text[:end])
        if isinstance(value, Value) and value.confidence >= LIKELY:
            return value
    return None


def fuller_name(turn: Turn, text: str) -> Value | None:
    """ "Ola", and then "Ola Kowalska" where the company is asked for."""
    person = next((one for one in turn.playbook.questions if one.kind == "person"), None)
    known = str(turn.value(person.id) or "") if person is not None else ""
    if person is None or not known or not text.strip().startswith(f"{known} "):
        return None
    value = read_value(turn, person, text)
    whole = isinstance(value, Value) and value.text == text.strip()
    return value if isinstance(value, Value) and whole and value.confidence >= ALONE else None


def firm_behind_name(turn: Turn, question: Question, text: str) -> Value | None:
    """ "Noa Ben-David, Ben-David & Co" where the company is asked for."""
    person = next((one for one in turn.playbook.questions if one.kind == "person"), None)
    name = read_value(turn, person, text) if person is not None else None
    if not isinstance(name, Value) or not text[name.end :].lstrip().startswith(","):
        return None
    at = text.index(",", name.end) + 1
    value = read_value(turn, question, text[at:])
    theirs = name.text.split()[-1] in text[at:].split()
    if not isinstance(value, Value) or (value.confidence < LIKELY and not theirs):
        return None
    return replace(value, start=at + value.start, end=at + value.end)


def name_and_firm(turn: Turn, question: Question, text: str) -> list[Value]:
    """ "ola nordmann fra fjordkraft as", all in small letters: the name before the word that
    leads in to a company, and the company where it is surely one."""
    words, folded = name_words(turn.language), fold(text)
    leads = [words.come_from.search(folded.text), words.company_is.search(folded.text)]
    for lead in leads:
        if lead is None or not lead.start():
            continue
        begin, end = folded.raw_span(lead.start(), lead.end())
        name = read_value(turn, question, text[:begin])
        if not isinstance(name, Value) or name.confidence < LIKELY:
            continue
        firm = next((one for one in turn.playbook.questions if one.kind == "company"), None)
        found = read_value(turn, firm, text[end:]) if firm is not None else None
        sure = isinstance(found, Value) and (found.confidence >= SURE or leads[1] is not None)
        if isinstance(found, Value) and sure:
            return [name, replace(found, start=found.start + end, end=found.end + end)]
        return [name]
    return []


def _rank(question: Question) -> int:
    return KINDS.index(question.kind) if question.kind in KINDS else len(KINDS)


def _without(text: str, spans: Iterable[Span]) -> str:
    """The text with what was taken blanked out, so that places stay the same."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = [" " if letter != "\n" else letter for letter in letters[start:end]]
        if start < len(letters):
            letters[start] = ","  # what stood on both sides of it does not belong together
    return "".join(letters)


def _sure(turn: Turn, value: Value, said: str) -> bool:
    question = value.question
    if question.kind not in KINDS or value.suggest is not None:
        return False
    if question.kind == "money" and value.confidence < SURE:
        return _bare_sum(turn, value, said)
    if value.confidence < BY_KIND.get(question.kind, SURE):
        return False
    if question.kind == "timeline":
        beside = rules_out(said, value.start, language=turn.language)
        return not (
            beside
            or _in_passing(value, said)
            or _undecided(turn, value)
            or _asks_for_a_day(turn, value, said)
        )
    if question.kind == "option":
        allowed = question.settings.get("volunteered")
        one_is = says_what_one_is(said, value.start, value.end, language=turn.language)
        return allowed is None or value.value in allowed or one_is
    return True


def _in_passing(value: Value, said: str) -> bool:
    """ "Now we keep it in a spreadsheet" is no wish to start now, "we want them to get an answer
    at once instead of …" tells what is wanted."""
    if not value.value.get("asap"):
        return False
    clause = re.split(r"[.,;:!?\n]", said[: value.start])[-1]
    clause += re.split(r"[.,;:!?\n]", said[value.start :])[0]
    return value.confidence < SURE or len(clause.split()) > LONGEST_HURRY


def _asks_for_a_day(turn: Turn, value: Value, said: str) -> bool:
    """ "Can we talk on Wednesday?" is no wish to be done by then, nor is "at the weekend nobody
    answers our messages"."""
    by = value.value.get("by")
    if by is None or date.fromisoformat(by) > turn.scene.now.date() + _SOON:
        return False
    clause = _CLAUSE_END.search(said, value.end)
    if clause is not None and clause[0] == "?":
        return True
    around = f"{said[: value.start]} {said[value.end :]}".split()
    return len(around) >= FEWEST_TOLD and not _is_deadline(turn, said)


def _is_deadline(turn: Turn, said: str) -> bool:
    """ "By Friday", "within a week", and not "on Friday"."""
    read = when.parse(said, language=turn.language, now=turn.scene.now)
    if not isinstance(read, Parsed):
        return True
    first, last = read.value.first, read.value.last or read.value.instant
    return (first is None and last is not None) or first == turn.scene.now.date()


def _undecided(turn: Turn, value: Value) -> bool:
    """ "Not sure yet, under 20 grand I guess" is no wish for no hurry."""
    act = acts.parse(value.text, language=turn.language) if value.value.get("none") else None
    return act is not None and act.value.name == "dont_know"


def _bare_sum(turn: Turn, value: Value, said: str) -> bool:
    """ "10-15k", "20 tisoč" without a currency: thousands that are no number of people."""
    least = value.value.get("min") or value.value.get("max") or 0
    thousands = least >= FEWEST_SUM and any(letter.isalpha() for letter in value.text)
    if value.confidence < ALONE or not thousands:
        return False
    if "money" in named_fields(said, language=turn.language):
        return True  # "budget 20k" is no number of people
    sizes = [one for one in turn.playbook.questions if one.kind == "people"]
    counted = [read_value(turn, one, said) for one in sizes if turn.value(one.id) is None]
    return not any(isinstance(one, Value) and one.confidence >= SURE for one in counted)


def news_in(turn: Turn, values: Iterable[Value], *, asking: bool) -> list[Value]:
    """Those that say something we did not know, or know otherwise.

    What was said before is replaced without a word about it only by a kind that is never
    said in passing; in a question to us (`asking`) only by an address or a number.
    """
    replacing = ADDRESSES if asking else REPLACING
    found = []
    for one in values:
        known = turn.value(one.question.id)
        if known is None or (known != one.value and one.question.kind in replacing):
            found.append(one)
    return found
