"""The API tells a conversation as it was: answers, outcome, every line, and the news."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import AnswerChange, Button
from crm_bridge.chat import service as chat
from crm_bridge.conversations import service, transcript
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.web.api_keys import create_key
from tests.crm_bridge.conftest import NOW


async def begin(session: AsyncSession, number: int = 1, **changed: Any) -> str:
    """A conversation as the gateway begins one."""
    begun = NOW + timedelta(hours=number)
    values = {
        "id": f"cnv_{number:04}",
        "site": "demo",
        "playbook": "consulting",
        "version": 1,
        "language": "en",
        "timezone": "Europe/Ljubljana",
        "last_seq": 0,
        "last_turn": 0,
        "created_at": begun,
        "updated_at": begun,
        **changed,
    }
    session.add(Conversation(**values))
    await session.flush()
    return str(values["id"])


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    async with database.transaction() as session:
        key = await create_key(session, "test", now=NOW)
    client.headers["Authorization"] = f"Bearer {key.secret}"
    return client


async def test_a_conversation_is_told_whole(api: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        conversation_id = await begin(session, source={"url": "https://x.example/"})
        size = {"min": 25, "max": 25}
        change = AnswerChange(question="company_size", value=size, text="about 25 of us")
        declined = AnswerChange(question="budget", status="declined", text="rather not")
        await service.add_answers(session, conversation_id, [change, declined], now=NOW)
        await chat.post_system_message(
            session, conversation_id, "Hello", now=NOW, says=("ack",),
            buttons=[Button(title="Yes", payload="yes")],
        )  # fmt: skip
        await chat.post_status(session, conversation_id, "booked", {"booking": "bkg_1"}, now=NOW)
        await transcript.append(
            session, conversation_id, [transcript.news("handoff_requested", {"why": "x"})], now=NOW
        )
        await service.record_outcome(
            session, conversation_id, outcome="qualified", score=42, reasons=[{"rule": "size"}],
            route="north", deal_id="dea_1", contact_id=None, now=NOW,
        )  # fmt: skip
        await service.attach_booking(session, conversation_id, "bkg_1")
    body = (await api.get(f"/api/v1/conversations/{conversation_id}")).json()
    assert body["answers"] == {
        "company_size": {
            "value": size,
            "status": "given",
            "text": "about 25 of us",
            "at": "2026-03-11T09:00:00Z",
            "from": "text",
        },
        "budget": {
            "value": None,
            "status": "declined",
            "text": "rather not",
            "at": "2026-03-11T09:00:00Z",
            "from": "text",
        },
    }
    said, booked = body["events"]
    assert (said["text"], said["says"], said["author"], said["lang"]) == (
        "Hello", ["ack"], "system", "en",
    )  # fmt: skip
    assert booked["status"] == {"name": "booked", "booking": "bkg_1"}
    assert [(one["name"], one["data"]) for one in body["news"]] == [
        ("handoff_requested", {"why": "x"})
    ]
    told = ("id", "site", "language", "playbook", "version", "question", "outcome", "score")
    assert [body[name] for name in told] == [
        conversation_id, "demo", "en", "consulting", 1, None, "qualified", 42,
    ]  # fmt: skip
    assert (body["reasons"], body["route"], body["deal_id"]) == (
        [{"rule": "size"}], "north", "dea_1",
    )  # fmt: skip
    assert (body["booking_id"], body["contact_id"], body["owner"]) == ("bkg_1", None, None)


async def test_an_unknown_conversation_is_not_found(api: httpx.AsyncClient) -> None:
    response = await api.get("/api/v1/conversations/cnv_none")
    assert (response.status_code, response.json()["code"]) == (404, "conversation_unknown")


async def test_conversations_need_a_key(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/conversations", "/api/v1/conversations/cnv_1"):
        assert (await client.get(path)).status_code == 401


async def test_a_list_is_newest_first_in_pages(api: httpx.AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        for number in range(5):
            await begin(session, number)
    found, cursor = [], None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await api.get("/api/v1/conversations", params=query)).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == [f"cnv_{number:04}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"site": "demo"}, [3, 1]),
        ({"outcome": "qualified"}, [2]),
        ({"owner": "usr_1"}, [3]),
        ({"contact_id": "con_1"}, [2, 1]),
        ({"from": "2026-03-11T11:00:00Z"}, [3, 2]),
        ({"to": "2026-03-11T11:00:00Z"}, [1]),
        ({"from": "2026-03-11T11:00:00", "to": "2026-03-11T13:00:00+01:00"}, [2]),
        ({"site": "demo", "owner": "nobody"}, []),
    ],
)
async def test_a_list_can_be_narrowed(
    api: httpx.AsyncClient, database: Database, query: dict[str, str], numbers: list[int]
) -> None:
    async with database.transaction() as session:
        await begin(session, 1, contact_id="con_1")
        await begin(session, 2, site="shop", outcome="qualified", contact_id="con_1")
        await begin(session, 3, owner="usr_1")
    page = (await api.get("/api/v1/conversations", params=query)).json()
    assert [one["id"] for one in page["items"]] == [f"cnv_{number:04}" for number in numbers]


async def test_an_outcome_keeps_the_contact_known_before(database: Database) -> None:
    async with database.transaction() as session:
        conversation_id = await begin(session)
        await service.attach_contact(session, conversation_id, "con_1")
        await service.record_outcome(
            session, conversation_id, outcome="nearly", score=3, reasons=(), route=None,
            deal_id=None, contact_id=None, now=NOW,
        )  # fmt: skip
    async with database.reading() as session:
        kept = await service.get(session, conversation_id)
    assert (kept.contact_id, kept.outcome) == ("con_1", "nearly")


async def test_an_erased_conversation_holds_nothing_of_the_person(
    api: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        conversation_id = await begin(
            session, source={"url": "https://x"}, claims={"email": "jane@acme.io"},
            state={"name": "Jane"}, contact_id="con_1", locale="sl-SI",
        )  # fmt: skip
        change = AnswerChange(question="name", value="Jane", text="Jane")
        await service.add_answers(session, conversation_id, [change], now=NOW)
        await chat.post_system_message(session, conversation_id, "Hello Jane", now=NOW)
        for _ in range(2):
            await chat.erase(session, conversation_id, now=NOW)
        await chat.erase(session, "cnv_none", now=NOW)
    response = await api.get(f"/api/v1/conversations/{conversation_id}")
    assert response.json()["erased_at"] == "2026-03-11T09:00:00Z"
    assert response.json()["answers"] == {}
    for trace in ("Jane", "jane", "https://x", "con_1", "sl-SI"):
        assert trace not in response.text


async def test_nothing_is_added_to_an_erased_conversation(database: Database) -> None:
    async with database.transaction() as session:
        conversation_id = await begin(session)
        await chat.erase(session, conversation_id, now=NOW)
    with pytest.raises(service.ConversationUnknown):
        async with database.transaction() as session:
            await chat.post_status(session, conversation_id, "booked", {}, now=NOW)
