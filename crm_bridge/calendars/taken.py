"""Calendar texts as the times they take, worked out beside the event loop.

What strangers wrote is expanded on a thread, a few at a time, with a deadline: what is
left then is a fault, and a read that ran out of time is no read at all (`TooMuch`), so
that a hostile event costs its calendar, never the house.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from crm_bridge.calendars.ics_feed.expand import expand
from crm_bridge.calendars.ics_feed.lines import Part
from crm_bridge.calendars.ics_feed.parse import Fault, parse
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import CalendarUnreachable

DEADLINE_SECONDS: Final = 10.0
AT_ONCE: Final = 2

GiveUp = Callable[[], bool]


class TooMuch(CalendarUnreachable):
    """The calendar's text was not worked out in time: what was known of it stays."""

    code: ClassVar[str] = "calendar_too_much"


@dataclass(frozen=True, slots=True)
class Taken:
    """By event: the times it takes, or is shown as free at, its UID, what was wrong with it."""

    times: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    free: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    uids: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


async def worked_out[Result](
    work: Callable[[GiveUp], Result], *, seconds: float = DEADLINE_SECONDS
) -> Result:
    """`work(give_up)` on a thread; it has to end soon after `give_up()` becomes true.

    Raises TooMuch where the time ran out.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        end = time.monotonic() + seconds

        def late() -> bool:
            return time.monotonic() > end

        done = await asyncio.to_thread(work, late)
        if late():
            raise TooMuch(f"the calendar was not worked out in {seconds:g} seconds")
        return done


def times_of(
    texts: Mapping[str, str | bytes | Part], window: Interval, owner: Owner, *, give_up: GiveUp
) -> Taken:
    """What each text (the events of one UID) takes within `window`."""
    times: dict[str, tuple[Interval, ...]] = {}
    free: dict[str, tuple[Interval, ...]] = {}
    uids: dict[str, str] = {}
    faults: dict[str, str] = {}
    for ref, text in texts.items():
        if give_up():
            break
        feed = parse(text, owner_zone=owner.clock, owners=owner.emails, give_up=give_up)
        found = expand(feed, window, give_up=give_up)
        times[ref] = tuple(found.busy)
        if shown_free := tuple(found.free):
            free[ref] = shown_free
        uids.update((ref, event.uid) for event in feed.events[:1] if event.uid)
        wrong = [*feed.faults, *found.faults]
        if wrong:
            faults[ref] = _told(wrong)
    return Taken(times, free, uids, faults)


def _told(faults: list[Fault]) -> str:
    return "; ".join(dict.fromkeys(f"{each.uid[:60]} {each.what}".strip() for each in faults))[:200]
