"""Measured changes to Rasa 3.6.21.

`install()` puts each of them in place, once a process. Every patch names the function it
replaces and the fingerprint of that function's source: where Rasa's own code is another
than the one that was measured, `RasaChanged` is raised and the bot does not start.
"""

import hashlib
import inspect
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Tuple

import rasa
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker


class RasaChanged(RuntimeError):
    """Rasa's code is not the one that a patch was written and measured for."""


_answer_format = Draft202012Validator(RemoteAction.action_response_format_spec())


def validate_action_result(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Check an action's answer with a validator made once.

    Rasa's `jsonschema.validate` checks the schema itself against its meta-schema on every
    answer: 33 of 43 CPU ms of a form turn.
    Raises jsonschema.ValidationError, as Rasa does.
    """
    _answer_format.validate(result)
    return True


def action_call_format(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> Dict[str, Any]:
    """What an action is sent: the message, the slots and what happened since.

    Rasa sends every event of the talk, and the message's metadata four times over (latest
    message, user event twice, what triggered the loop). Here the metadata, which is the
    bridge's snapshot, is sent once: in `tracker.latest_message.metadata`.
    """
    latest = tracker.latest_message
    return {
        "next_action": self.name(),
        "sender_id": tracker.sender_id,
        "version": rasa.__version__,
        "tracker": {
            "sender_id": tracker.sender_id,
            "slots": {
                name: slot.value
                for name, slot in tracker.slots.items()
                if name != SESSION_START_METADATA_SLOT
            },
            "latest_message": {**latest.parse_data, "metadata": latest.metadata},
            "latest_event_time": tracker.events[-1].timestamp,
            "followup_action": tracker.followup_action,
            "paused": tracker.is_paused(),
            "events": _events_since_message(tracker),
            "latest_input_channel": latest.input_channel,
            "active_loop": {"name": tracker.active_loop_name} if tracker.active_loop else {},
            "latest_action": tracker.latest_action,
            "latest_action_name": tracker.latest_action_name,
        },
    }


def _events_since_message(tracker: DialogueStateTracker) -> List[Dict[str, Any]]:
    """The names of what happened since the visitor's message, in order."""
    events: List[Dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event is tracker.latest_message:
            events.append({"event": "user", "text": event.text, "timestamp": event.timestamp})
            break
        if isinstance(event, (ActionExecuted, ActiveLoop, SlotSet)):
            events.append(event.as_dict())
        else:
            events.append({"event": event.type_name, "timestamp": event.timestamp})
    events.reverse()
    return events


@dataclass(frozen=True)
class Patch:
    """`owner.name` is replaced; `shape` is the fingerprint of what stood there."""

    owner: Any
    name: str
    replacement: Callable[..., Any]
    shape: str

    @property
    def in_force(self) -> bool:
        return vars(self.owner)[self.name] is self.replacement


def shape_of(function: Callable[..., Any]) -> str:
    """A fingerprint of a function's source."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


PATCHES: Tuple[Patch, ...] = (
    Patch(RemoteAction, "_validate_action_result", validate_action_result, "f8cdb4be68123961"),
    Patch(RemoteAction, "_action_call_format", action_call_format, "428795b944f22edb"),
)


def install() -> None:
    """Put every patch in place. Doing it twice is harmless. Raises RasaChanged."""
    for patch in PATCHES:
        if patch.in_force:
            continue
        found = shape_of(vars(patch.owner)[patch.name])
        if found != patch.shape:
            raise RasaChanged(
                f"{patch.owner.__qualname__}.{patch.name} is not the function that "
                f"bot/speed.py replaces (found {found}, known {patch.shape}): measure again"
            )
        setattr(patch.owner, patch.name, patch.replacement)
