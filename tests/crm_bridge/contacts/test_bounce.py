"""Mail that came back marks its address, and stands in the report until the owner proves it."""

from email.message import EmailMessage

import httpx
import pytest

from crm_bridge.contacts import hygiene, proof
from crm_bridge.contacts.bounce import failed_recipients
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.invites.port import MailUndeliverable
from crm_bridge.invites.post import PostOffice
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact

REPORT = """\
From: MAILER-DAEMON@mx.example
To: bot@acme.si
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Jane@acme.io
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822; slow@acme.io
Action: delayed
Status: 4.4.1

Original-Recipient: rfc822;bor@acme.io
Final-Recipient: rfc822; forwarded@elsewhere.com
Action: failed
Status: 5.2.1

--B--
"""


class NoSuchUser:
    """A server that takes no mail."""

    async def send(self, message: EmailMessage, name: str) -> None:
        raise MailUndeliverable("RCPT [550]")

    async def check(self) -> str:
        return "ok"


def to_jane() -> EmailMessage:
    message = EmailMessage()
    message["To"] = "Jane Doe <jane@acme.io>"
    return message


async def stale(database: Database) -> tuple[str, ...]:
    async with database.reading() as session:
        state = await hygiene.report(session, now=NOW)
    return next((one.contact_ids for one in state.findings if one.ailment == "bounced"), ())


async def test_what_the_server_refuses_for_good_is_stale_until_it_is_proved(
    database: Database, clock: Clock
) -> None:
    jane = await make_contact(database, emails=["jane@acme.io"])
    with pytest.raises(MailUndeliverable):
        await PostOffice(database, clock, NoSuchUser()).send("evt_1", "visitor", to_jane)
    assert await stale(database) == (jane,)
    async with database.transaction() as session:
        await proof.prove(session, "cnv_1", "jane@acme.io", now=NOW)
    assert await stale(database) == ()


async def test_a_provider_tells_and_learns_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    jane = await make_contact(database, emails=["jane@acme.io"])
    headers = await key_headers(database)
    for address in ("JANE@acme.io", "nobody@acme.io", "no address"):
        body = {"email": address}
        answer = await client.post("/api/v1/contacts/bounces", json=body, headers=headers)
        assert (answer.status_code, answer.text) == (204, "")
    assert await stale(database) == (jane,)
    reader = await key_headers(database, "read")
    refused = await client.post("/api/v1/contacts/bounces", json=body, headers=reader)
    assert refused.status_code == 403


def test_a_report_names_who_cannot_be_reached_for_good() -> None:
    assert failed_recipients(REPORT.encode()) == ["Jane@acme.io", "bor@acme.io"]
    assert failed_recipients(b"Subject: hello\n\nAction: failed") == []
    assert failed_recipients(b"\xff\x00") == []
