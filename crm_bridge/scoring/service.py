"""Contacts' scores: points as they are earned and fade; a probability where one was learned."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import Event
from crm_bridge.scoring.history import Known, known
from crm_bridge.scoring.models import ContactScore, PointsGiven
from crm_bridge.scoring.predict import Prediction, Report, learn
from crm_bridge.scoring.recency import HALF_LIFE, standing

AT_ONCE: Final = 200  # contacts in one transaction


async def give_points(
    session: AsyncSession,
    contact_id: str,
    points: int,
    *,
    because: str,
    occasion: str,
    now: datetime,
) -> bool:
    """Give a contact points; False when this occasion counted already."""
    values = {
        "id": new_id("pts"),
        "contact_id": contact_id,
        "occasion": occasion,
        "points": points,
        "because": because,
        "at": now,
    }
    given = await insert_unless_there(session, PointsGiven, values)
    if given:
        await count(session, contact_id, now=now)
    return given


async def count(
    session: AsyncSession,
    contact_id: str,
    *,
    now: datetime,
    half_life: timedelta = HALF_LIFE,
) -> float:
    """A contact's points as of now: those given, and those of their conversations by the
    playbooks, each faded by its age. Kept in their score."""
    given = await session.execute(
        select(PointsGiven.points, PointsGiven.at).where(PointsGiven.contact_id == contact_id)
    )
    # what somebody says who merely claims to be this contact is not the contact's word
    theirs = or_(
        Conversation.identity == "verified",
        Conversation.id
        == select(Contact.created_by_conversation)
        .where(Contact.id == contact_id)
        .scalar_subquery(),
    )
    talked = await session.execute(
        select(Conversation.score, Conversation.updated_at).where(
            Conversation.contact_id == contact_id, Conversation.score.is_not(None), theirs
        )
    )
    earned = [(row[0] or 0, row[1]) for row in (*given.all(), *talked.all())]
    points = standing(earned, now, half_life=half_life)
    score = await session.get(ContactScore, contact_id)
    if score is None:
        session.add(ContactScore(contact_id=contact_id, points=points, reasons=[], at=now))
    else:
        score.points, score.at = points, now
    await session.flush()
    return points


@dataclass(frozen=True, slots=True)
class Rescored:
    """How a run went: the report on the prediction, and how many contacts have one."""

    report: Report
    predicted: int


async def rescore(session: AsyncSession, *, now: datetime) -> Rescored:
    """Learn from the contacts with an outcome, and give the others their probability with
    its reasons. With too few outcomes, points alone stand."""
    predicted, report = _predicted(await known(session))
    await _forget(session, report)
    await _keep(session, predicted, now=now)
    return Rescored(report, len(predicted))


async def rescore_apart(database: Database, *, now: datetime) -> Rescored:
    """The same for a bridge that is at work: read first, learned on a thread, and written
    in small transactions, so that nobody waits."""
    async with database.reading(long=True) as session:
        everyone = await known(session)
    predicted, report = await asyncio.to_thread(_predicted, everyone)
    async with database.transaction() as session:
        await _forget(session, report)
    for part in batched(predicted, AT_ONCE):
        async with database.transaction() as session:
            await _keep(session, part, now=now)
    return Rescored(report, len(predicted))


def _predicted(everyone: Sequence[Known]) -> tuple[list[tuple[str, Prediction]], Report]:
    labelled = [one for one in everyone if one.won is not None]
    model, report = learn([one.facts for one in labelled], [bool(one.won) for one in labelled])
    if model is None:
        return [], report
    open_ = [one for one in everyone if one.won is None]
    predictions = model.predict([one.facts for one in open_])
    return [(one.contact_id, each) for one, each in zip(open_, predictions, strict=True)], report


async def _forget(session: AsyncSession, report: Report) -> None:
    """Where too few outcomes are left (people were erased), no probability stays."""
    if not report.ready:
        had = ContactScore.probability.is_not(None)
        await session.execute(update(ContactScore).where(had).values(probability=None, reasons=[]))


async def _keep(
    session: AsyncSession, predicted: Sequence[tuple[str, Prediction]], *, now: datetime
) -> None:
    for contact_id, prediction in predicted:
        if await session.get(Contact, contact_id) is None:  # erased or merged meanwhile
            continue
        await count(session, contact_id, now=now)
        score = await session.get(ContactScore, contact_id)
        if score is not None:
            score.probability = round(prediction.probability, 4)
            score.reasons = [
                {"column": column, "value": value, "points": points}
                for column, value, points in prediction.reasons
            ]
    await session.flush()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a contact is worth, for people: points, and where one was learned the percent of
    likelihood that they become a customer, with what moved it ("company industry: 62.010",
    percentage points)."""

    points: int
    percent: int | None
    reasons: tuple[tuple[str, float], ...]


async def standing_of(session: AsyncSession, contact_id: str | None) -> Standing | None:
    """A contact's standing; None for nobody, and for those who have none yet."""
    score = await session.get(ContactScore, contact_id) if contact_id else None
    if score is None:
        return None
    percent = None if score.probability is None else round(100 * score.probability)
    reasons = [(f"{one['column']}: {one['value']}", float(one["points"])) for one in score.reasons]
    return Standing(round(score.points), percent, tuple(reasons))


class ScoreFollower:
    """News of a contact or of their conversation: their points are counted anew."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, event: Event) -> None:
        async with self._database.transaction() as session:
            contact_id = event.data.get("contact_id")
            if contact_id is None and "conversation" in event.data:
                conversation = await session.get(Conversation, event.data["conversation"])
                contact_id = conversation.contact_id if conversation else None
            there = select(Contact.id).where(Contact.id == contact_id)
            if contact_id and await session.scalar(there) is not None:
                await count(session, contact_id, now=self._clock.now())
