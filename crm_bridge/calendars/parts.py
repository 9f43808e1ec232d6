"""The outside calendars put together: made once a process, by the application or a command."""

from dataclasses import dataclass
from datetime import timedelta

from crm_bridge.calendars.connections import Connections
from crm_bridge.calendars.desk import CalendarDesk
from crm_bridge.calendars.syncer import Ours, Syncer, nothing_is_ours
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.egress import Egress
from crm_bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class CalendarParts:
    """`egress` is closed at the end of the process; `syncer.run` is its background work."""

    egress: Egress
    connections: Connections
    syncer: Syncer
    desk: CalendarDesk


def make(
    settings: Settings, database: Database, clock: Clock, *, ours: Ours = nothing_is_ours
) -> CalendarParts:
    """Connects nothing yet."""
    egress = Egress(private_hosts=settings.egress.allowed)
    connections = Connections(settings, egress, database)

    def every(kind: str) -> timedelta:
        feed, other = settings.calendars.feed_every_seconds, settings.calendars.every_seconds
        return timedelta(seconds=feed if kind == "ics" else other)

    syncer = Syncer(database, clock, connections, every=every, ours=ours)
    return CalendarParts(
        egress, connections, syncer, CalendarDesk(database, clock, connections, syncer)
    )
