"""The beginning: who is speaking, what is agreed to, and the first question."""

from typing import Final

from playbook import proving
from playbook.model import Question
from playbook.onward import go_on, restate
from playbook.order import question_of
from playbook.pending import wait_for
from playbook.speaking import say_text, wording, words
from playbook.turn import Turn

# Who somebody is stands in the records, and is confirmed in any playbook.
ABOUT_THEM: Final = ("person", "company", "email", "phone")


def greet(turn: Turn, *, answering: bool = False) -> None:
    """The playbook's greeting with the consent line, in the language of now."""
    state = turn.state
    count = 1 if state.greeted == turn.language else 0
    greeting = wording(turn, turn.playbook.greeting, count)
    text = f"{greeting} {words(turn, turn.playbook.consent.text)}".strip()
    says = ("greeting", "consent", *(("ack",) if answering else ()))
    say_text(turn, text, says=says)
    state.greeted = turn.language
    state.phase = "asking" if state.phase == "new" else state.phase


def open_chat(turn: Turn) -> None:
    """Nobody has typed anything yet: greet, and ask the first question.

    A visitor who has proved who they are is asked whether what is known still holds.
    """
    greet(turn)
    if not ask_known(turn):
        go_on(turn, None)


def confirm_known(turn: Turn) -> None:
    """The visitor has just proved who they are: ask whether what is known still holds, else
    go on where the talk was."""
    proving.let_go(turn)
    if not ask_known(turn):
        restate(turn)


def ask_known(turn: Turn) -> bool:
    """Say back in one line what is known of somebody who proved who they are; False where
    there is nothing to confirm."""
    known = [name for name in turn.scene.known if _to_confirm(turn, name)]
    if known and turn.scene.identity == "verified":
        wait_for(turn, "known", questions=known)
        return True
    return False


def _to_confirm(turn: Turn, name: str) -> bool:
    """Whether the playbook wants the answer of last time, and still has a place for it."""
    question = question_of(turn, name)
    if question is None or turn.answer(name) is not None:
        return False
    if question.kind == "option" and question.option(str(turn.scene.known[name].value)) is None:
        return False
    return lasts(question)


def lasts(question: Question) -> bool:
    """Whether an answer holds beyond the matter in which it was given."""
    return question.kind in ABOUT_THEM or question.returning == "confirm"
