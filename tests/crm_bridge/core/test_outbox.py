"""The outbox delivers each event to each handler, once in effect, and never loses one."""

from datetime import timedelta

from sqlalchemy import select

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.deliveries import BATCH, BULK_BATCH
from crm_bridge.core.outbox import (
    GIVEN_UP,
    MOST_ATTEMPTS,
    Delivery,
    Dispatcher,
    Event,
    announce,
    pause_after,
)
from crm_bridge.core.prepared import Runner
from tests.crm_bridge.conftest import NOW


class Ear:
    def __init__(self, faults: int = 0) -> None:
        self.heard: list[Event] = []
        self.faults = faults

    async def __call__(self, event: Event) -> None:
        if self.faults:
            self.faults -= 1
            raise ConnectionError("the other side is away")
        self.heard.append(event)


async def _announce(database: Database) -> None:
    async with database.transaction() as session:
        announce(session, "thing.happened", {"thing": "t1"}, now=NOW)


async def test_every_handler_hears_an_event_once(database: Database, clock: Clock) -> None:
    first, second = Ear(), Ear()
    dispatcher = Dispatcher(database, clock, {"thing.happened": [("a", first), ("b", second)]})
    await _announce(database)
    assert await dispatcher.deliver_due() == 2
    assert await dispatcher.deliver_due() == 0
    assert [e.data for e in first.heard] == [{"thing": "t1"}] == [e.data for e in second.heard]


async def test_a_rolled_back_change_announces_nothing(database: Database, clock: Clock) -> None:
    ear = Ear()
    dispatcher = Dispatcher(database, clock, {"thing.happened": [("a", ear)]})
    try:
        async with database.transaction() as session:
            announce(session, "thing.happened", {}, now=NOW)
            raise RuntimeError
    except RuntimeError:
        pass
    assert await dispatcher.deliver_due() == 0
    assert ear.heard == []


async def test_a_failing_handler_is_tried_again_and_holds_up_no_other(
    database: Database, clock: Clock
) -> None:
    failing, well = Ear(faults=1), Ear()
    dispatcher = Dispatcher(database, clock, {"thing.happened": [("bad", failing), ("ok", well)]})
    await _announce(database)
    await dispatcher.deliver_due()
    assert len(well.heard) == 1
    assert failing.heard == []
    async with database.transaction() as session:
        row = (await session.scalars(select(Delivery).where(Delivery.handler == "bad"))).one()
        assert row.error == "ConnectionError: the other side is away"
        row.next_at = clock.now()
    await dispatcher.deliver_due()
    assert len(failing.heard) == 1


async def test_what_never_succeeds_is_given_up_and_counted(
    database: Database, clock: Clock
) -> None:
    dispatcher = Dispatcher(database, clock, {"thing.happened": [("bad", Ear(faults=99))]})
    before = GIVEN_UP._value.get()
    await _announce(database)
    for _ in range(MOST_ATTEMPTS + 2):
        await dispatcher.deliver_due()
        async with database.transaction() as session:
            row = (await session.scalars(select(Delivery))).one()
            row.next_at = row.next_at and clock.now()
    assert (row.attempts, row.next_at, row.done_at) == (MOST_ATTEMPTS, None, None)
    assert GIVEN_UP._value.get() == before + 1


def test_pauses_grow_to_an_hour() -> None:
    pauses = [pause_after(n) for n in range(1, 15)]
    assert pauses[0] == timedelta(seconds=4)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


async def test_what_is_urgent_does_not_wait_for_an_import(database: Database, clock: Clock) -> None:
    mails, contacts = Ear(), Ear()
    dispatcher = Dispatcher(
        database, clock, {"mail.wanted": [("mail", mails)], "contact.created": [("c", contacts)]}
    )
    async with database.transaction() as session:
        session.info["bulk"] = True
        for number in range(120):
            announce(session, "contact.created", {"contact_id": str(number)}, now=NOW)
    await dispatcher.deliver_due()
    async with database.quick() as quick:
        announce(quick, "mail.wanted", {}, now=NOW)
    before = len(contacts.heard)
    await dispatcher.deliver_due()
    assert len(mails.heard) == 1
    assert len(contacts.heard) - before <= BULK_BATCH
    while await dispatcher.deliver_due():
        pass
    heard = sorted(int(event.data["contact_id"]) for event in contacts.heard)
    assert heard == list(range(120))


async def test_who_wants_no_news_is_brought_none_and_nothing_stays_behind(
    database: Database, clock: Clock
) -> None:
    ear, connected = Ear(), False

    async def listens(_on: Runner) -> bool:
        return connected

    handlers = {"thing.happened": [("a", ear)]}
    dispatcher = Dispatcher(database, clock, handlers, listens={"a": listens})
    async with database.transaction() as session:
        for _ in range(BATCH + 1):
            announce(session, "thing.happened", {}, now=NOW)
    while await dispatcher.deliver_due():
        pass
    async with database.reading() as session:
        assert (await session.scalars(select(Delivery))).all() == []
    connected = True
    await _announce(database)
    while await dispatcher.deliver_due():
        pass
    assert [event.data for event in ear.heard] == [{"thing": "t1"}]
