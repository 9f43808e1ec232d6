"""A rep takes a conversation over at the console, writes to the visitor, and gives it back."""

import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from crm_bridge.console import service
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.demo.load import load
from tests.crm_bridge.conftest import NOW

PASSWORD = "correct horse battery"
PATH = "/console/conversations/cnv_1"


@pytest.fixture
async def people(database: Database, settings) -> None:
    """Two reps, and a conversation that the bot holds."""
    async with database.transaction() as session:
        await load(session, data=Path("data"), now=NOW)
        for name in ("Ann", "Bea"):
            await service.create_user(
                session, f"{name}@x.example", name=name, role="rep", password=PASSWORD, now=NOW
            )
        session.add(
            Conversation(
                id="cnv_1",
                site="demo",
                playbook="consulting",
                version=1,
                language="he",
                timezone="Asia/Jerusalem",
                created_at=NOW,
                updated_at=NOW,
                claims={},
                source={},
                state={},
                reasons=[],
            )
        )


async def _as(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    """Sign in; gives the form token."""
    client.headers.pop("Cookie", None)
    form = {"email": f"{name}@x.example", "password": PASSWORD}
    answer = await client.post("/console/sign-in", data=form)
    client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    shown = (await client.get("/console/contacts")).text
    found = re.search(r'name="form_token" value="([^"]+)"', shown)
    assert found
    return {"form_token": found.group(1)}


async def _log(database: Database) -> list[tuple[str, str]]:
    """Who said what, and which statuses there were."""
    async with database.transaction() as session:
        events, _ = await conversations.events(session, "cnv_1")
    return [(event["author"], event.get("text") or event["status"]["name"]) for event in events]


@pytest.mark.usefixtures("people")
class TestHandOver:
    async def test_a_rep_takes_over_writes_and_gives_back(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        token = await _as(client, "Ann")
        took = await client.post(f"{PATH}/owner", data={**token, "said": "take"})
        assert took.headers["location"].startswith(PATH)
        await client.post(f"{PATH}/owner", data={**token, "said": "take"})
        assert "Give back" in (await client.get(PATH)).text
        await client.post(f"{PATH}/messages", data={**token, "text": " שלום\r\nכאן אן\x00 "})
        await client.post(f"{PATH}/messages", data={**token, "text": " \u200b "})
        await client.post(f"{PATH}/owner", data={**token, "said": "give_back"})
        assert await _log(database) == [
            ("system", "handed_over"),
            ("rep", "שלום\nכאן אן"),
            ("system", "taken_back"),
        ]
        assert "Take over" in (await client.get(PATH)).text

    async def test_only_who_has_it_writes_or_gives_it_back(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        token = await _as(client, "Ann")
        unowned = await client.post(f"{PATH}/messages", data={**token, "text": "hello"})
        assert unowned.status_code == 409
        await client.post(f"{PATH}/owner", data={**token, "said": "take"})
        token = await _as(client, "Bea")
        shown = (await client.get(PATH)).text
        assert "<bdi>Ann</bdi> has taken" in shown
        assert "<textarea" not in shown
        for path, said in (("messages", {"text": "hello"}), ("owner", {"said": "give_back"})):
            refused = await client.post(f"{PATH}/{path}", data={**token, **said})
            assert refused.status_code == 409, path
        assert await _log(database) == [("system", "handed_over")]
        await client.post(f"{PATH}/owner", data={**token, "said": "take"})
        assert "<textarea" in (await client.get(PATH)).text

    async def test_what_has_ended_is_left_alone(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        async with database.transaction() as session:
            await session.execute(update(Conversation).values(closed_at=NOW))
        token = await _as(client, "Ann")
        assert "Take over" not in (await client.get(PATH)).text
        refused = await client.post(f"{PATH}/owner", data={**token, "said": "take"})
        assert refused.status_code == 409
        assert await _log(database) == []

    async def test_nobody_speaks_without_the_form(
        self, client: httpx.AsyncClient, database: Database
    ) -> None:
        assert (await client.post(f"{PATH}/owner", data={"said": "take"})).status_code == 303
        await _as(client, "Ann")
        forged = await client.post(f"{PATH}/owner", data={"said": "take", "form_token": "guess"})
        assert forged.status_code == 403
        assert await _log(database) == []
