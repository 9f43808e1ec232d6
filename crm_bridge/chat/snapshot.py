"""A conversation as the dialogue needs it for one turn."""

from collections.abc import Mapping
from datetime import datetime

from contracts.turn import Answer, Say, Snapshot, Utterance
from crm_bridge.chat.facts import Standing
from crm_bridge.core.database import AnyRow

_CLAIMED = ("name", "company", "email", "phone")


def snapshot(
    conversation: AnyRow,
    *,
    turn: str,
    utterance: Utterance,
    answers: Mapping[str, Answer],
    earlier: Mapping[str, Answer],
    standing: Standing,
    committed: tuple[Say, ...] | None,
    now: datetime,
) -> Snapshot:
    """Everything the action reads; `committed` is what an earlier try of this turn said,
    `earlier` are a proved visitor's answers in other conversations."""
    return Snapshot(
        turn=turn,
        conversation=conversation.id,
        site=conversation.site,
        playbook=conversation.playbook,
        version=conversation.version,
        now=now,
        timezone=conversation.timezone,
        language=conversation.language,
        language_chosen=conversation.language_chosen,
        page_language=conversation.page_language,
        locale=conversation.locale,
        utterance=utterance,
        state=conversation.state,
        answers=dict(answers),
        identity=conversation.identity,
        known={**earlier, **_claimed(conversation), **standing.known},
        outcome=conversation.outcome,
        hold=standing.hold,
        booking=standing.booking,
        committed=committed,
    )


def _claimed(conversation: AnyRow) -> dict[str, Answer]:
    """What the host site's signed token said of a verified visitor."""
    if conversation.identity != "verified":
        return {}
    return {
        name: Answer(
            value=conversation.claims[name],
            text=conversation.claims[name],
            at=conversation.created_at,
            source="prefill",
        )
        for name in _CLAIMED
        if name in conversation.claims
    }
