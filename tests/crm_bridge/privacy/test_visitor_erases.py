"""A visitor who deletes their chat leaves nothing behind."""

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.chat.sites import create_site
from crm_bridge.core.database import Database
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.records import CONSULTING, published_as_it_is

ORIGIN = {"Origin": "https://www.polaris.example"}
WORDS = ("zdenka", "kovačič")


async def test_a_deleted_chat_is_erased_everywhere(
    app: FastAPI,
    client: httpx.AsyncClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forgotten: list[str] = []

    def forget(request: httpx.Request) -> httpx.Response:
        forgotten.append(request.url.path)
        return httpx.Response(204)

    tracker = app.state.dispatcher._by_name["forget_tracker"]
    monkeypatch.setattr(tracker, "_transport", httpx.MockTransport(forget))
    async with database.transaction() as session:
        await published_as_it_is(session, CONSULTING)
        await create_site(
            session,
            "demo",
            name="Demo",
            allowed_origins=[ORIGIN["Origin"]],
            playbook="consulting",
            timezone="Europe/Ljubljana",
            now=NOW,
        )
    page = {"url": "https://www.polaris.example/?who=zdenka", "title": "Hi"}
    opened = await client.post(
        "/chat/v1/sessions", json={"site": "demo", "page": page}, headers=ORIGIN
    )
    assert opened.status_code == 201, opened.text
    visitor = {**ORIGIN, "Authorization": f"Bearer {opened.json()['token']}"}
    sent = {"cid": "c1", "text": "I am Zdenka Kovačič"}
    assert (await client.post("/chat/v1/messages", json=sent, headers=visitor)).is_success
    assert {"chat_event", "turn"} <= await tables_with(database, WORDS)
    gone = await client.delete("/chat/v1/sessions", headers=visitor)
    assert gone.is_success, gone.text
    while await app.state.dispatcher.deliver_due():
        pass
    assert await tables_with(database, WORDS) == set()
    conversation = opened.json()["conversation_id"]
    assert forgotten == [f"/webhooks/usher/conversations/{conversation}"]
