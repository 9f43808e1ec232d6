"""One turn while it is worked on: what was learned, said and asked of the house so far."""

from collections.abc import Mapping
from typing import Any

from babel import Locale

from playbook.dates import locale_of
from playbook.directives import Bubble, Change, LookUp, News, Outside, Step
from playbook.model import Playbook, Question
from playbook.scene import Answered, Scene
from playbook.state import State, read_state

LONGEST_WORDS = 300  # of the visitor's own, kept beside a value


class Turn:
    """Gathers one step. Everything that decides takes a Turn and writes into it."""

    def __init__(self, scene: Scene, state: Mapping[str, Any]) -> None:
        self.scene = scene
        self.state: State = read_state(state)
        self.language = scene.language
        self.chosen = scene.language_chosen
        self.changes: dict[str, Change] = {}
        self.bubbles: list[Bubble] = []
        self.news: list[News] = []
        self.outside: Outside | None = None
        self.errands: list[LookUp] = []
        self.leaning: Mapping[str, float] = {}  # of the message to topics of the FAQ
        self.looked_up = False  # in the FAQ, in vain
        self.came_back = False  # the visitor answers a welcome back
        if self.state.outcome is None:
            self.state.outcome = scene.outcome

    @property
    def playbook(self) -> Playbook:
        """The playbook version this conversation began with."""
        return self.scene.playbook

    @property
    def locale(self) -> Locale:
        """How dates and numbers are written for this visitor."""
        return locale_of(self.language, self.scene.locale)

    # Answers

    def answer(self, question: str) -> Answered | None:
        """What is known for a question now: this turn's change over what is stored."""
        change = self.changes.get(question)
        if change is None:
            return self.scene.answers.get(question)
        if change.status == "unset":
            return None
        return Answered(change.value, change.status, change.text)

    def value(self, question: str) -> Any:
        """The value given for a question, or None."""
        answer = self.answer(question)
        return answer.value if answer is not None and answer.status == "given" else None

    def answers(self) -> dict[str, Answered]:
        """All that is known now."""
        names = [*self.scene.answers, *self.changes]
        found = ((name, self.answer(name)) for name in dict.fromkeys(names))
        return {name: answer for name, answer in found if answer is not None}

    def put(
        self, question: str, value: Any, *, text: str, source: str = "text", status: str = "given"
    ) -> None:
        """Store an answer."""
        kept = value if status == "given" else None
        self.changes[question] = Change(question, kept, status, text[:LONGEST_WORDS], source)

    def take_back(self, question: str, *, text: str = "") -> None:
        """Remove an answer."""
        self.changes[question] = Change(question, None, "unset", text[:LONGEST_WORDS], "correction")

    def of_kind(self, kind: str) -> Question | None:
        """The playbook's question of a kind that it has once (email, person)."""
        return next((each for each in self.playbook.questions if each.kind == kind), None)

    # Out

    def tell(self, name: str, **data: Any) -> None:
        """Announce something that others act upon."""
        self.news.append(News(name, data))

    def look_up(self, email: str) -> None:
        """Have an address looked up once the turn is stored; nothing waits for it."""
        self.errands = [LookUp(email)]

    def ask_house(self, directive: Outside, *, then: str, **memory: Any) -> None:
        """Have something done outside; `then` names the way on once it has answered."""
        self.outside = directive
        self.state.then = {"go": then, **memory}

    def step(self) -> Step:
        """What this turn came to."""
        if self.outside is None:
            self.state.then = None
        asked = (one.kind for one in self.playbook.questions if one.id == self.state.question)
        self.state.kind = next(asked, None)
        return Step(
            state=self.state.dump(),
            language=self.language,
            language_chosen=self.chosen,
            question=self.state.question,
            changes=tuple(self.changes.values()),
            bubbles=tuple(self.bubbles),
            news=tuple(self.news),
            outside=self.outside,
            errands=tuple(self.errands),
        )
