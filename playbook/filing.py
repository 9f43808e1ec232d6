"""A question that wants a file: one arrives, or the visitor says that there is none."""

from collections.abc import Mapping
from functools import cache
from re import Pattern
from typing import Any

from parsing import yes_no
from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.pattern import compile_phrases
from playbook.model import Question
from playbook.onward import go_on, restate
from playbook.order import question_of
from playbook.repair import not_given
from playbook.storing import keep
from playbook.turn import Turn

LIKELY = 0.6  # parsing.yes_no: a no that more follows ("no, I don't have one")


def take_file(turn: Turn, file: Mapping[str, Any]) -> None:
    """Keep the file that was uploaded for a question and go on; another one for the same
    question replaces it. `file`: {file, question, name, type, bytes}."""
    question = question_of(turn, str(file["question"]))
    if question is None or question.kind != "file":
        restate(turn)
        return
    value = {key: file[key] for key in ("file", "name", "type", "bytes")}
    keep(turn, question, value, text=str(file["name"]), source="button")
    if turn.state.question == question.id:
        go_on(turn)
    else:
        restate(turn)


def has_none(turn: Turn, text: str, asked: Question | None) -> bool:
    """ "I have none": the question for a file is left out, or explained once where it is
    required. False where the words say something else, or no file was asked for."""
    if asked is None or asked.kind != "file" or "?" in text:
        return False
    no = yes_no.parse(text, language=turn.language)
    said_no = no is not None and no.value is False and no.confidence >= LIKELY
    if not said_no and not _none(turn.language).search(fold_text(text)):
        return False
    not_given(turn, status="declined", text=text)
    return True


@cache
def _none(language: str) -> Pattern[str]:
    """The phrases for having nothing to give."""
    return compile_phrases(load(language, "file")["none"])
