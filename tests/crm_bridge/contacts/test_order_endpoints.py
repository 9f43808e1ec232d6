"""The public API looks up with reasons, merges, and takes merges back."""

import httpx

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact


async def test_a_look_up_a_merge_and_its_undoing(
    client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    kept = await make_contact(database)
    gone = await make_contact(database, name="Jane Dow", emails=["jane@home.org"])
    base = "/api/v1/contacts"
    found = await client.get(f"{base}/lookup", params={"name": "jane doe"}, headers=headers)
    assert [one["contact"]["id"] for one in found.json()["items"]] == [kept, gone]
    merged = await client.post(f"{base}/{kept}/merge", json={"gone": gone}, headers=headers)
    assert merged.status_code == 200, merged.text
    missing = await client.get(f"{base}/{gone}", headers=headers)
    assert (missing.status_code, missing.json()["merged_into"]) == (404, kept)
    back = await client.post(f"{base}/merges/{merged.json()['id']}/undo", headers=headers)
    assert back.json()["id"] == gone
    assert (await client.get(f"{base}/{gone}", headers=headers)).status_code == 200
    waiting = await client.get(f"{base}/duplicates", headers=headers)
    assert waiting.json() == {"items": []}
