"""Each message goes out once in effect, whatever is tried again."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.invites.models import SentMail
from crm_bridge.invites.port import MailRefused
from crm_bridge.invites.post import PostOffice


class ListMailer:
    """Keeps the names of what it was given; refuses the first `faults` times."""

    def __init__(self, faults: int = 0) -> None:
        self.sent: list[str] = []
        self._faults = faults

    async def send(self, message: EmailMessage, name: str) -> None:
        if self._faults:
            self._faults -= 1
            raise MailRefused("SMTPResponseException 451")
        self.sent.append(name)

    async def check(self) -> str:
        return "ok"


async def test_a_message_is_sent_once_for_an_event_and_recipient(
    database: Database, clock: Clock
) -> None:
    mailer = ListMailer()
    post = PostOffice(database, clock, mailer)
    for recipient in ("visitor", "visitor", "advisor"):
        await post.send("evt_1", recipient, EmailMessage)
    await post.send("evt_2", "visitor", EmailMessage)
    assert mailer.sent == ["evt_1-visitor", "evt_1-advisor", "evt_2-visitor"]


async def test_a_refused_message_waits_is_shown_and_goes_out_later(
    database: Database, clock: Clock
) -> None:
    mailer = ListMailer(faults=2)
    post = PostOffice(database, clock, mailer)
    for _ in range(2):
        with pytest.raises(MailRefused):
            await post.send("evt_1", "visitor", EmailMessage)
    assert await post.check() == "ok; 1 messages wait"
    async with database.reading() as session:
        (row,) = await session.scalars(select(SentMail))
        assert (row.tries, row.fault) == (2, "SMTPResponseException 451")
    await post.send("evt_1", "visitor", EmailMessage)
    assert mailer.sent == ["evt_1-visitor"]
    assert await post.check() == "ok"


async def test_that_a_message_is_late_is_told_once_and_only_while_it_is(
    database: Database, clock: Clock
) -> None:
    post = PostOffice(database, clock, ListMailer(faults=1))
    with pytest.raises(MailRefused):
        await post.send("evt_1", "visitor", EmailMessage)
    told = []
    for _ in range(2):
        async with database.transaction() as session:
            told.append(await post.tell_once(session, "evt_1", "visitor"))
    await post.send("evt_2", "visitor", EmailMessage)
    async with database.transaction() as session:
        told.append(await post.tell_once(session, "evt_2", "visitor"))
        told.append(await post.tell_once(session, "evt_3", "visitor"))
    assert told == [True, False, False, False]
