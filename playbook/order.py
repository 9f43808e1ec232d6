"""Which question comes next, and what answers end the interview."""

from playbook.condition import holds
from playbook.model import Disqualifier, Question
from playbook.turn import Turn

MEETING, OPT_IN = "meeting", "opt_in"
CONTACT_KINDS = ("person", "email")


def question_of(turn: Turn, question_id: str) -> Question | None:
    """The question of that id; the meeting and the opt-in are questions too."""
    if question_id == MEETING:
        meeting = turn.playbook.meeting
        return Question(MEETING, "text", meeting.ask, meeting.why, meeting.help, meeting.label)
    return next((each for each in turn.playbook.questions if each.id == question_id), None)


def applies(turn: Turn, question: Question) -> bool:
    """Whether it is asked of this visitor at all."""
    if question.returning == "only" and not turn.scene.returning:
        return False
    return holds(question.only_if, turn.answers(), turn.scene.now.date())


def open_questions(turn: Turn) -> list[Question]:
    """What is still to be asked, in the playbook's order.

    After a hand-over only what is needed to reach the visitor is asked.
    """
    questions = [
        question
        for question in turn.playbook.questions
        if turn.answer(question.id) is None and applies(turn, question)
    ]
    if turn.state.handed:
        return [question for question in questions if question.kind in CONTACT_KINDS]
    return questions


def next_question(turn: Turn) -> Question | None:
    """The first open question after the one asked last, else the first open one."""
    still_open = open_questions(turn)
    order = [question.id for question in turn.playbook.questions]
    asked = turn.state.question
    if asked in order:
        later = [each for each in still_open if order.index(each.id) > order.index(asked)]
        still_open = later or still_open
    return still_open[0] if still_open else None


def disqualified(turn: Turn) -> Disqualifier | None:
    """The first rule that ends the interview with the answers known now."""
    answers, today = turn.answers(), turn.scene.now.date()
    return next(
        (rule for rule in turn.playbook.disqualifiers if holds(rule.when, answers, today)), None
    )


def contact_missing(turn: Turn) -> Question | None:
    """What is still needed before a meeting can be booked: the name, then the address."""
    for kind in CONTACT_KINDS:
        question = turn.of_kind(kind)
        if question is not None and turn.value(question.id) is None:
            return question
    return None
