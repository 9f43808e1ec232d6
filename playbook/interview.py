"""The interview: a scene, the state and what the visitor did -> the next state and what to do.

Pure: time and facts come in, directives go out. `step` takes one message; when the step
names something to be done outside, that is done and `resume` goes on with its result,
until a step names nothing more. The caller stores what the steps gathered at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from playbook import coming_back, handing, meeting, moving, outcome, stopping
from playbook.directives import Result, Step
from playbook.filing import take_file
from playbook.greeting import confirm_known, open_chat
from playbook.listening import faq_or_else, listen
from playbook.onward import finish_questions, restate
from playbook.order import open_questions
from playbook.pressing import press
from playbook.repair import nothing_open
from playbook.scene import Answered, Heard, Scene
from playbook.turn import Turn


def step(scene: Scene, state: Mapping[str, Any], heard: Heard) -> Step:
    """What comes of one message, button or event of the house."""
    turn = Turn(scene, state)
    turn.came_back, turn.state.back = turn.state.back, False
    if heard.system is not None:
        _system(turn, heard.system)
    elif heard.file is not None:
        take_file(turn, heard.file)
    elif heard.payload is not None:
        press(turn, heard.payload)
    else:
        listen(turn, heard)
    return _closed(turn)


def resume(scene: Scene, state: Mapping[str, Any], result: Result) -> Step:
    """Go on after what `Step.outside` named was done (or failed)."""
    turn = Turn(scene, state)
    memory = turn.state.then or {}
    turn.state.then = None
    go = _AFTER.get(str(memory.get("go")))
    if go is None:
        restate(turn)
    else:
        go(turn, memory, result)
    return _closed(turn)


def after(scene: Scene, step: Step) -> Scene:
    """The scene as it is once the step's changes hold, for `resume`."""
    answers = dict(scene.answers)
    for change in step.changes:
        if change.status == "unset":
            answers.pop(change.question, None)
        else:
            answers[change.question] = Answered(change.value, change.status, change.text)
    return replace(
        scene, answers=answers, language=step.language, language_chosen=step.language_chosen
    )


def _closed(turn: Turn) -> Step:
    """A turn is never silent."""
    if turn.outside is None and not turn.bubbles:
        restate(turn)
        if turn.outside is None and not turn.bubbles:
            nothing_open(turn)
    return turn.step()


def _system(turn: Turn, name: str) -> None:
    if name == "start":
        if turn.state.phase == "new":
            open_chat(turn)
        else:
            coming_back.come_back(turn)
    elif name == "led_back":
        coming_back.led_back(turn)
    elif name == "hold_expired":
        meeting.expired(turn)
    elif name == "proved":
        confirm_known(turn)
    elif turn.scene.booked is not None:
        moving.say_standing(turn, "booked_already")
    elif turn.state.phase == "meeting":
        meeting.retry(turn, by_house=True)
    elif not turn.state.outcome and not open_questions(turn):
        finish_questions(turn)


_AFTER: dict[str, Callable[[Turn, dict[str, Any], Result], None]] = {
    "qualified": outcome.qualified,
    "promised": outcome.promised_call,
    "offered": meeting.offered_or_failed,
    "searched": meeting.searched,
    "held": meeting.held,
    "held_again": meeting.held_again,
    "booked": meeting.booked,
    "after_expiry": meeting.after_expiry,
    "searched_move": moving.searched_move,
    "moved": moving.moved,
    "cancelled": moving.cancelled,
    "handed": handing.handed,
    "faq": faq_or_else,
    "erased": stopping.erased,
}
