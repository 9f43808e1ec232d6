"""An answer is kept: in the shape of its question, with the visitor's words beside it."""

from typing import Any

from playbook.model import Question
from playbook.turn import LONGEST_WORDS, Turn


def keep(turn: Turn, question: Question, value: Any, *, text: str, source: str = "text") -> None:
    """Store the answer; an answer that was there before makes it a correction."""
    before = turn.answer(question.id)
    if before is not None and before.status == "given" and source == "text":
        source = "correction"
    state = turn.state
    if (state.pending or {}).get("kind") in ("stop", "restart", "person"):
        state.pending = None  # whoever answers goes on
    if (told := state.described.pop(question.id, None)) is not None:
        text = told if source == "button" else f"{told} … {text}"[:LONGEST_WORDS]
    turn.put(question.id, value, text=text, source=source)
    earlier = [name for name in state.recent if name in turn.changes and name != question.id]
    state.recent = [*earlier, question.id]
    if question.id == state.question:
        state.missed = 0
    if question.kind == "email":
        turn.look_up(str(value))
