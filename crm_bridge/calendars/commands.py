"""`usher advisor …`: who is met, when they work, and when they are away."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, connect_commands, service
from crm_bridge.calendars.hours_document import DAYS
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor
from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import Invalid
from crm_bridge.core.written_time import written

app = typer.Typer(help="Advisors: who is met, and when.", no_args_is_help=True)
app.add_typer(connect_commands.app, name="connect")
app.command()(connect_commands.calendars)
app.command()(connect_commands.disconnect)

NOTED_AHEAD = timedelta(days=366)

Id = Annotated[str, typer.Argument(help="the id that playbooks' routes name, e.g. maja")]
Works = Annotated[
    list[str] | None,
    typer.Option("--works", help='weekly hours, e.g. "mon-fri 09:00-17:00"; may be repeated'),
]
On = Annotated[
    list[str] | None,
    typer.Option("--on", help='a date that is different: "2026-12-24 09:00-12:00" or "… off"'),
]
Holidays = Annotated[
    str, typer.Option("--holidays", help="public holidays off: a country, SI, or a part, DE-BY")
]


@app.command()
def create(
    id: Id,
    name: Annotated[str, typer.Option(help="as visitors read it")],
    email: Annotated[str, typer.Option(help="where invitations go")],
    timezone: Annotated[str, typer.Option(help="IANA, e.g. Europe/Oslo")],
    works: Works = None,
    languages: Annotated[str, typer.Option(help="codes, comma separated")] = "en",
    language: Annotated[str, typer.Option(help="of the mails they get")] = "en",
    before: Annotated[int, typer.Option(help="minutes kept free before a meeting")] = 0,
    after: Annotated[int, typer.Option(help="minutes kept free after a meeting")] = 0,
    notice: Annotated[int, typer.Option(help="hours of notice")] = 0,
    daily_limit: Annotated[int | None, typer.Option(help="meetings a day")] = None,
    weekly_limit: Annotated[int | None, typer.Option(help="meetings a week")] = None,
    holidays: Holidays = "",
) -> None:
    """Add an advisor (Monday to Friday, 9 to 17, unless --works says otherwise)."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        hours = written_hours(works or [], []) if works else dict(service.OFFICE_HOURS)
        if holidays:
            hours["holidays"] = holidays.upper()
        advisor = await service.create_advisor(
            session,
            id=id,
            name=name,
            email=email,
            timezone=timezone,
            working_hours=hours,
            languages=[code.strip() for code in languages.split(",") if code.strip()],
            language=language,
            buffer_before_minutes=before,
            buffer_after_minutes=after,
            notice_hours=notice,
            daily_limit=daily_limit,
            weekly_limit=weekly_limit,
            now=clock.now(),
        )
        return advisor.name

    typer.echo(f"{in_transaction(work)} can be met; name {id} in a playbook's route")


@app.command(name="list")
def list_advisors(as_json: AsJson = False) -> None:
    """Everybody who can be met, with their hours and calendars."""

    async def work(session: AsyncSession, clock: Clock) -> list[dict[str, Any]]:
        advisors = await service.list_advisors(session)
        stale = await busy.stale_calendars(session, [each.id for each in advisors], now=clock.now())
        return [_shown(each, stale=each.id in stale) for each in advisors]

    found = in_transaction(work)
    if as_json:
        show_json(found)
        return
    for each in found:
        typer.echo(f"{each['id']:<12} {each['status']:<9} {each['name']}, {each['timezone']}")
        for line in each["hours"]:
            typer.echo(f"{'':<12} {'':<9} {line}")


@app.command()
def hours(id: Id, works: Works = None, on: On = None, holidays: Holidays = "") -> None:
    """Show an advisor's working hours, or (with --works, --on, --holidays) set them all anew."""

    async def work(session: AsyncSession, clock: Clock) -> list[str]:
        if works or on or holidays:
            document = written_hours(works or [], on or [], holidays)
            return _lines(
                (await service.set_hours(session, id, document, now=clock.now())).working_hours
            )
        return _lines((await service.get(session, id)).working_hours)

    for line in in_transaction(work):
        typer.echo(line)


