"""Booking's collaborators, made once for a process; `app.py` calls `install`."""

from fastapi import FastAPI

from crm_bridge.booking.aftercare import Aftercare
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.diary import DiaryKeeper
from crm_bridge.booking.meeting_facts import MeetingFacts
from crm_bridge.booking.notices import BookingNotices
from crm_bridge.booking.rooms import RoomKeeper
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Handler
from crm_bridge.durable.port import Durable
from crm_bridge.invites.parts import MailParts
from crm_bridge.routing.follow import BookingFollower


def aftercare(
    database: Database,
    clock: Clock,
    desk: Desk,
    *,
    mail: MailParts,
    durable: Durable,
    records: Handler | None = None,
) -> Aftercare:
    """What follows a booking; `records` takes its news into the CRM's."""
    facts = MeetingFacts(desk, mail.texts)
    return Aftercare(
        database,
        clock,
        desk,
        notices=BookingNotices(database, clock, desk, mail.post, mail.texts, facts),
        rooms=RoomKeeper(database, desk),
        diary=DiaryKeeper(database, clock, desk, facts, mail.texts),
        records=records or BookingFollower(database, clock),
        durable=durable,
    )


def install(app: FastAPI) -> None:
    """Needs the application's database, clock, desk, mail and durable work."""
    state = app.state
    state.meeting_facts = MeetingFacts(state.desk, state.mail.texts)
    state.aftercare = aftercare(
        state.database, state.clock, state.desk, mail=state.mail, durable=state.durable
    )
