"""Questions to us as a visitor meets the FAQ: the message through the trained bot, the
interview with a question of its own open, and the bridge's decision.

The cases are faq*/<language>.yml: questions by topic, questions that no topic answers, and
answers to our questions, which are no questions to us. Suites: `faq_found`, questions
answered by their topic; `faq_asked_back`, those answered or asked back about with the topic
among the two; `faq_given`, answers given that were right; `faq_left`, what rightly got none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from contracts.languages import LANGUAGES
from crm_bridge.faq.decide import decide
from crm_bridge.faq.shelf import Shelf
from playbook.directives import AskFaq, FaqAnswer, Outside, Result
from playbook.scene import Heard, Intent
from tests.cases.language_acts import BOT, understood
from tests.cases.result import CaseResult, Half
from tests.playbook.world import Talk

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("faq", "faq_later", "faq_fourth")
OPEN = ("need", "industry", "company_size", "timeline", "name", "budget", "email")
NONE = "none"
# topics that the interview tells of itself; who wants their details deleted is asked to confirm
TOLD = {"faq_bot": "bot", "languages": "languages", "confirm_erase": "privacy"}


@dataclass(frozen=True)
class Asked:
    """One line of the cases; `topic` is NONE where the FAQ has nothing to say, `open` the
    question of ours that is open."""

    language: str
    topic: str
    text: str
    open: str
    half: Half


@dataclass(repr=False)
class HouseTalk(Talk):
    """A talk whose FAQ is the bridge's."""

    shelf: Shelf = field(default_factory=lambda: Shelf(ROOT / "data" / "faq"))
    found: str | None = None
    offered: tuple[str, ...] = ()

    def _do(self, wanted: Outside) -> Result:
        if not isinstance(wanted, AskFaq):
            return super()._do(wanted)
        index = self.shelf.index(self.language)
        decided = decide(index, wanted.text, wanted.leaning, topic=wanted.topic)
        self.offered = tuple(one.topic for one in decided.choices)
        if decided.entry is None:
            return FaqAnswer(None, None, tuple((one.topic, one.title) for one in decided.choices))
        self.found = decided.entry.topic
        return FaqAnswer(self.found, decided.entry.answer)

    def meets(self, heard: Heard) -> str:
        """The topic that the visitor is told of, or NONE."""
        tags = self._turn(heard).tags
        if "faq_which" not in tags:
            self.offered = ()
        told = [topic for tag, topic in TOLD.items() if tag in tags]
        return self.found or next(iter(told), NONE)


def asked(folder: Path) -> list[Asked]:
    """Every line of `folder`/<language>.yml; the halves take turns, and the open questions."""
    found: list[Asked] = []
    for language in LANGUAGES:
        file = folder / f"{language}.yml"
        if not file.exists():
            continue
        loaded: dict[str, Any] = YAML(typ="safe").load(file)
        listed = [(topic, text) for topic, texts in loaded["topics"].items() for text in texts]
        listed += [(NONE, text) for kind in ("none", "answers") for text in loaded[kind]]
        for number, (topic, text) in enumerate(listed):
            half: Half = "check" if number % 2 else "development"
            found.append(Asked(language, topic, text, OPEN[number % len(OPEN)], half))
    return found


def every_line(cases: Path) -> list[Asked]:
    """The folders FOLDERS of the cases."""
    return [one for folder in FOLDERS for one in asked(cases / folder)]


def run(cases: Path) -> Iterator[CaseResult]:
    """The folders FOLDERS of the cases; nothing where they are missing, or no bot."""
    every = every_line(cases)
    if every and BOT.exists():
        yield from results(every, understood([one.text for one in every]))


def results(every: Sequence[Asked], parsed: Sequence[dict[str, Any]]) -> Iterator[CaseResult]:
    """What came of each line, given what the bot made of it."""
    shelf = Shelf(ROOT / "data" / "faq")
    for number, (one, made) in enumerate(zip(every, parsed, strict=True)):
        ranking = made["ranking"]
        lead = made["confidence"] - (ranking[1][1] if len(ranking) > 1 else 0.0)
        intent = Intent(made["intent"], made["confidence"], lead)
        talk = HouseTalk(one.language, shelf=shelf).at(one.open)
        got = talk.meets(Heard(text=one.text, intent=intent, leaning=dict(made["faq"])))
        detail = f"{one.text!r} at {one.open}: {got} {talk.offered}, wanted {one.topic}"
        suites = {"faq_left": got == NONE}
        if one.topic != NONE:
            suites = {"faq_found": got == one.topic}
            suites["faq_asked_back"] = got == one.topic or one.topic in talk.offered
        if got != NONE:
            suites["faq_given"] = got == one.topic
        for suite, passed in suites.items():
            yield CaseResult(
                suite, one.language, f"faq-{number}", passed, None, detail, half=one.half
            )
