"""Proves that a playbook makes sense: every text in every language, no path that ends nowhere.

`check` looks at a playbook that `playbook.load` could read. It knows nothing of the
advisors' calendars; whether the advisors named exist is the bridge's question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from playbook.fault import Fault
from playbook.model import Option, Playbook, Question
from playbook.reach import reachable_scores, truth_values

PLACEHOLDER = re.compile(r"\{[^{}]*\}")
FEWEST_WORDINGS = 2


def check(playbook: Playbook) -> tuple[Fault, ...]:
    """Every fault of sense, in the file's order; an empty tuple when it is sound."""
    checks = (_texts, _meeting, _routes, _endings, _rules, _scores)
    return tuple(sorted(fault for one in checks for fault in one(playbook)))


def _fault(playbook: Playbook, path: str, what: str, hint: str = "") -> Fault:
    """A fault at `path`, or at the nearest place above it that the file has."""
    name = path
    while path and path not in playbook.positions:
        path = path.rpartition(".")[0]
    line, column = playbook.positions.get(path, (1, 1))
    return Fault(playbook.file, line, column, f"{name}: {what}" if name else what, hint)


# Texts


def _texts(playbook: Playbook) -> Iterator[Fault]:
    for path, texts in _all_texts(playbook):
        lists = {key: [text] if isinstance(text, str) else text for key, text in texts.items()}
        for language in playbook.languages:
            if not any(lists.get(language, ())):
                hint = f"Add `{language}:` to it."
                yield _fault(playbook, path, f"has no text in '{language}'", hint)
        yield from _same_placeholders(playbook, path, lists)
    for question in playbook.questions:
        for language, wordings in question.ask.items():
            if len(wordings) < FEWEST_WORDINGS or len(set(wordings)) < len(wordings):
                yield _fault(
                    playbook,
                    f"questions.{question.id}.ask.{language}",
                    "needs two different wordings or more",
                    "A question that is asked again must not come in the same words.",
                )


def _same_placeholders(
    playbook: Playbook, path: str, texts: Mapping[str, Sequence[str]]
) -> Iterator[Fault]:
    used = {
        language: {name for text in wordings for name in PLACEHOLDER.findall(text)}
        for language, wordings in texts.items()
    }
    model = used.get(playbook.default_language, set())
    for language, names in used.items():
        if names != model:
            odd = ", ".join(sorted(names ^ model))
            hint = f"Use the same ones as '{playbook.default_language}'."
            yield _fault(playbook, f"{path}.{language}", f"placeholders differ: {odd}", hint)


Texts = Mapping[str, str] | Mapping[str, tuple[str, ...]]


def _all_texts(playbook: Playbook) -> Iterator[tuple[str, Texts]]:
    yield "title", playbook.title
    yield "greeting", playbook.greeting
    yield "consent.text", playbook.consent.text
    yield "meeting.title", playbook.meeting.title
    yield "meeting.label", playbook.meeting.label
    yield "meeting.ask", playbook.meeting.ask
    yield "meeting.why", playbook.meeting.why
    yield "meeting.help", playbook.meeting.help
    for question in playbook.questions:
        yield from _question_texts(question)
    for name, ending in playbook.endings.items():
        yield f"endings.{name}.say", ending.say
        if ending.ask_opt_in:
            yield f"endings.{name}.opt_in", ending.opt_in
    for name, resource in playbook.resources.items():
        yield f"resources.{name}.title", resource.title
        yield f"resources.{name}.url", resource.url


def _question_texts(question: Question) -> Iterator[tuple[str, Texts]]:
    path = f"questions.{question.id}"
    yield f"{path}.label", question.label
    yield f"{path}.ask", question.ask
    yield f"{path}.why", question.why
    yield f"{path}.help", question.help
    for option in question.options:
        yield from _option_texts(option, f"{path}.options.{option.id}", question.kind)


