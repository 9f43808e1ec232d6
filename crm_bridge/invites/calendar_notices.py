"""An advisor's calendar cannot be read: they are told that nothing is offered, and why."""

from functools import partial
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from crm_bridge.calendars import busy
from crm_bridge.calendars.models import Advisor, ConnectedCalendar
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.ics import Person
from crm_bridge.invites.letter import Letter, Section, rows, sections
from crm_bridge.invites.mail import Envelope, build
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts
from crm_bridge.settings import Settings
from playbook.dates import locale_of


class CalendarNotices:
    """The outbox's handler of calendar.stale."""

    def __init__(
        self, database: Database, settings: Settings, post: PostOffice, texts: Texts
    ) -> None:
        self._database = database
        self._settings = settings
        self._post = post
        self._texts = texts

    async def on_calendar_stale(self, event: Event) -> None:
        """Mail the advisor, unless the calendar was read again or disconnected meanwhile.
        Raises MailRefused while the server does."""
        async with self._database.reading() as session:
            calendar = await session.get(ConnectedCalendar, event.data["calendar"])
            advisor = await session.get(Advisor, event.data["advisor"])
        if calendar is None or advisor is None or calendar.stale_told_at is None:
            return
        envelope = Envelope(
            sender=Person(self._settings.mail.sender_name, self._settings.mail.sender),
            to=Person(advisor.name, advisor.email),
            key=f"{event.id}-advisor",
            thread=f"{calendar.id}-stale",
            at=event.at,
        )
        letter = self._written(calendar, advisor, event)
        await self._post.send(event.id, "advisor", partial(build, letter, envelope))

    def _written(self, calendar: ConnectedCalendar, advisor: Advisor, event: Event) -> Letter:
        words = self._texts.of(advisor.language)
        since = busy.stale_since(calendar, event.at) or calendar.synced_at or event.at
        shown = format_datetime(
            since.astimezone(ZoneInfo(advisor.timezone)),
            "short",
            locale=locale_of(words.language),
        )
        name = f"{calendar.kind} {calendar.name}".strip()
        return Letter(
            language=words.language,
            subject=words["stale_subject"],
            hello=words.say("hello", name=advisor.name),
            lead=words.say("stale_lead", calendar=name, since=shown),
            sections=sections([Section(rows((words["stale_why"], calendar.problem)))]),
            closing=(words["stale_do"],),
        )
