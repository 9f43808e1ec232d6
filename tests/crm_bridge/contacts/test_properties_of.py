"""What is written to a contact takes the declared name and form of its properties."""

import httpx

from crm_bridge.core.database import Database
from crm_bridge.properties import service
from crm_bridge.properties.service import New
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers


async def test_the_api_stores_declared_properties_in_their_form(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        new = New("contact", "Budget", "money", unit="EUR")
        await service.declare(session, new, by="u", now=NOW)
        tier = New("contact", "Tier", "option", options=["Gold", "Basic"], default="Basic")
        await service.declare(session, tier, by="u", now=NOW)
    headers = await key_headers(database)
    body = {"name": "Jane", "properties": {"proračun": "1.500 EUR", "Mood": "good"}}
    made = await client.post("/api/v1/contacts", json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json()["properties"] == {
        "Budget": {"amount": "1500", "currency": "EUR"},
        "Mood": "good",
        "Tier": "Basic",
    }
    wrong = {"properties": {"Tier": "Lead"}}
    path = f"/api/v1/contacts/{made.json()['id']}"
    refused = await client.patch(path, json=wrong, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_property_value")
