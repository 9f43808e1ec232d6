"""Contacts' scores: points as they are earned and fade; a probability where one was learned."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Final, cast

from sqlalchemy import Float, String, Table, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, Instant
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import Event
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.scoring.history import Known, known
from crm_bridge.scoring.models import ContactScore, PointsGiven
from crm_bridge.scoring.predict import Prediction, Report, learn
from crm_bridge.scoring.recency import HALF_LIFE, standing

AT_ONCE: Final = 200  # contacts in one transaction

_contact = cast("Table", Contact.__table__)
_conversation = cast("Table", Conversation.__table__)
_given = cast("Table", PointsGiven.__table__)
_score = cast("Table", ContactScore.__table__)
_WHO: Final = bindparam("contact", type_=String)
_THERE: Final = Prepared(select(_contact.c.id).where(_contact.c.id == _WHO))
_OF_CONVERSATION: Final = Prepared(
    select(_conversation.c.contact_id).where(
        _conversation.c.id == bindparam("conversation", type_=String)
    )
)
_GIVEN: Final = Prepared(select(_given.c.points, _given.c.at).where(_given.c.contact_id == _WHO))
_TALKED: Final = Prepared(
    select(_conversation.c.score, _conversation.c.updated_at).where(
        _conversation.c.contact_id == _WHO,
        _conversation.c.score.is_not(None),
        # what somebody says who merely claims to be this contact is not the contact's word
        or_(
            _conversation.c.identity == "verified",
            _conversation.c.id
            == select(_contact.c.created_by_conversation)
            .where(_contact.c.id == _WHO)
            .scalar_subquery(),
        ),
    )
)
_SCORED: Final = Prepared(
    update(_score)
    .where(_score.c.contact_id == _WHO)
    .values(points=bindparam("now_points", type_=Float), at=bindparam("now", type_=Instant()))
)
_FIRST_SCORE: Final = Prepared(insert(_score), columns=("contact_id", "points", "reasons", "at"))


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
    on: Runner,
    contact_id: str,
    *,
    now: datetime,
    half_life: timedelta = HALF_LIFE,
) -> float:
    """A contact's points as of now: those given, and those of their conversations by the
    playbooks, each faded by its age. Kept in their score."""
    who = {"contact": contact_id}
    rows = (*await _GIVEN.all(on, who), *await _TALKED.all(on, who))
    points = standing([(row[0] or 0, row[1]) for row in rows], now, half_life=half_life)
    if not await _SCORED.run(on, {"contact": contact_id, "now_points": points, "now": now}):
        new = {"contact_id": contact_id, "points": points, "reasons": [], "at": now}
        await _FIRST_SCORE.run(on, new)
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
        async with self._database.quick() as quick:
            contact_id = event.data.get("contact_id")
            if contact_id is None and "conversation" in event.data:
                of = await _OF_CONVERSATION.one(quick, {"conversation": event.data["conversation"]})
                contact_id = of.contact_id if of else None
            if contact_id and await _THERE.one(quick, {"contact": contact_id}) is not None:
                await count(quick, contact_id, now=self._clock.now())