def _option_texts(option: Option, path: str, kind: str) -> Iterator[tuple[str, Texts]]:
    yield f"{path}.title", option.title
    if kind == "option":
        yield f"{path}.synonyms", option.synonyms


# What the meeting needs


def _asked_of_all(question: Question) -> bool:
    return question.required and not question.only_if.tests and question.returning != "only"


def _meeting(playbook: Playbook) -> Iterator[Fault]:
    for kind, why in (("email", "an invitation"), ("person", "a name on the invitation")):
        of_kind = [question for question in playbook.questions if question.kind == kind]
        if not any(_asked_of_all(question) for question in of_kind):
            hint = f"Add a question of kind {kind} with `required: true`, no `only_if`, and not `returning: only`."
            yield _fault(playbook, "questions", f"nobody can be booked without {why}", hint)
        for second in of_kind[1:]:
            path = f"questions.{second.id}"
            hint = f"Keep one question of kind {kind}."
            yield _fault(playbook, path, f"is the second question of kind {kind}", hint)


def _routes(playbook: Playbook) -> Iterator[Fault]:
    everybody: str | None = None
    for route in playbook.routes:
        path = f"routes.{route.id}"
        if everybody is not None:
            hint = "Move it further up, or give the other one a condition."
            yield _fault(playbook, path, f"is never reached: '{everybody}' takes all", hint)
        elif not route.when.tests and not route.languages:
            everybody = route.id
        if len(set(route.advisors)) < len(route.advisors):
            yield _fault(playbook, f"{path}.advisors", "names an advisor twice", "Keep one.")
    if everybody is None:
        hint = "Add a last route without `when` and `languages`."
        yield _fault(playbook, "routes", "some visitors are routed to nobody", hint)


# What answers lead to


def _endings(playbook: Playbook) -> Iterator[Fault]:
    for outcome in ("qualified", "nearly", "not_fit"):
        if outcome not in playbook.endings:
            hint = f"Add `{outcome}:` with `say:`."
            yield _fault(playbook, "endings", f"nothing is said for '{outcome}'", hint)
    for name, ending in playbook.endings.items():
        if ending.ask_opt_in and not ending.opt_in_version:
            hint = "Add `opt_in_version:`; it is stored with the visitor's yes."
            yield _fault(playbook, f"endings.{name}", "the opt-in has no version", hint)


def _rules(playbook: Playbook) -> Iterator[Fault]:
    rules = [
        *((f"points.{rule.id}", rule.when) for rule in playbook.points),
        *((f"disqualifiers.{rule.id}", rule.when) for rule in playbook.disqualifiers),
        *((f"routes.{route.id}", route.when) for route in playbook.routes),
        *(
            (f"questions.{question.id}.only_if", question.only_if)
            for question in playbook.questions
        ),
    ]
    for path, condition in rules:
        if not condition.tests:
            continue
        truths = truth_values(playbook, condition)
        if True not in truths:
            hint = "Compare it with what the question may be answered."
            yield _fault(playbook, path, "can never hold", hint)
        elif False not in truths and path.startswith("disqualifiers"):
            yield _fault(playbook, path, "holds for everybody", "Nobody would ever get a meeting.")


def _scores(playbook: Playbook) -> Iterator[Fault]:
    if playbook.nearly_from > playbook.qualified_from:
        what = f"nearly_from ({playbook.nearly_from}) is above qualified_from"
        yield _fault(playbook, "nearly_from", what, "Swap the two.")
    least, most = reachable_scores(playbook)
    if most < playbook.qualified_from:
        what = f"nobody reaches {playbook.qualified_from} points; the most possible is {most}"
        yield _fault(playbook, "qualified_from", what, "Lower it, or give more points.")
    if least >= playbook.qualified_from and playbook.points:
        what = f"everybody qualifies: the least possible is {least} points"
        yield _fault(playbook, "qualified_from", what, "Raise it, or take points away.")
