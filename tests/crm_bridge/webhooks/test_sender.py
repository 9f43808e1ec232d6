"""Webhooks out: every event once to whoever wants it, until it arrives; and once more."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.egress import Answer, EgressFailed
from crm_bridge.core.outbox import Dispatcher, announce
from crm_bridge.core.sealed import Seal
from crm_bridge.privacy import repository as privacy
from crm_bridge.webhooks import service
from crm_bridge.webhooks.models import Webhook, WebhookDelivery
from crm_bridge.webhooks.sender import PAUSES, WebhookSender
from crm_bridge.webhooks.sign import verify
from tests.crm_bridge.conftest import NOW

KEY = "a key of the tests"


class Receiver:
    """Answers with the statuses it is given, one after the other, the last for ever."""

    def __init__(self, *statuses: int, **headers: str) -> None:
        self.statuses = list(statuses) or [200]
        self.headers = headers
        self.got: list[tuple[str, dict[str, str], bytes]] = []

    async def request(
        self, method: str, url: str, *, headers: dict[str, str], body: bytes, **_: Any
    ) -> Answer:
        self.got.append((url, headers, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            raise EgressFailed("no answer")
        return Answer(status, httpx.Headers(self.headers), b"", url)


class House:
    """The outbox and the sender, driven by hand."""

    def __init__(self, database: Database, receiver: Receiver) -> None:
        self.database = database
        clock = Clock(NOW)
        self.dispatcher = Dispatcher(database, clock, {}, also=service.fan_out)
        self.sender = WebhookSender(database, clock, secret_key=KEY, egress=receiver)  # type: ignore[arg-type]

    async def wants(self, *events: str) -> service.NewWebhook:
        async with self.database.transaction() as session:
            return await service.add(
                session, "https://crm.test/in", events=events, seal=Seal(KEY), now=NOW
            )

    async def happens(self, *names: str) -> None:
        async with self.database.transaction() as session:
            for name in names:
                announce(session, name, {"contact_id": "con_1"}, now=NOW, subject_id="con_1")
        await self.dispatcher.deliver_due()

    async def deliveries(self) -> list[WebhookDelivery]:
        async with self.database.reading() as session:
            rows = select(WebhookDelivery).order_by(WebhookDelivery.id)
            return list((await session.scalars(rows)).all())

    async def later(self) -> None:
        async with self.database.transaction() as session:
            due = update(WebhookDelivery).where(WebhookDelivery.next_at.is_not(None))
            await session.execute(due.values(next_at=NOW))
        await self.sender.send_due()


async def test_an_event_is_sent_signed_to_whoever_wants_it(database: Database) -> None:
    receiver = Receiver()
    house = House(database, receiver)
    made = await house.wants("contact.*")
    await house.happens("contact.created", "deal.opened")
    await house.sender.send_due()
    ((url, headers, body),) = receiver.got
    assert url == "https://crm.test/in"
    message_id = verify(made.secret, headers, body, now=datetime.now(UTC))
    (delivery,) = await house.deliveries()
    assert message_id == delivery.event_id
    sent = json.loads(body)
    assert (sent["type"], sent["data"]) == ("contact.created", {"contact_id": "con_1"})
    assert delivery.done_at is not None
    assert await house.sender.send_due() == 0


async def test_what_did_not_arrive_is_tried_again_under_the_same_id(database: Database) -> None:
    receiver = Receiver(500, 0, 204)
    house = House(database, receiver)
    await house.wants()
    await house.happens("contact.created")
    await house.sender.send_due()
    (delivery,) = await house.deliveries()
    assert delivery.error == "answered 500"
    assert delivery.next_at is not None
    assert delivery.next_at - NOW >= PAUSES[0] * 0.8
    await house.later()
    await house.later()
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 3
    assert [row.done_at is not None for row in await house.deliveries()] == [True]


async def test_a_receiver_that_asks_for_rest_gets_it(database: Database) -> None:
    house = House(database, Receiver(429, **{"retry-after": "3600"}))
    await house.wants()
    await house.happens("contact.created")
    await house.sender.send_due()
    (delivery,) = await house.deliveries()
    assert delivery.next_at is not None
    assert delivery.next_at - NOW >= timedelta(minutes=59)


async def test_after_the_last_try_it_waits_for_a_replay(database: Database) -> None:
    receiver = Receiver(*[500] * (len(PAUSES) + 1), 200)
    house = House(database, receiver)
    made = await house.wants()
    await house.happens("contact.created")
    for _ in range(len(PAUSES) + 3):
        await house.later()
    (delivery,) = await house.deliveries()
    assert (delivery.next_at, delivery.done_at) == (None, None)
    assert len(receiver.got) == len(PAUSES) + 1
    async with database.transaction() as session:
        assert await service.replay(session, made.webhook.id, now=NOW) == 1
    await house.later()
    (delivery,) = await house.deliveries()
    assert delivery.done_at is not None


async def test_a_receiver_that_is_gone_is_told_no_more(database: Database) -> None:
    house = House(database, Receiver(410))
    await house.wants()
    await house.happens("contact.created")
    await house.sender.send_due()
    async with database.reading() as session:
        (webhook,) = (await session.scalars(select(Webhook))).all()
    assert webhook.stopped is not None
    await house.happens("contact.changed")
    assert len(await house.deliveries()) == 1


async def test_an_erased_event_is_sent_to_nobody(database: Database) -> None:
    receiver = Receiver(500, 200)
    house = House(database, receiver)
    await house.wants()
    await house.happens("contact.created")
    await house.sender.send_due()
    async with database.transaction() as session:
        await privacy.delete_news(session, ["con_1"], before=NOW)
    await house.later()
    assert len(receiver.got) == 1
    assert await house.deliveries() == []


@pytest.mark.parametrize("url", ["ftp://a.si/", "https://", "https://u:p@a.si/", "nothing"])
async def test_an_address_that_cannot_be_told_is_refused(database: Database, url: str) -> None:
    with pytest.raises(service.BadWebhookAddress):
        async with database.transaction() as session:
            await service.add(session, url, events=(), seal=Seal(KEY), now=NOW)
