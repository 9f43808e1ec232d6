"""A turn that fails, fails as a whole.

Rasa swallows what an action raises and goes on as if the action had done nothing: with
the action server down a form "completes" with empty slots and the visitor gets HTTP 200.
Here the fault ends the turn before anything is saved, so the bridge can send the same
turn again, and the channel answers 5xx.
"""

import logging
from typing import Any

import rasa.core.agent
import rasa.core.processor
from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, Event

from bot.errors import ActionFailed, TurnFault


class _Watched(Action):
    """An action whose fault is remembered, in words that hold nothing of the visitor."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.fault: TurnFault | None = None

    def name(self) -> str:
        return self.action.name()

    def event_for_successful_execution(self, prediction: Any) -> ActionExecuted:
        return self.action.event_for_successful_execution(prediction)

    async def run(self, *given: Any) -> list[Event]:
        try:
            return await self.action.run(*given)
        except ActionExecutionRejection:
            raise
        except TurnFault as fault:
            self.fault = fault
        except Exception as error:
            self.fault = ActionFailed(f"{self.name()}: {type(error).__name__}")
        raise self.fault from None


class TurnProcessor(MessageProcessor):
    """Rasa's processor, except that a failed action raises `TurnFault`."""

    async def _run_action(
        self, action: Action, tracker: Any, output_channel: Any, nlg: Any, prediction: Any
    ) -> bool:
        watched = _Watched(action)
        another = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.fault is not None:
            raise watched.fault
        return another

    def _check_for_unseen_features(self, parse_data: Any) -> None:
        """Nothing: `bot.validate` holds what is trained against the domain before that, and
        Rasa makes two dictionaries of its whole domain for the question, at every message."""


def _is_not_a_watched_fault(record: logging.LogRecord) -> bool:
    """False for Rasa's "Bot will continue" line: it does not, and the channel logs why."""
    return not (record.exc_info and isinstance(record.exc_info[1], TurnFault))


def install() -> None:
    """Let every agent of this process use `TurnProcessor`. Doing it twice is harmless."""
    rasa.core.agent.MessageProcessor = TurnProcessor
    rasa.core.processor.logger.addFilter(_is_not_a_watched_fault)
