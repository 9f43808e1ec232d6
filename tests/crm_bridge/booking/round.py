"""The application with Maja's calendar somewhere, a real mail server, and all that follows a
booking: what the tests of whole meetings stand on."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from icalendar import Calendar
from pydantic import SecretStr

import crm_bridge.app
from crm_bridge.booking import parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Database
from crm_bridge.settings import Egress, Google, Microsoft, Settings
from tests.crm_bridge.booking.makers import (
    OnePlaybook,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.calendars.places.google import GooglePlace
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.microsoft import MicrosoftPlace
from tests.crm_bridge.calendars.places.radicale import PASSWORD, USER, RadicalePlace
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer

ROBIN, MAJA = "robin@testalabs.io", "maja@polaris.test"

type AnyPlace = RadicalePlace | GooglePlace | MicrosoftPlace | IcsPlace


@dataclass
class Round[P: AnyPlace]:
    """The application with Maja's calendar at the place."""

    app: FastAPI
    database: Database
    smtp: SmtpServer
    place: P
    calendar: str

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.state.desk
        return found

    async def settle(self) -> None:
        """Read her calendar, and deliver all news."""
        await self.app.state.calendars.syncer.sync(self.calendar)
        while await self.app.state.dispatcher.deliver_due():
            pass

    async def booked(self, language: str = "en") -> str:
        visitor = await make_conversation(self.database, language=language)
        async with self.database.transaction() as session:
            held = await service.hold(session, visitor, at("12 08:00"), desk=self.desk, now=NOW)
            made = await service.confirm(session, visitor, held.hold, desk=self.desk, now=NOW)
        await self.settle()
        return made.booking

    async def row(self, booking: str) -> Booking:
        async with self.database.reading() as session:
            return await session.get_one(Booking, booking)

    async def said(self, booking: str) -> list[str]:
        """What was written in the visitor's chat."""
        conversation = (await self.row(booking)).conversation_id or ""
        async with self.database.reading() as session:
            lines, _ = await conversations.events(session, conversation)
        return [line["text"] for line in lines if line["kind"] == "message"]

    def mails(self, address: str) -> list[Any]:
        return self.smtp.mailbox.to(address)


def kind_of(place: AnyPlace) -> str:
    """What `connect` calls it."""
    kinds = {RadicalePlace: "caldav", GooglePlace: "google", MicrosoftPlace: "microsoft"}
    return kinds.get(type(place), "ics")


def _secret(place: AnyPlace) -> Mapping[str, str]:
    if isinstance(place, RadicalePlace):
        return {"url": place.url, "username": USER, "password": PASSWORD}
    if isinstance(place, IcsPlace):
        return {"url": f"{place.url}/private-abc/basic.ics"}
    return {"refresh_token": "refresh-0"}


def _registered(settings: Settings, place: AnyPlace) -> None:
    """This installation as the provider at the place knows it."""
    known: dict[str, Any] = {"client_id": "client", "client_secret": SecretStr("secret")}
    known["token_url"] = f"{place.url}/token"
    if isinstance(place, GooglePlace):
        settings.google = Google(**known, api_url=f"{place.url}/calendar/v3")
    elif isinstance(place, MicrosoftPlace):
        settings.microsoft = Microsoft(**known, api_url=f"{place.url}/v1.0")


@asynccontextmanager
async def a_round[P: AnyPlace](
    settings: Settings, database: Database, smtp: SmtpServer, place: P, *, writes: bool = True
) -> AsyncIterator[Round[P]]:
    """A house whose one advisor's calendar is at the place; read once, and empty."""
    settings.mail = smtp.mail
    settings.egress = Egress(private_hosts="127.0.0.1")
    _registered(settings, place)
    app = crm_bridge.app.create_app(settings)
    state = app.state
    state.desk = Desk(settings, state.desk.video, OnePlaybook(a_playbook()), state.calendars.desk)
    parts.install(app)
    state.dispatcher._handlers = handlers = crm_bridge.app.handlers(app)
    state.dispatcher._by_name = {name: run for pairs in handlers.values() for name, run in pairs}
    await make_advisor(database, "maja")
    async with database.transaction() as session:
        connected: ConnectedCalendar = await state.calendars.connections.connect(
            session, "maja", kind_of(place), name=place.url, secret=_secret(place),
            writes=writes, now=NOW,
        )  # fmt: skip
    round_ = Round(app, database, smtp, place, connected.id)
    await round_.settle()
    yield round_
    await state.database.close()
    await state.calendars.egress.close()


def invite(message: Any) -> tuple[str, Any]:
    """The method of the invitation in a mail, and its event; "none" where there is none."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
            return str(part.get_param("method")), event
    return "none", None


def times_offered(message: Any) -> list[str]:
    """The times of the 12th that a mail offers, as the visitor's clock shows them."""
    _, _, times = message.get_body(("plain",)).get_content().partition("These times are free")
    return [line[-5:] for line in times.splitlines() if line.startswith("- Thursday, 12 March")]
