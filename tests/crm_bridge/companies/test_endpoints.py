"""Companies over the public API; a domain belongs to one of them."""

from typing import Any

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers

BASE = "/api/v1/companies"


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers.update(await key_headers(database))
    return client


async def add(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await api.post(BASE, json={"name": "Žito d.o.o.", **values})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_company_is_found_by_any_host_of_its_domain_and_by_words(
    api: httpx.AsyncClient,
) -> None:
    made = await add(api, domains=["Mail.Zito.si"], industry="retail", employees_min=10)
    assert made["domains"] == ["zito.si"]
    for query in ({"domain": "www.zito.si"}, {"query": "zito"}, {"query": "D.O.O. ži"}):
        found = (await api.get(BASE, params=query)).json()
        assert [company["id"] for company in found["items"]] == [made["id"]]
    assert (await api.get(BASE, params={"query": "other"})).json()["items"] == []


@pytest.mark.parametrize(
    ("domains", "status", "code"),
    [
        (["zito.si"], 409, "company_domain_taken"),
        (["gmail.com"], 422, "not_a_company_domain"),
        (["co.il"], 422, "not_a_company_domain"),
    ],
)
async def test_a_domain_belongs_to_one_company_and_is_a_companys(
    api: httpx.AsyncClient, domains: list[str], status: int, code: str
) -> None:
    await add(api, domains=["zito.si"])
    refused = await api.post(BASE, json={"name": "Other", "domains": domains})
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len((await api.get(BASE)).json()["items"]) == 1


async def test_domains_are_a_whole_list_and_a_free_one_may_be_taken(
    api: httpx.AsyncClient,
) -> None:
    made = await add(api, domains=["zito.si", "zito.com"])
    path = f"{BASE}/{made['id']}"
    changed = (await api.patch(path, json={"domains": ["zito.com", "zito.eu"]})).json()
    assert changed["domains"] == ["zito.com", "zito.eu"]
    assert (await add(api, name="New", domains=["zito.si"]))["domains"] == ["zito.si"]


async def test_a_change_sets_what_was_sent_and_remembers_who(api: httpx.AsyncClient) -> None:
    made = await add(api)
    changed = (await api.patch(f"{BASE}/{made['id']}", json={"name": "Žito"})).json()
    assert changed["name"] == "Žito"
    assert changed["provenance"]["name"]["by"].startswith("api:key_")
    refused = await api.patch(f"{BASE}/{made['id']}", json={"name": None})
    assert refused.status_code == 422


async def test_an_unknown_company_is_a_problem(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"{BASE}/com_none")
    assert (answer.status_code, answer.json()["code"]) == (404, "company_unknown")
