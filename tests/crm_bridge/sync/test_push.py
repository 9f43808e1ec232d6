"""A record that the CRM will not have is tried a few times, by itself, and then left to a person."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from crm_bridge.connectors.port import Crm, Write, WriteFault, Written
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import connections
from crm_bridge.sync.connections import Opened
from crm_bridge.sync.push import MOST_ATTEMPTS, push
from tests.crm_bridge.sync.fake_house import House
from tests.crm_bridge.sync.places import DATA, SECRET

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Choosy:
    """A CRM that will not have the records under some keys, and is else as it was."""

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self.can_read = crm.can_read
        self.fetch = crm.fetch
        self.refused: set[str] = set()
        self.tries = 0

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        done = await self._crm.write(kind, [one for one in writes if one.key not in self.refused])
        answers = {one.key: one for one in done}
        no = WriteFault("refused", "a rule of theirs")
        self.tries += sum(one.key in self.refused for one in writes)
        return [answers.get(one.key) or Written(one.key, fault=no) for one in writes]


@pytest.fixture
async def opened(house: House) -> AsyncIterator[Opened]:
    """The house's connection in our own hands."""
    row = await house.ours.connection()
    opened = connections.open_connection(
        row, seal=Seal(SECRET), data=DATA, seconds=lambda: house.clock.now().timestamp()
    )
    yield opened
    await opened.crm.close()


async def test_what_is_refused_for_good_holds_nobody_up_and_goes_after_an_edit(
    house: House, opened: Opened
) -> None:
    await house.ours.round()
    bad = await house.ours.contact(name="Odd One", emails=["odd@acme.si"])
    await house.ours.contact(name="Kari Moe", emails=["kari@moe.no"])
    while await house.ours.dispatcher.deliver_due():
        pass
    contacts = next(one for one in opened.channels if one.kind == "contacts")
    crm = Choosy(opened.crm)
    crm.refused = {bad}
    for _ in range(MOST_ATTEMPTS + 3):
        house.clock.passed += timedelta(hours=1)
        await push(house.ours.database, contacts, crm, now=house.clock.now())
    assert house.place.names() == {"kari@moe.no": "Kari Moe"}
    assert crm.tries == MOST_ATTEMPTS
    link = next(one for one in await house.ours.links() if one.record_id == bad)
    assert (link.state, link.next_at) == ("poison", None)
    assert link.error == "refused: a rule of theirs"
    await house.ours.change(bad, name="Even One")
    await house.ours.round(2)
    assert house.place.names() == {"kari@moe.no": "Kari Moe", "odd@acme.si": "Even One"}
