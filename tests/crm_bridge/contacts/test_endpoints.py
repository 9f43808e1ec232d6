"""Contacts are found and changed over the public API."""

from typing import Any

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact

BASE = "/api/v1/contacts"


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers.update(await key_headers(database))
    return client


async def names(api: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get(BASE, params=query)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def test_a_contact_is_found_by_any_spelling_of_its_address(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database)
    await make_contact(database, name="Joe", emails=["joe@acme.io"])
    found = (await api.get(BASE, params={"email": " JANE@Acme.IO"})).json()
    assert [(one["id"], one["matched_by"]) for one in found["items"]] == [(contact_id, "email")]
    assert found["next"] is None


async def test_a_number_finds_everybody_who_has_it(
    api: httpx.AsyncClient, database: Database
) -> None:
    await make_contact(database, phones=["+38640123456"])
    await make_contact(database, name="Joe", emails=[], phones=["+38640123456"])
    assert sorted(await names(api, phone="+386 40 123 456")) == ["Jane Doe", "Joe"]


@pytest.mark.parametrize(
    "query",
    ["Žiga", "ziga koš", "KOSIR ŽIGA", "ziga@", "acme.si", "040/123-456", "+38640"],
)
async def test_words_find_names_addresses_and_numbers(
    api: httpx.AsyncClient, database: Database, query: str
) -> None:
    await make_contact(
        database, name="Žiga Košir", emails=["ziga@acme.si"], phones=["+38640123456"]
    )
    await make_contact(database, name="Jane", emails=["jane@else.io"])
    assert await names(api, query=query) == ["Žiga Košir"]


@pytest.mark.parametrize("filters", [{"email": "no address"}, {"phone": "none"}, {"query": "%"}])
async def test_what_cannot_be_found_finds_nobody(
    api: httpx.AsyncClient, database: Database, filters: dict[str, str]
) -> None:
    await make_contact(database)
    assert await names(api, **filters) == []


async def test_pages_hold_everybody_once(api: httpx.AsyncClient, database: Database) -> None:
    for number in range(5):
        await make_contact(database, name=str(number), emails=[f"{number}@acme.io"])
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await api.get(BASE, params=query)).json()
        seen += [item["name"] for item in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == ["4", "3", "2", "1", "0"]


async def test_a_change_sets_what_was_sent_and_remembers_who(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database, country="SI")
    changes = {"name": "Jane Roe", "country": None, "phones": ["+44 20 7946 0958"]}
    changed = (await api.patch(f"{BASE}/{contact_id}", json=changes)).json()
    assert (changed["name"], changed["country"]) == ("Jane Roe", None)
    assert changed["phones"] == [{"number": "+442079460958", "verified": False}]
    assert [email["address"] for email in changed["emails"]] == ["jane@acme.io"]
    assert changed["provenance"]["name"]["by"].startswith("api:key_")
    assert (await api.get(f"{BASE}/{contact_id}")).json()["name"] == "Jane Roe"


async def test_addresses_are_a_whole_list_with_the_main_one_first(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database, emails=["a@acme.io", "b@acme.io"])
    sent = {"emails": ["C@acme.io", "a@acme.io"]}
    changed = (await api.patch(f"{BASE}/{contact_id}", json=sent)).json()
    assert [email["address"] for email in changed["emails"]] == ["c@acme.io", "a@acme.io"]


async def test_an_address_belongs_to_one_contact(
    api: httpx.AsyncClient, database: Database
) -> None:
    await make_contact(database)
    refused = await api.post(BASE, json={"name": "Other", "emails": ["JANE@acme.io"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "contact_email_taken")
    assert await names(api) == ["Jane Doe"]


@pytest.mark.parametrize(
    "changes",
    [
        {"emails": ["no address"]},
        {"phones": ["12"]},
        {"country": "Slovenia"},
        {"language": "xx"},
        {"lifecycle_stage": "fan"},
        {"nonsense": 1},
        {"name": 7},
    ],
)
async def test_a_wrong_value_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, database: Database, changes: dict[str, Any]
) -> None:
    contact_id = await make_contact(database)
    before = (await api.get(f"{BASE}/{contact_id}")).json()
    refused = await api.patch(f"{BASE}/{contact_id}", json={"owner": "x", **changes})
    assert refused.status_code == 422
    assert (await api.get(f"{BASE}/{contact_id}")).json() == before


async def test_a_company_that_does_not_exist_is_refused(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database)
    refused = await api.patch(f"{BASE}/{contact_id}", json={"company_id": "com_none"})
    assert refused.json()["code"] == "company_unknown"


async def test_an_unknown_contact_is_a_problem(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"{BASE}/con_none")
    assert (answer.status_code, answer.json()["code"]) == (404, "contact_unknown")


async def test_a_foreign_cursor_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.get(BASE, params={"cursor": "xx"})).json()["code"] == "bad_cursor"


async def test_a_repeated_add_makes_one_contact(api: httpx.AsyncClient) -> None:
    send = {"json": {"name": "Jane"}, "headers": {"Idempotency-Key": "k"}}
    first = await api.post(BASE, **send)
    again = await api.post(BASE, **send)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert await names(api) == ["Jane"]
