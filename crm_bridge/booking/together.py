"""Who meets the visitor: the booking's advisor, and the others where a route wants them all."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import repository
from crm_bridge.booking.models import Booking
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.models import Advisor


async def ids_of(session: AsyncSession, booking: Booking) -> list[str]:
    """Their ids, the booking's own advisor first."""
    return [booking.advisor_id, *await repository.fellows_of(session, booking.id)]


async def advisors_of(session: AsyncSession, booking: Booking) -> list[Advisor]:
    """The advisors, the booking's own first."""
    ids = await ids_of(session, booking)
    known = {each.id: each for each in await advisors.list_advisors(session, ids)}
    return [known[each] for each in ids]


async def names_of(session: AsyncSession, booking: Booking) -> str:
    """What they are called, for one line."""
    return names(await advisors_of(session, booking))


def names(several: Sequence[Advisor]) -> str:
    """ "Maja, Noam"."""
    return ", ".join(each.name for each in several)
