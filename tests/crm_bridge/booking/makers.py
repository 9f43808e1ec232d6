"""Makers for booking: a small playbook, advisors, conversations with answers, a desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import AnswerChange
from crm_bridge.booking.desk import Desk
from crm_bridge.calendars import service as advisors
from crm_bridge.chat.facts import Published
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.core.ids import new_id
from crm_bridge.settings import Settings
from crm_bridge.video.jitsi import JitsiRooms
from playbook.model import Condition, Consent, Meeting, Playbook, Route
from tests.crm_bridge.conftest import NOW

ALWAYS = Condition(tests=())
MORNING: Mapping[str, Any] = {
    "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "12:00"}]
}
SAID = {"name": "Robin Berg", "email": "robin@testalabs.io", "company": "Testa Labs"}


def at(text: str) -> datetime:
    """An instant: "12 10:30" is the 12th of March 2026, 10:30 UTC; or ISO 8601."""
    if "T" in text:
        return datetime.fromisoformat(text)
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 3, int(day), int(hour), int(minute), tzinfo=UTC)


def a_playbook(routes: Sequence[Route] = (), **meeting: Any) -> Playbook:
    """A playbook with nothing but a meeting and routes."""
    given = {"title": {"en": "Introductory meeting"}, "notice_hours": 0, **meeting}
    return Playbook(
        name="consulting",
        title={"en": "Consulting"},
        languages=("en", "sl", "he"),
        default_language="en",
        greeting={},
        consent=Consent(version="1", text={}),
        questions=(),
        points=(),
        disqualifiers=(),
        qualified_from=0,
        nearly_from=0,
        routes=tuple(routes) or (Route(id="all", when=ALWAYS, advisors=("maja", "noam")),),
        endings={},
        resources={},
        meeting=Meeting(**given),
    )


@dataclass
class OnePlaybook:
    """A playbook as if it had been published as version 1."""

    playbook: Playbook

    def kept(self, _name: str, _version: int) -> Published | None:
        return None

    async def latest(self, _session: AsyncSession, _name: str) -> Published:
        return Published(1, self.playbook)

    async def get(self, _session: AsyncSession, _name: str, version: int) -> Published:
        return Published(version, self.playbook)


def a_desk(settings: Settings, playbook: Playbook | None = None) -> Desk:
    """A desk with that playbook and rooms at meet.test."""
    return Desk(settings, JitsiRooms("https://meet.test"), OnePlaybook(playbook or a_playbook()))


async def make_advisor(database: Database, id: str = "maja", **values: Any) -> str:
    """An advisor in Ljubljana who works Monday to Friday, 9 to 12; the id."""
    given = {
        "name": id.capitalize(),
        "email": f"{id}@polaris.test",
        "timezone": "Europe/Ljubljana",
        "working_hours": MORNING,
        **values,
    }
    async with database.transaction() as session:
        await advisors.create_advisor(session, id=id, now=NOW, **given)
    return id


async def make_conversation(
    database: Database, said: Mapping[str, str] = SAID, **values: Any
) -> str:
    """A conversation whose visitor has answered who they are; the id."""
    given = {
        "id": new_id("cnv"),
        "site": "demo",
        "playbook": "consulting",
        "version": 1,
        "language": "en",
        "timezone": "Europe/Oslo",
        "created_at": NOW,
        "updated_at": NOW,
        **values,
    }
    async with database.transaction() as session:
        session.add(Conversation(**given))
        await session.flush()
        changes = [
            AnswerChange(question=question, value=value, text=value)
            for question, value in said.items()
        ]
        await conversations.add_answers(session, given["id"], changes, now=NOW)
    return str(given["id"])
