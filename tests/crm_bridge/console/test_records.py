"""What may be one is merged at the console, or kept apart; what is missing is shown."""

import re

import httpx
import pytest

from crm_bridge.companies import service as companies
from crm_bridge.companies.merging import COMPANIES
from crm_bridge.console import service
from crm_bridge.contacts.models import Contact, DuplicateSuggestion
from crm_bridge.core.database import Database
from crm_bridge.merging import duplicates
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

PASSWORD = "correct horse battery"
PATH = "/console/records"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def pair(database: Database, client: httpx.AsyncClient) -> tuple[str, str]:
    """Two contacts that may be one, two companies that may be one, and somebody signed in."""
    first = await make_contact(database, emails=["jane@acme.io"], name="Jane <b>Doe</b>")
    second = await make_contact(database, emails=["jane.doe@acme.io"], name="J. Doe")
    async with database.transaction() as session:
        await service.create_user(
            session, "ann@example.com", name="Ann", role="rep", password=PASSWORD, now=NOW
        )
        session.add(
            DuplicateSuggestion(
                id="dup_1",
                first_id=first,
                second_id=second,
                probability=0.93,
                reasons=["same company"],
                found_at=NOW,
            )
        )
        for name in ("Kraken d.o.o.", "KRAKEN d.o.o."):
            await companies.create(session, name, by="test", now=NOW)
        await duplicates.search(COMPANIES, session, merge_certain=False, now=NOW)
    given = {"email": "ann@example.com", "password": PASSWORD}
    answer = await client.post("/console/sign-in", data=given)
    client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return first, second


async def _page(client: httpx.AsyncClient, path: str = PATH) -> tuple[str, str]:
    page = (await client.get(path)).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    return page, token.group(1)


async def _there(database: Database, contact_id: str) -> bool:
    async with database.reading() as session:
        return await session.get(Contact, contact_id) is not None


async def test_two_are_merged_and_parted_again(
    client: httpx.AsyncClient, database: Database, pair: tuple[str, str]
) -> None:
    page, token = await _page(client)
    assert "Jane &lt;b&gt;Doe" in page
    assert ("93 %" in page, "Kraken d.o.o." in page) == (True, True)
    path = f"{PATH}/contacts/dup_1"
    assert (await client.post(path, data={"said": "same"})).status_code == 403
    assert await _there(database, pair[1])
    done = await client.post(path, data={"said": "same", "form_token": token})
    assert done.status_code == 303
    assert not await _there(database, pair[1])
    page, token = await _page(client, done.headers["location"])
    undo = re.search(r'action="([^"]+/undo)"', page)
    assert undo
    for expected in (303, 409):  # twice does no harm
        answer = await client.post(undo.group(1), data={"form_token": token})
        assert answer.status_code == expected
    assert await _there(database, pair[1])


async def test_two_companies_are_kept_apart_for_good(
    client: httpx.AsyncClient, database: Database, pair: tuple[str, str]
) -> None:
    page, token = await _page(client)
    path = re.search(rf'action="({PATH}/companies/[^"]+)"', page)
    assert path
    said = {"said": "apart", "form_token": token}
    assert (await client.post(path.group(1), data=said)).status_code == 303
    async with database.transaction() as session:
        found = await duplicates.search(COMPANIES, session, merge_certain=False, now=NOW)
    assert found.suggested == 0
    assert "Kraken" not in (await _page(client))[0]


async def test_what_is_missing_is_shown_with_whom_it_is_missing_of(
    client: httpx.AsyncClient, pair: tuple[str, str]
) -> None:
    page, _ = await _page(client)
    assert "2 of 2" in page
    assert "No owner: assign one" in page
    assert f'href="/console/contacts/{pair[0]}"' in page


async def test_a_decision_that_somebody_else_made_is_told(
    client: httpx.AsyncClient, pair: tuple[str, str]
) -> None:
    _, token = await _page(client)
    for kind in ("contacts", "companies"):
        said = {"said": "same", "form_token": token}
        answer = await client.post(f"{PATH}/{kind}/dup_none", data=said)
        assert (answer.status_code, "Nothing was done" in answer.text) == (409, True)


async def test_a_stranger_sees_nothing(client: httpx.AsyncClient, pair: tuple[str, str]) -> None:
    client.headers.pop("Cookie")
    answer = await client.get(PATH)
    assert (answer.status_code, pair[0] in answer.text) == (303, False)
