"""The advisors' own calendars are read once more just before a meeting is put into it.

Network work: done before the transaction that books, never within it. A calendar that
cannot be read in a few seconds stays as it was, and grows stale.
"""

from crm_bridge.booking import repository, together
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.core.database import Database


async def before_confirm(database: Database, desk: Desk, hold_token: str) -> None:
    """Read the calendar of the advisor whose time the token holds."""
    async with database.reading() as session:
        held = await repository.get_by_hold(session, hold_token)
        ids = await together.ids_of(session, held) if held is not None else []
    if held is not None and held.status == "held":
        await desk.calendars.reread(ids)


async def before_move(database: Database, desk: Desk, booking_id: str) -> None:
    """Read the calendar of the advisor of a meeting."""
    async with database.reading() as session:
        booking = await session.get(Booking, booking_id)
        ids = await together.ids_of(session, booking) if booking is not None else []
    if booking is not None and booking.status == "booked":
        await desk.calendars.reread(ids)
