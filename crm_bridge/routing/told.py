"""What a visitor told, line by line, for the colleague who goes on from there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from playbook.dates import locale_of
from playbook.model import Playbook, Question
from playbook.scene import Answered
from playbook.values import say_value

_DIRECTION_MARKS = str.maketrans("", "", "\u2066\u2067\u2068\u2069\u200e\u200f")
_NOT_GIVEN = {"declined": "would not say", "unknown": "does not know"}


class Stored(Protocol):
    """An answer as the bridge keeps it."""

    @property
    def value(self) -> Any: ...

    @property
    def status(self) -> str: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: the question's id and label, the value in words, and the visitor's own."""

    question: str
    label: str
    said: str
    words: str

    def __str__(self) -> str:
        """ "Team size: 25 (“about 25 of us”)"."""
        quoted = f" (“{self.words}”)" if self.words and self.words != self.said else ""
        return f"{self.label[:1].upper()}{self.label[1:]}: {self.said}{quoted}"


def told(
    playbook: Playbook, answers: Mapping[str, Stored], *, language: str | None = None
) -> tuple[Told, ...]:
    """Every answer in the playbook's order, in words of `language` (default: the
    playbook's own). Answers to questions that the playbook lacks come last, as they are."""
    spoken = language or playbook.default_language
    known = {question.id for question in playbook.questions}
    lines = [
        Told(
            question=question.id,
            label=question.label.get(spoken, question.id),
            said=_said(answers[question.id], question, spoken),
            words=answers[question.id].text.strip(),
        )
        for question in playbook.questions
        if question.id in answers
    ]
    lines += [
        Told(question=name, label=name, said=str(answer.value), words=answer.text.strip())
        for name, answer in answers.items()
        if name not in known
    ]
    return tuple(lines)


def _said(answer: Stored, question: Question, language: str) -> str:
    if answer.status != "given":
        return _NOT_GIVEN.get(answer.status, answer.status)
    plain = Answered(answer.value, answer.status, answer.text)
    said = say_value(plain, question, language=language, locale=locale_of(language))
    return said.translate(_DIRECTION_MARKS) or str(answer.value)
