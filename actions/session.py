"""What Rasa hands over, as the interview's scene: the bridge's snapshot and the intent."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError
from rasa_sdk import Tracker

from contracts.booking import BookingView, HoldView
from contracts.turn import Answer, Snapshot
from playbook.model import Playbook
from playbook.scene import Answered, Booking, Heard, Hold, Intent, Scene

NO_INTENT: Final = frozenset({"press", "system", "nlu_fallback", ""})


class NoSnapshot(Exception):
    """The message did not come through the bridge, or its snapshot cannot be read."""

    code = "no_snapshot"


def read_snapshot(tracker: Tracker) -> Snapshot:
    """The snapshot in the metadata of the latest message. Raises NoSnapshot."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    metadata = message.get("metadata")
    stored = metadata.get("snapshot") if isinstance(metadata, Mapping) else None
    try:
        return Snapshot.model_validate(stored)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, one["loc"])) for one in error.errors()[:3])
        raise NoSnapshot(f"no usable snapshot in the message ({fields})") from None


def message_id(tracker: Tracker) -> str:
    """Rasa's id of the latest message: another one for each try of a turn."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    return str(message.get("message_id") or "")


def read_intent(tracker: Tracker) -> Intent | None:
    """What Rasa took the message for, with its lead over the second best."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    intent = message.get("intent") or {}
    name = str(intent.get("name") or "")
    if name in NO_INTENT:
        return None
    confidence = float(intent.get("confidence") or 0.0)
    others = [
        float(one.get("confidence") or 0.0)
        for one in message.get("intent_ranking") or ()
        if one.get("name") != name
    ]
    return Intent(name, confidence, confidence - max(others, default=0.0))


def read_leaning(tracker: Tracker) -> dict[str, float]:
    """The FAQ's topics that the bot takes the message to ask for, in log odds."""
    message: Mapping[str, Any] = tracker.latest_message or {}
    return {str(topic): float(odds) for topic, odds in message.get("faq") or ()}


def heard(snapshot: Snapshot, tracker: Tracker) -> Heard:
    """What the visitor did."""
    utterance = snapshot.utterance
    if utterance.system is not None:
        return Heard(system=utterance.system)
    if utterance.file is not None:
        return Heard(text=utterance.text, file=utterance.file.model_dump())
    if utterance.payload is not None:
        return Heard(text=utterance.text, payload=utterance.payload)
    return Heard(text=utterance.text, intent=read_intent(tracker), leaning=read_leaning(tracker))


def scene(snapshot: Snapshot, playbook: Playbook) -> Scene:
    """The facts of the conversation, with the clock in the visitor's zone."""
    return Scene(
        playbook=playbook,
        now=snapshot.now.astimezone(_zone(snapshot.timezone)),
        language=_language(snapshot.language, playbook),
        answers=_answers(snapshot.answers),
        language_chosen=snapshot.language_chosen,
        page_language=snapshot.page_language,
        locale=snapshot.locale,
        identity=snapshot.identity,
        known=_answers(snapshot.known) if snapshot.identity == "verified" else {},
        outcome=snapshot.outcome,
        hold=hold(snapshot.hold) if snapshot.hold else None,
        booking=booking(snapshot.booking) if snapshot.booking else None,
    )


def _language(language: str, playbook: Playbook) -> str:
    return language if language in playbook.languages else playbook.default_language


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _answers(answers: Mapping[str, Answer]) -> dict[str, Answered]:
    return {
        question: Answered(answer.value, answer.status, answer.text)
        for question, answer in answers.items()
    }


def hold(view: HoldView) -> Hold:
    """A hold of the bridge's as the interview knows it."""
    return Hold(view.hold, view.start, view.end, view.expires_at, view.advisor_name)


def booking(view: BookingView) -> Booking:
    """A meeting of the bridge's as the interview knows it."""
    return Booking(
        id=view.booking,
        status=view.status,
        start=view.start,
        end=view.end,
        advisor_name=view.advisor_name,
        page_url=view.page_url,
        video_url=view.video_url,
    )
