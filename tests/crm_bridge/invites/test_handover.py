"""A visitor asks for a person: every rep gets what is known, once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.handover import HandoverNotices
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import OnePlaybook, a_playbook, make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer
from tests.crm_bridge.invites.makers import TEXTS

AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
Requested = Callable[[str], Event]


@pytest.fixture
def notices(
    database: Database, clock: Clock, settings: Settings, smtp_server: SmtpServer
) -> HandoverNotices:
    reps = "sales@polaris.test, ana@polaris.test"
    settings.mail = smtp_server.mail.model_copy(update={"reps": reps})
    post = PostOffice(database, clock, SmtpMailer(smtp_server.mail))
    return HandoverNotices(database, settings, post, TEXTS, OnePlaybook(a_playbook()))


def _event(conversation: str, **data: Any) -> Event:
    data = {"conversation": conversation, **data}
    return Event(id="evt_1", name="conversation.handover_requested", data=data, at=AT)


async def test_every_rep_gets_the_answers_and_the_link_once(
    database: Database, notices: HandoverNotices, smtp_server: SmtpServer
) -> None:
    visitor = await make_conversation(database, language="pl", score=40)
    async with database.transaction() as session:
        row = await conversations.get(session, visitor)
        row.state = {**row.state, "unanswered": ["Can I bring my dog?"]}
    for _ in range(2):
        await notices.on_handover_requested(_event(visitor, reason="a person please"))
    assert smtp_server.mailbox.recipients == ["sales@polaris.test", "ana@polaris.test"]
    message = smtp_server.mailbox.messages[0]
    assert message["Subject"] == "A person is wanted: Robin Berg"
    body = message.get_body(("plain",))
    assert body is not None
    told = body.get_content()
    assert "robin@testalabs.io" in told
    assert "a person please" in told
    assert "Polish" in told
    assert "Asked and not answered: Can I bring my dog?" in told
    assert f"http://bridge.test/console/conversations/{visitor}" in told


async def test_a_stranger_is_handed_over_too(
    database: Database, notices: HandoverNotices, smtp_server: SmtpServer
) -> None:
    visitor = await make_conversation(database, {})
    await notices.on_handover_requested(_event(visitor))
    assert smtp_server.mailbox.messages[0]["Subject"] == "A person is wanted: a visitor"


async def test_nobody_is_written_to_where_no_rep_is_set_or_the_visitor_is_erased(
    database: Database, notices: HandoverNotices, settings: Settings, smtp_server: SmtpServer
) -> None:
    visitor = await make_conversation(database)
    async with database.transaction() as session:
        await conversations.erase(session, visitor, now=NOW)
    await notices.on_handover_requested(_event(visitor))
    await notices.on_handover_requested(_event("cnv_none"))
    settings.mail = settings.mail.model_copy(update={"reps": ""})
    await notices.on_handover_requested(_event(await make_conversation(database)))
    assert smtp_server.mailbox.messages == []
