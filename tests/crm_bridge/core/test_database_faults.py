"""A fault of the database names no value: what people said stays out of the log."""

import pytest
from sqlalchemy.exc import IntegrityError

from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.conftest import NOW


async def _announce(database: Database, said: str) -> None:
    async with database.transaction() as session:
        session.add(DomainEvent(id="evt_1", name="n", data={"said": said}, at=NOW))


async def test_a_refused_row_is_not_spelled_out(database: Database) -> None:
    await _announce(database, "first")
    with pytest.raises(IntegrityError) as refused:
        await _announce(database, "Zdenka")
    assert "Zdenka" not in str(refused.value)