@app.command()
def away(
    id: Id,
    start: Annotated[str, typer.Argument(help="2026-07-01, or 2026-07-01T12:00, local time")] = "",
    end: Annotated[str, typer.Argument(help="the last day, or the moment of return")] = "",
) -> None:
    """Note time off: nothing is offered then. Without a time: show what is noted."""

    async def work(session: AsyncSession, clock: Clock) -> str:
        zone = service.zone_of(await service.get(session, id))
        if not start:
            ahead = Interval(clock.now(), clock.now() + NOTED_AHEAD)
            noted = await service.time_off(session, id, ahead)
            return "\n".join(
                f"{entry}  {written(each.start, zone.key)} to {written(each.end, zone.key)}"
                for entry, times in noted.items()
                for each in times
            )
        time_off = Interval(_moment(start, zone, days=0), _moment(end or start, zone, days=1))
        return await service.add_time_off(session, id, time_off, now=clock.now())

    typer.echo(in_transaction(work))


@app.command()
def back(
    id: Id, entry: Annotated[str, typer.Argument(help="off_…, as `usher advisor away` shows it")]
) -> None:
    """Take time off back."""
    in_transaction(lambda session, _: service.remove_time_off(session, id, entry))


@app.command()
def active(id: Id, yes: Annotated[bool, typer.Option("--yes/--no")] = True) -> None:
    """Offer an advisor (--yes), or no longer (--no)."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        await service.set_active(session, id, yes, now=clock.now())

    in_transaction(work)
    typer.echo(f"{id} is {'offered' if yes else 'no longer offered'}")


def written_hours(works: list[str], on: list[str], holidays: str = "") -> dict[str, Any]:
    """ "mon-fri 09:00-17:00" and "2026-12-24 off" as a document of hours. Raises Invalid."""
    weekly = []
    for text in works:
        days, _, span = text.strip().partition(" ")
        weekly.append({"days": _days(days), **_span(span)})
    dates: dict[str, list[dict[str, str]]] = {}
    for text in on:
        day, _, span = text.strip().partition(" ")
        periods = dates.setdefault(day, [])
        if span.strip() != "off":
            periods.append(_span(span))
    document: dict[str, Any] = {
        "weekly": weekly,
        "dates": [{"date": day, "hours": periods} for day, periods in dates.items()],
    }
    return {**document, "holidays": holidays.upper()} if holidays else document


def _days(text: str) -> list[str]:
    found: list[str] = []
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise Invalid(f"{part!r} is not a day or a range of days, e.g. mon-fri")
        at = DAYS.index(first)
        many = (DAYS.index(last) - at) % len(DAYS) + 1 if dash else 1
        found += [DAYS[(at + step) % len(DAYS)] for step in range(many)]
    return found


def _span(text: str) -> dict[str, str]:
    start, dash, end = text.strip().partition("-")
    if not dash:
        raise Invalid(f"{text!r} is not a span of time, e.g. 09:00-17:00")
    return {"from": start.strip(), "to": end.strip()}


def _moment(text: str, zone: ZoneInfo, *, days: int) -> datetime:
    try:
        if "T" in text:
            return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
        day = date.fromisoformat(text) + timedelta(days=days)
    except ValueError as fault:
        raise Invalid(f"{text!r} is not a date or a time, e.g. 2026-07-01") from fault
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _shown(advisor: Advisor, *, stale: bool) -> dict[str, Any]:
    status = "stale" if stale else "active" if advisor.active else "inactive"
    return {
        "id": advisor.id,
        "name": advisor.name,
        "email": advisor.email,
        "timezone": advisor.timezone,
        "languages": advisor.languages,
        "status": status,
        "hours": _lines(advisor.working_hours),
    }


def _lines(document: dict[str, Any]) -> list[str]:
    weekly = [
        f"{','.join(entry['days'])} {entry['from']}-{entry['to']}"
        for entry in document.get("weekly", [])
    ]
    dates = []
    for entry in document.get("dates", []):
        spans = [f"{hours['from']}-{hours['to']}" for hours in entry.get("hours", [])]
        dates += [f"{entry['date']} {span}" for span in spans] or [f"{entry['date']} off"]
    off = [f"holidays of {document['holidays']} off"] if document.get("holidays") else []
    return weekly + dates + off
