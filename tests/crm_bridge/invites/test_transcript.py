"""A visitor asks for the conversation by mail: it goes to their own address, once, in their
language; what was erased is not mailed."""

import pytest

from crm_bridge.conversations import service as conversations
from crm_bridge.conversations import transcript
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.invites.transcript import TranscriptMail
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer
from tests.crm_bridge.invites.makers import TEXTS


@pytest.fixture
def mail(
    database: Database, clock: Clock, settings: Settings, smtp_server: SmtpServer
) -> TranscriptMail:
    settings.mail = smtp_server.mail
    post = PostOffice(database, clock, SmtpMailer(smtp_server.mail))
    return TranscriptMail(database, settings, post, TEXTS)


async def _spoken(database: Database, language: str = "sl") -> str:
    visitor = await make_conversation(database, language=language)
    lines = [
        Line("message", "bot", text="Kako lahko pomagamo?", language="sl"),
        Line("message", "visitor", text="Potrebujemo <b>CRM</b>"),
        Line("message", "rep", text="Pozdravljeni, Maja tukaj", language="sl"),
    ]
    async with database.transaction() as session:
        await transcript.append(session, visitor, lines, now=NOW)
    return visitor


def _asked(visitor: str) -> Event:
    name = "conversation.transcript_requested"
    return Event(id="evt_1", name=name, data={"conversation": visitor}, at=NOW)


async def test_it_goes_to_the_visitors_own_address_once(
    database: Database, mail: TranscriptMail, smtp_server: SmtpServer
) -> None:
    visitor = await _spoken(database)
    for _ in range(2):
        await mail.on_transcript_requested(_asked(visitor))
    assert smtp_server.mailbox.recipients == ["robin@testalabs.io"]
    message = smtp_server.mailbox.messages[0]
    body = message.get_body(("plain",))
    assert body is not None
    told = body.get_content()
    assert "Vi: Potrebujemo <b>CRM</b>" in told
    assert "Svetovalec: Pozdravljeni, Maja tukaj" in told
    html = message.get_body(("html",))
    assert html is not None
    assert "<b>CRM</b>" not in html.get_content()


async def test_what_was_erased_meanwhile_is_not_mailed(
    database: Database, mail: TranscriptMail, smtp_server: SmtpServer
) -> None:
    visitor = await _spoken(database)
    async with database.transaction() as session:
        await conversations.erase(session, visitor, now=NOW)
    await mail.on_transcript_requested(_asked(visitor))
    assert smtp_server.mailbox.recipients == []
