"""Which words a bubble gets: the text key, its wording, the question in it, its buttons.

Wordings rotate by how often a key was said and a question was asked, so that nothing is
said twice running in the same words.
"""

from collections.abc import Iterable, Mapping, Sequence

from playbook.directives import Bubble, Button, OpeningButton
from playbook.model import Question
from playbook.order import MEETING
from playbook.turn import Turn
from playbook.values import say_value

LONGEST_SUMMARY = 12  # values said back in one line


def words(turn: Turn, texts: Mapping[str, str]) -> str:
    """A playbook text in the visitor's language, else in the playbook's own."""
    return texts.get(turn.language) or texts.get(turn.playbook.default_language) or ""


def wording(turn: Turn, variants: Mapping[str, Sequence[str]], count: int) -> str:
    """The wording whose turn it is after `count` earlier ones."""
    own = variants.get(turn.language) or variants.get(turn.playbook.default_language) or ("",)
    return own[count % len(own)]


def say(
    turn: Turn,
    key: str,
    /,
    *,
    says: Iterable[str] = (),
    buttons: Iterable[Button] = (),
    openings: Iterable[OpeningButton] = (),
    values: Mapping[str, str] | None = None,
    **more: str,
) -> None:
    """Say the text `key` of data/texts in its next wording; `values` and `more` fill it."""
    variant = turn.state.spoken.get(key, 0)
    turn.state.spoken[key] = variant + 1
    turn.bubbles.append(
        Bubble(
            key=key,
            values={**(values or {}), **more},
            variant=variant,
            says=tuple(dict.fromkeys(says)),
            buttons=tuple(buttons),
            openings=tuple(openings),
        )
    )


def say_text(
    turn: Turn, text: str, /, *, says: Iterable[str] = (), buttons: Iterable[Button] = ()
) -> None:
    """Say words that are ready: the playbook's own, or a FAQ answer."""
    turn.bubbles.append(Bubble(text=text, says=tuple(says), buttons=tuple(buttons)))


# Questions


def ask_question(
    turn: Turn,
    question: Question,
    lead: str = "next",
    /,
    *,
    says: Iterable[str] = (),
    buttons: Iterable[Button] | None = None,
    openings: Iterable[OpeningButton] = (),
    values: Mapping[str, str] | None = None,
) -> None:
    """Ask within the text `lead`, which holds {question} and may hold {help} and {why}."""
    if question.id != turn.state.question:
        turn.state.missed = 0
    turn.state.question = question.id
    say(
        turn,
        lead,
        says=says,
        buttons=question_buttons(turn, question) if buttons is None else buttons,
        openings=openings,
        question=next_wording(turn, question),
        help=words(turn, question.help),
        why=words(turn, question.why),
        values=values,
    )


def next_wording(turn: Turn, question: Question) -> str:
    """The question's words this time."""
    count = turn.state.asked.get(question.id, 0)
    turn.state.asked[question.id] = count + 1
    return wording(turn, question.ask, count)


def question_buttons(turn: Turn, question: Question) -> tuple[Button, ...]:
    """A button for each option, and one to skip what need not be answered."""
    options = tuple(
        Button(f"set:{question.id}:{option.id}", title=words(turn, option.title))
        for option in question.options
    )
    if question.required or question.id == MEETING:
        return options
    return (*options, Button(f"skip:{question.id}", key="button_skip"))


# Said back


def say_back(turn: Turn, question: Question) -> str:
    """The answer to a question as the visitor would write it; "" where there is none."""
    answer = turn.answer(question.id)
    if answer is None:
        return ""
    return say_value(answer, question, language=turn.language, locale=turn.locale)


def summary(turn: Turn, questions: Iterable[str] | None = None) -> str:
    """What was learned, in one line; of some questions only, where they are named."""
    wanted = None if questions is None else set(questions)
    parts = []
    for question in turn.playbook.questions:
        said = say_back(turn, question) if wanted is None or question.id in wanted else ""
        if said:
            parts.append(f"{words(turn, question.label)}: {said}")
    return "; ".join(parts[:LONGEST_SUMMARY])


# Buttons that come up again

YES = Button("yes", key="button_yes")
NO = Button("no", key="button_no")
HANDOFF = Button("handoff", key="button_handoff")
FINISH = Button("finish_without", key="button_finish")
RESUME = Button("resume", key="button_resume")
RESTART = Button("restart", key="button_restart")
ANEW = Button("anew", key="button_anew")
MORE = Button("more", key="button_more")
