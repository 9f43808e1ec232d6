"""Measured changes to Rasa 3.6.21.

`install()` puts each of them in place, once a process. Every patch names the function it
replaces and the fingerprint of that function's source: where Rasa's own code is another
than the one that was measured, `RasaChanged` is raised and the bot does not start.
"""

import hashlib
import inspect
from dataclasses import dataclass
from typing import Any

import rasa
import rasa.core.actions.forms
import rasa.core.processor
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.constants import SESSION_START_METADATA_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.graph_runner import InOrderGraphRunner


class RasaChanged(RuntimeError):
    """Rasa's code is not the one that a patch was written and measured for."""


def _validators() -> tuple[Draft202012Validator, dict[str, Draft202012Validator]]:
    """Of an answer without its events, and of each kind of event by its name."""
    answer = RemoteAction.action_response_format_spec()
    event = dict(answer["properties"]["events"]["items"])
    kinds = {_kind(kind): Draft202012Validator(kind) for kind in event.pop("oneOf")}
    event["properties"] = {**event["properties"], "event": {"enum": list(kinds)}}
    answer["properties"]["events"] = {"type": "array", "items": event}
    return Draft202012Validator(answer), kinds


def _kind(schema: dict[str, Any]) -> str:
    return str(schema["properties"]["event"]["const"])


_answer, _events = _validators()


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's answer with validators made once, each event by its own kind's.

    Rasa's `jsonschema.validate` checks the schema itself against its meta-schema on every
    answer, 40 of 45 CPU ms of a turn, and each event against all kinds, 0.5 ms more.
    Raises jsonschema.ValidationError, as Rasa does.
    """
    _answer.validate(result)
    for event in result.get("events", ()):
        _events[event["event"]].validate(event)
    return True


def action_call_format(
    self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
) -> dict[str, Any]:
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
        # none of our actions reads the domain; without the key a newer SDK answers 449
        "domain": {},
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


def _events_since_message(tracker: DialogueStateTracker) -> list[dict[str, Any]]:
    """The names of what happened since the visitor's message, in order."""
    events: list[dict[str, Any]] = []
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


class NoCopies:
    """Stands for the module `copy` where Rasa copies only for its debug log.

    Rasa deep-copies the message with its metadata, the events and the slots for log lines
    that are not written: 0.4 to 0.7 of 5.6 CPU ms of a turn, more with a larger snapshot.
    """

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Patch:
    """`owner.name` is replaced; `shape` is the fingerprint of what stood there."""

    owner: Any
    name: str
    replacement: Any
    shape: str
    shaped_by: Any = None  # whose source is measured, where it is not the replaced object

    @property
    def in_force(self) -> bool:
        return vars(self.owner)[self.name] is self.replacement

    @property
    def found(self) -> str:
        """The shape that Rasa's code has now, before the patch."""
        return shape_of(self.shaped_by or vars(self.owner)[self.name])


def shape_of(thing: Any) -> str:
    """A fingerprint of the source of a function, class or module."""
    return hashlib.sha256(inspect.getsource(thing).encode()).hexdigest()[:16]


PATCHES: tuple[Patch, ...] = (
    Patch(RemoteAction, "_validate_action_result", validate_action_result, "f8cdb4be68123961"),
    Patch(RemoteAction, "_action_call_format", action_call_format, "428795b944f22edb"),
    Patch(rasa.core.processor, "DaskGraphRunner", InOrderGraphRunner, "78a7d146c5c06d4c"),
    Patch(rasa.core.processor, "copy", NoCopies, "f42dfbf26e2ffcb6", rasa.core.processor),
    Patch(rasa.core.actions.forms, "copy", NoCopies, "7cb6c30550116597", rasa.core.actions.forms),
)


def install() -> None:
    """Put every patch in place. Doing it twice is harmless. Raises RasaChanged."""
    for patch in PATCHES:
        if patch.in_force:
            continue
        if patch.found != patch.shape:
            raise RasaChanged(
                f"{patch.owner.__name__}.{patch.name} is not what bot/speed.py replaces "
                f"(found {patch.found}, known {patch.shape}): measure again"
            )
        setattr(patch.owner, patch.name, patch.replacement)
