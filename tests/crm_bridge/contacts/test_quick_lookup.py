"""The quick look-up answers as the careful one does, and leaves to it what is not plain."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from crm_bridge.contacts import quick_lookup
from crm_bridge.contacts.models import ContactExternalId
from crm_bridge.core.database import Database
from crm_bridge.web.api_keys import ApiKeyRow
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact

LOOKUP = "/api/v1/contacts/lookup"


async def asked_lately(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(update(ApiKeyRow).values(last_used_at=NOW + timedelta(seconds=30)))


@pytest.mark.parametrize(
    "question",
    [
        {"email": "Jane@Acme.io"},
        {"email": "nobody@acme.io"},
        {"email": "no address"},
        {"email": "Some one@strange"},
        {"phone": "+386 40 123 456"},
        {"system": "hubspot", "external_id": "101"},
        {"email": "other@acme.io", "phone": "+38640123456"},
    ],
)
async def test_both_ways_give_the_same_answer(
    client: httpx.AsyncClient,
    database: Database,
    question: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jane = await make_contact(database, phones=["+38640123456"], properties={"tier": "ä"})
    await make_contact(database, emails=["other@acme.io"], phones=["+38640123456"], name=None)
    async with database.transaction() as session:
        session.add(
            ContactExternalId(system="hubspot", external_id="101", contact_id=jane, added_at=NOW)
        )
    headers = await key_headers(database)
    await asked_lately(database)
    used: list[int] = []
    found = quick_lookup._found

    async def counted(*given: Any) -> object:
        used.append(1)
        return await found(*given)

    monkeypatch.setattr(quick_lookup, "_found", counted)
    quick = await client.get(LOOKUP, params=question, headers=headers)
    assert used == [1]
    careful = await client.get(LOOKUP, params={**question, "name": ""}, headers=headers)
    assert used == [1]
    assert (quick.status_code, careful.status_code) == (200, 200)
    assert quick.json() == careful.json()
    assert quick.headers["content-type"] == careful.headers["content-type"]


async def test_a_key_is_checked_alike(client: httpx.AsyncClient, database: Database) -> None:
    await make_contact(database)
    question = {"email": "jane@acme.io"}
    assert (await client.get(LOOKUP, params=question)).status_code == 401
    wrong = {"Authorization": "Bearer usk_wrong"}
    assert (await client.get(LOOKUP, params=question, headers=wrong)).status_code == 401
    deals = await key_headers(database, "deals:read")
    await asked_lately(database)
    assert (await client.get(LOOKUP, params=question, headers=deals)).status_code == 403
    headers = await key_headers(database)
    assert (await client.get(LOOKUP, params=question, headers=headers)).status_code == 200
    async with database.transaction() as session:
        await session.execute(update(ApiKeyRow).values(revoked_at=NOW))
    assert (await client.get(LOOKUP, params=question, headers=headers)).status_code == 401
