"""`usher openings …`: what can be booked, and why not more."""

from datetime import datetime
from typing import Annotated, Any, Final

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import offer, scope
from crm_bridge.booking.asked_span import asked_span, zone_named
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.scope import Scope
from crm_bridge.calendars.diaries import sentence
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import Why, starts
from crm_bridge.calendars.openings import explain as stages_of
from crm_bridge.commands.work import AsJson, in_transaction, operator_settings, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.playbooks.service import Library
from crm_bridge.video.jitsi import JitsiRooms

CONSIDERED: Final[dict[Why, str]] = {
    "no_hours": "working hours",
    "too_short": "length of the meeting",
    "notice": "notice",
    "busy": "their calendars",
    "booked": "other meetings",
    "limit": "limits",
    "grid": "the grid",
    "inactive": "being inactive",
    "calendar_stale": "a stale calendar",
}

app = typer.Typer(help="Openings: what can be booked, and why not more.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group even with one command, so that others can join it."""


@app.command()
def explain(
    playbook: Annotated[str, typer.Option(help="of its routes' advisors")] = "",
    advisor: Annotated[str, typer.Option(help="of one advisor")] = "",
    start: Annotated[str, typer.Option("--from", help="date or instant; now")] = "",
    end: Annotated[str, typer.Option("--to", help="date or instant; two weeks later")] = "",
    timezone: Annotated[str, typer.Option(help="that dates and times are in")] = "UTC",
    as_json: AsJson = False,
) -> None:
    """How many openings each advisor has left after each thing considered, and the first few."""
    settings = operator_settings()
    desk = Desk(settings, JitsiRooms(settings.booking.jitsi_url), Library())

    async def work(session: AsyncSession, clock: Clock) -> list[dict[str, Any]]:
        now = clock.now()
        zone = zone_named(timezone)
        wanted = await scope.of_api(
            session, desk, playbook=playbook or None, advisor=advisor or None
        )
        window = asked_span(start or None, end or None, zone=zone, now=now)
        found = await _explained(session, wanted, window, now=now)
        for each in found:
            each["first"] = [f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}" for at in each["first"]]
        return found

    told = in_transaction(work)
    if as_json:
        show_json(told)
        return
    for each in told:
        typer.echo(f"{each['advisor']}: {each['openings']} openings{_because(each)}")
        for stage in each["stages"]:
            typer.echo(f"  {stage['left']:>6} left after {stage['after']}")
        if each["first"]:
            typer.echo(f"  first: {', '.join(each['first'])} ({timezone})")


async def _explained(
    session: AsyncSession, wanted: Scope, window: Interval, *, now: datetime
) -> list[dict[str, Any]]:
    diaries, closed = await offer.diaries_of(session, wanted, window, now=now)
    known = {diary.advisor for diary in diaries}
    meeting = offer.wanted_of(wanted, window, now=now)
    told: list[dict[str, Any]] = [
        {"advisor": each, "openings": 0, "why": "is not known here", "stages": [], "first": []}
        for each in wanted.advisors
        if each not in known
    ]
    for diary in diaries:
        stages = stages_of(diary, meeting) if meeting else []
        free = starts(diary, meeting) if meeting else []
        last = stages[-1].why if stages and not stages[-1].left else None
        why = closed.get(diary.advisor) or (sentence(last) if last else None)
        told.append(
            {
                "advisor": diary.advisor,
                "openings": len(free),
                "why": why if free == [] else None,
                "stages": [{"after": CONSIDERED[each.why], "left": each.left} for each in stages],
                "first": free[:5],
            }
        )
    return told


def _because(told: dict[str, Any]) -> str:
    return f": {told['why']}" if told["why"] else ""
