"""One FAQ file as a typed value: what it is about, how people ask it, the answer.

    ---
    topic: price
    title: Price
    under: about            # optional: the broader topic that this one refines
    words: [price, cost]    # optional: beginnings of words, or phrases, that mean it
    questions:              # ways to ask it, six or more
      - How much does it cost?
    ---
    The answer, one to three sentences in the Markdown of `plain`.

Every fault is reported with its line; a file with a fault yields no entry.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from crm_bridge.faq.plain import plain
from parsing.fold import fold_text

FENCE = "---"
FEWEST_QUESTIONS = 6
LONGEST_ANSWER = 600  # characters: a chat bubble, not a page
LONGEST_LINE = 200
KEYS = ("topic", "title", "under", "words", "questions")
_TOPIC = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Flaw(NamedTuple):
    """What is wrong on a line (counted from 1) of one file."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One topic in one language. `answer` is plain text, ready for a chat bubble."""

    topic: str
    title: str
    questions: tuple[str, ...]
    answer: str
    under: str | None = None
    words: tuple[str, ...] = ()


def read_entry(source: str) -> tuple[Entry | None, tuple[Flaw, ...]]:
    """The entry of a file's text and its flaws; the entry is None when there are any."""
    lines = source.removeprefix("\ufeff").splitlines()
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        return None, (Flaw(1, f"must begin with '{FENCE}', then the head, then '{FENCE}'"),)
    end = fences[1]
    head, flaws = _head("\n".join(lines[1:end]))
    answer, answer_flaws = _answer(lines[end + 1 :], first=end + 2)
    if head is None or flaws or answer_flaws:
        return None, (*flaws, *answer_flaws)
    return (
        Entry(
            topic=str(head["topic"]),
            title=str(head["title"]).strip(),
            questions=tuple(str(question).strip() for question in head["questions"]),
            answer=answer,
            under=str(head["under"]) if head.get("under") else None,
            words=tuple(str(word).strip() for word in head.get("words") or ()),
        ),
        (),
    )


def _head(source: str) -> tuple[CommentedMap | None, tuple[Flaw, ...]]:
    try:
        head = YAML(typ="rt", pure=True).load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 2 if mark else 2
        return None, (Flaw(line, f"the head is not YAML: {error.problem}"),)
    if not isinstance(head, CommentedMap):
        return None, (Flaw(2, "the head must be lines of 'key: value'"),)
    flaws = [
        Flaw(_line(head, key), f"'{key}' is not known here; there are {', '.join(KEYS)}")
        for key in head
        if key not in KEYS
    ]
    for key in ("topic", "under"):
        value = head.get(key)
        if value is None and key == "under":
            continue
        if not isinstance(value, str) or not _TOPIC.fullmatch(value):
            what = f"'{key}' must be one word of small letters, digits and underscores"
            flaws.append(Flaw(_line(head, key), what))
    title = head.get("title")
    if not isinstance(title, str) or not title.strip():
        flaws.append(Flaw(_line(head, "title"), "'title' is missing"))
    words = head.get("words") or []
    if not isinstance(words, CommentedSeq | list) or not all(isinstance(one, str) for one in words):
        flaws.append(Flaw(_line(head, "words"), "'words' must be a list of words"))
    flaws.extend(_question_flaws(head))
    return head, tuple(flaws)


def _question_flaws(head: CommentedMap) -> list[Flaw]:
    questions = head.get("questions")
    if not isinstance(questions, CommentedSeq) or len(questions) < FEWEST_QUESTIONS:
        what = f"'questions' must list at least {FEWEST_QUESTIONS} ways to ask it"
        return [Flaw(_line(head, "questions"), what)]
    flaws: list[Flaw] = []
    seen: dict[str, int] = {}
    for number, question in enumerate(questions):
        line = questions.lc.item(number)[0] + 2
        if not isinstance(question, str) or not question.strip():
            flaws.append(Flaw(line, "a question must be text; put it in quotes"))
            continue
        if len(question) > LONGEST_LINE:
            flaws.append(Flaw(line, f"a question may have {LONGEST_LINE} characters"))
        folded = fold_text(question).strip()
        if folded in seen:
            flaws.append(Flaw(line, f"the same question stands on line {seen[folded]}"))
        seen.setdefault(folded, line)
    return flaws


def _line(head: CommentedMap, key: str) -> int:
    """The file's line of a key; that of the head's first line when the key is not there."""
    return int(head.lc.key(key)[0]) + 2 if key in head else 2


def _answer(lines: list[str], *, first: int) -> tuple[str, tuple[Flaw, ...]]:
    text, flaws = plain(lines)
    shifted = tuple(Flaw(first + number, what) for number, what in flaws)
    if shifted:
        return text, shifted
    if not text:
        return text, (Flaw(first, "the answer is missing"),)
    if len(text) > LONGEST_ANSWER:
        return text, (Flaw(first, f"the answer may have {LONGEST_ANSWER} characters"),)
    return text, ()
