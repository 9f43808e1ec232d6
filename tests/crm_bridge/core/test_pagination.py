"""Cursor pages show each row once while others come and go."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.pagination import (
    BadCursor,
    PageRequest,
    decode_cursor,
    encode_cursor,
    fetch_page,
)
from tests.crm_bridge.conftest import NOW


async def add(database: Database, *ids: str, name: str = "n") -> None:
    async with database.transaction() as session:
        for place, event_id in enumerate(ids):
            at = NOW + timedelta(seconds=place)
            session.add(DomainEvent(id=event_id, name=name, data={}, at=at))


async def test_pages_follow_each_other_while_rows_come_and_go(database: Database) -> None:
    await add(database, *"abcdefg")
    async with database.transaction() as session:
        wanted = select(DomainEvent)
        first = await fetch_page(session, wanted, PageRequest(limit=3), by=[DomainEvent.id])
        assert [row.id for row in first.items] == ["g", "f", "e"]
        await session.execute(delete(DomainEvent).where(DomainEvent.id.in_(["e", "d"])))
        session.add(DomainEvent(id="z", name="n", data={}, at=NOW))
        await session.flush()
        request = PageRequest(limit=3, cursor=first.next)
        second = await fetch_page(session, wanted, request, by=[DomainEvent.id])
        assert [row.id for row in second.items] == ["c", "b", "a"]
        assert second.next is None


async def test_rows_equal_in_the_first_column_are_told_apart_by_the_second(
    database: Database,
) -> None:
    await add(database, *"abcdef")
    seen, cursor = [], None
    async with database.reading() as session:
        while True:
            page = await fetch_page(
                session,
                select(DomainEvent),
                PageRequest(limit=2, cursor=cursor),
                by=[DomainEvent.name, DomainEvent.id],
                newest_first=False,
            )
            seen += [row.id for row in page.items]
            if (cursor := page.next) is None:
                break
    assert seen == list("abcdef")


@given(st.lists(st.text() | st.integers(-(2**60), 2**60), min_size=1, max_size=3))
def test_a_cursor_gives_back_what_it_was_made_of(values: list[str | int]) -> None:
    assert decode_cursor(encode_cursor(values), parts=len(values)) == values


@given(st.text())
def test_a_foreign_cursor_is_refused_and_never_a_crash(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(cursor, parts=1)
