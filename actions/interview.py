"""`validate_interview_form`: the one action call of a turn.

Reads the snapshot that came with the message, steps the interview, does what it wants done
outside, stores everything with one commit and says the bubbles. Protocol with Rasa
(docs/architecture.md): a call returns SlotSet("answer", None), which keeps the form asking;
a second call for the same message says nothing; a turn that was stored before is said
again without a step. When the bridge fails nothing is stored and an apology is said, so
that the gateway, which looks for the commit, tries the turn again.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import said as wire
from actions.base import Hands
from actions.book import cancel, confirm_hold, move, take_hold
from actions.bridge import BridgeFault, BridgeRefused
from actions.errand import Errand
from actions.faq import ask_faq
from actions.handover import hand_over
from actions.openings import search_openings
from actions.privacy import erase
from actions.qualify import look_up, qualify
from actions.session import NoSnapshot, heard, message_id, read_snapshot, scene
from contracts.turn import AnswerChange, Say, Snapshot, TurnCommit
from playbook import directives, interview
from playbook.directives import Failed, Outside, Result, Step
from playbook.fault import PlaybookFaults

log = logging.getLogger(__name__)

MOST_STEPS: Final = 8  # of one turn; an interview never needs more than four
MOST_REMEMBERED: Final = 2000

_DOES: Final[dict[type, Callable[[Errand, Any], Awaitable[Result]]]] = {
    directives.Qualify: qualify,
    directives.SearchOpenings: search_openings,
    directives.TakeHold: take_hold,
    directives.ConfirmHold: confirm_hold,
    directives.Move: move,
    directives.Cancel: cancel,
    directives.Handover: hand_over,
    directives.AskFaq: ask_faq,
    directives.Erase: erase,
}


class InterviewForm(Action):
    """The interview."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._done: OrderedDict[tuple[str, str], None] = OrderedDict()

    def name(self) -> str:
        """The name that Rasa calls."""
        return "validate_interview_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:
        """Answer the latest message. Raises NoSnapshot where it did not come through the
        bridge; Rasa then fails the turn."""
        snapshot = read_snapshot(tracker)
        this = (snapshot.turn, message_id(tracker))
        if this not in self._done:
            try:
                wire.utter(dispatcher, await self._answer(snapshot, tracker))
            except (BridgeFault, PlaybookFaults) as fault:
                log.warning("turn %s was not stored: %s", snapshot.turn, _plain(fault))
                wire.utter(dispatcher, (_apology(snapshot),))
            self._remember(this)
        return [dict(SlotSet("answer", None))]

    def _remember(self, this: tuple[str, str]) -> None:
        """Rasa may call twice for one message; a new try of the turn is a new message."""
        if this[1]:
            self._done[this] = None
        while len(self._done) > MOST_REMEMBERED:
            self._done.popitem(last=False)

    async def _answer(self, snapshot: Snapshot, tracker: Tracker) -> tuple[Say, ...]:
        """The bubbles of this turn, stored. Raises BridgeFault when they could not be."""
        if snapshot.committed is not None:
            return snapshot.committed
        playbook = await self._hands.playbook(snapshot.playbook, snapshot.version)
        errand = Errand(self._hands.bridge, snapshot, scene(snapshot, playbook))
        steps = [interview.step(errand.scene, snapshot.state, heard(snapshot, tracker))]
        while (wanted := steps[-1].outside) is not None and len(steps) < MOST_STEPS:
            errand.scene = interview.after(errand.scene, steps[-1])
            errand.answers = _merged(errand.answers, steps[-1])
            result = await _do(errand, wanted)
            steps.append(interview.resume(errand.scene, steps[-1].state, result))
        commit = self._commit(errand, steps)
        await self._store(errand, commit, steps)
        for one in (each for step in steps for each in step.errands):
            await look_up(errand, one)
        return commit.said

    def _commit(self, errand: Errand, steps: list[Step]) -> TurnCommit:
        last, words = steps[-1], self._hands.words
        return TurnCommit(
            state=last.state,
            language=last.language,
            language_chosen=last.language_chosen,
            question=last.question,
            answers=tuple(_merged(errand.answers, last)),
            news=tuple(wire.news_of(news) for step in steps for news in step.news),
            said=tuple(
                wire.say_of(bubble, language=step.language, words=words)
                for step in steps
                for bubble in step.bubbles
            ),
        )

    async def _store(self, errand: Errand, commit: TurnCommit, steps: list[Step]) -> None:
        """One commit. A conversation that was just erased may have no place for it."""
        try:
            await self._hands.bridge.commit(errand.snapshot.turn, commit)
        except BridgeRefused:
            if not any(isinstance(step.outside, directives.Erase) for step in steps):
                raise
            log.info("turn %s ended in an erasure; nothing is left to store", errand.snapshot.turn)


async def _do(errand: Errand, wanted: Outside) -> Result:
    """Have it done; a bridge that does not do it is a result too."""
    try:
        return await _DOES[type(wanted)](errand, wanted)
    except BridgeRefused as fault:
        log.warning("%s in %s: %s", type(wanted).__name__, errand.conversation, _plain(fault))
        return Failed(fault.code)
    except BridgeFault as fault:
        log.warning("%s in %s: %s", type(wanted).__name__, errand.conversation, _plain(fault))
        return Failed()


def _merged(earlier: list[AnswerChange], step: Step) -> list[AnswerChange]:
    """The turn's answers so far: a later one for the same question replaces the earlier."""
    found = {change.question: change for change in earlier}
    for change in step.changes:
        found[change.question] = wire.change_of(change)
    return list(found.values())


def _apology(snapshot: Snapshot) -> Say:
    return Say(key="apology", language=snapshot.language, says=("apology", "nothing_lost"))


def _plain(fault: Exception) -> str:
    """The fault without a word of the visitor's."""
    return f"{getattr(fault, 'code', 'fault')} ({str(fault)[:200]})"


__all__ = ["InterviewForm", "NoSnapshot"]
