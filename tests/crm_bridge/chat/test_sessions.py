"""A session is opened once, resumed from anywhere, and ends when the visitor says so."""

import logging
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import select, update

from crm_bridge.chat.identity import site_secret
from crm_bridge.chat.models import ChatSession
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.ids import token_hash
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.chat.conftest import ORIGIN, Desk, add_site
from tests.crm_bridge.conftest import NOW

CONVERSATIONS = select(Conversation).order_by(Conversation.id)


async def test_a_session_says_what_the_page_needs(desk: Desk) -> None:
    page = await desk.page(opened=False)
    response = await page.open(language="he-IL")
    assert response.status_code == 201
    session = response.json()
    consent = session.pop("consent")
    # the page's clock may be wrong: what ends at an instant is counted from the house's
    assert timedelta() <= datetime.fromisoformat(session.pop("now")) - NOW < timedelta(minutes=1)
    assert session == {
        "token": page.token,
        "conversation_id": page.conversation,
        "language": "he",
        "direction": "rtl",
        "resumed": False,
        "seq": 0,
    }
    assert (consent["required"], consent["version"]) == (True, "2026-03")
    assert "הסכמה" in consent["text"]


async def test_only_the_hash_of_a_token_is_stored(desk: Desk) -> None:
    page = await desk.page()
    (stored,) = await desk.rows(select(ChatSession))
    assert stored.token_hash == token_hash(page.token)
    assert page.token not in stored.token_hash


async def test_a_valid_token_resumes_without_a_second_greeting(desk: Desk) -> None:
    page = await desk.page(language="sl")
    first = page.session
    again = await page.open(language="en")
    assert again.status_code == 200
    assert again.json() == {**first, "resumed": True, "now": again.json()["now"]}
    assert len(await desk.turns()) == 1


async def test_a_resumed_session_lives_on_from_then(desk: Desk) -> None:
    page = await desk.page()
    async with desk.database.transaction() as session:
        await session.execute(update(ChatSession).values(expires_at=NOW + timedelta(hours=1)))
    assert (await page.open()).status_code == 200
    (stored,) = await desk.rows(select(ChatSession))
    assert stored.expires_at > NOW + timedelta(days=29)


async def test_an_expired_token_opens_a_new_conversation(desk: Desk) -> None:
    page = await desk.page()
    old = page.conversation
    async with desk.database.transaction() as session:
        await session.execute(update(ChatSession).values(expires_at=NOW - timedelta(seconds=1)))
    assert (await page.post("hello")).status_code == 401
    assert (await page.open()).status_code == 201
    assert page.conversation != old


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic abc", "Bearer", "", "bearer  "])
async def test_a_bad_token_opens_a_new_conversation(desk: Desk, header: str) -> None:
    page = await desk.page(opened=False)
    page.http.headers["Authorization"] = header
    assert (await page.open()).status_code == 201


async def test_a_token_is_bound_to_its_site(desk: Desk) -> None:
    await add_site(desk.database, "other", ORIGIN)
    page = await desk.page()
    old = page.conversation
    response = await page.open(site="other")
    assert response.status_code == 201
    assert page.conversation != old


async def test_a_page_of_another_origin_is_refused_and_nothing_is_stored(desk: Desk) -> None:
    page = await desk.page(opened=False)
    page.http.headers["Origin"] = "https://evil.example"
    response = await page.open()
    assert response.status_code == 403
    assert response.json()["code"] == "origin_not_allowed"
    assert await desk.rows(CONVERSATIONS) == []


async def test_a_stolen_token_is_no_use_to_a_page_of_another_origin(desk: Desk) -> None:
    page = await desk.page()
    page.http.headers["Origin"] = "https://evil.example"
    for response in (
        await page.post("hello"),
        await page.http.get("events?wait=0"),
        await page.http.delete("sessions"),
    ):
        assert response.status_code == 403


async def test_the_bridges_own_pages_and_what_is_no_page_are_let_in(desk: Desk) -> None:
    page = await desk.page(opened=False)
    page.http.headers["Origin"] = "http://bridge.test"
    assert (await page.open()).status_code == 201
    del page.http.headers["Origin"]
    assert (await page.open()).status_code == 200


async def test_an_unknown_site_is_said_to_be_unknown(desk: Desk) -> None:
    page = await desk.page(opened=False)
    response = await page.open(site="nowhere")
    assert (response.status_code, response.json()["code"]) == (404, "site_unknown")


async def test_too_many_sessions_from_one_address_must_wait(desk: Desk) -> None:
    page = await desk.page(opened=False)
    codes = [(await page.open()).status_code for _ in range(31)]
    assert codes[:30] == [201] + [200] * 29
    refused = await page.http.post(
        "sessions", json={"site": "demo"}, headers={"X-Forwarded-For": "198.51.100.1"}
    )
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


async def test_the_browser_decides_where_nobody_asked(desk: Desk) -> None:
    page = await desk.page(opened=False)
    page.http.headers["Accept-Language"] = "fr-FR,fr;q=0.9,nn-NO;q=0.8,en;q=0.7"
    await page.open(timezone="Europe/Oslo")
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert (conversation.language, conversation.locale) == ("nb", "nb-NO")
    assert (conversation.timezone, conversation.language_chosen) == ("Europe/Oslo", False)


@pytest.mark.parametrize("zone", [None, "", "Mars/Phobos", "../../etc/passwd", "x" * 500])
async def test_a_zone_that_is_none_becomes_the_sites(desk: Desk, zone: str | None) -> None:
    await desk.page(timezone=zone)
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert conversation.timezone == "Europe/Ljubljana"


async def test_the_source_is_kept_without_its_secrets(desk: Desk) -> None:
    url = "https://u:p@www.polaris.example/x?utm_source=ad&token=abc#f"
    await desk.page(page={"url": url, "title": "T", "referrer": "https://g.example/?q=me"})
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert conversation.source == {
        "url": "https://www.polaris.example/x?utm_source=ad",
        "title": "T",
        "referrer": "https://g.example/",
        "utm": {"source": "ad"},
    }


async def test_an_absurd_page_is_cut_not_refused(desk: Desk) -> None:
    page = {"url": "https://x.example/" + "a" * 9999, "title": "t" * 9999, "odd": 1}
    await desk.page(page=page, language="x" * 999)
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert len(conversation.source["url"]) == 500


def identity(**changed: Any) -> str:
    moment = int(NOW.timestamp())
    claims = {"email": "jane@acme.io", "iat": moment, "exp": moment + 600, **changed}
    return jwt.encode(claims, site_secret("test-secret-key", "demo", version=1), "HS256")


async def test_a_signed_visitor_is_verified(desk: Desk) -> None:
    await desk.page(identity_token=identity())
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert conversation.identity == "verified"
    assert conversation.claims == {"email": "jane@acme.io"}


async def test_a_visitor_may_prove_who_they_are_later(desk: Desk) -> None:
    page = await desk.page()
    await page.open(identity_token=identity())
    await page.open()
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert conversation.identity == "verified"


async def test_a_token_that_does_not_hold_leaves_the_visitor_anonymous(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    expired = int((NOW - timedelta(hours=1)).timestamp())
    token = identity(exp=expired)
    with caplog.at_level(logging.WARNING):
        await desk.page(identity_token=token)
    (conversation,) = await desk.rows(CONVERSATIONS)
    assert conversation.identity == "anonymous"
    assert "identity_refused" in caplog.text
    assert token not in caplog.text


async def test_a_visitor_who_asks_for_erasure_is_let_go_at_once(desk: Desk) -> None:
    page = await desk.page()
    tab = await desk.page(opened=False)
    tab.token = page.token
    old = page.conversation
    assert (await page.http.delete("sessions")).status_code == 204
    assert (await tab.post("hello")).status_code == 401
    assert (await tab.http.get("events?wait=0")).status_code == 401
    assert (await page.http.delete("sessions")).status_code == 401
    asked = await desk.rows(
        select(DomainEvent).where(DomainEvent.name == "conversation.erasure_requested")
    )
    assert [event.data for event in asked] == [{"conversation": old}]
    assert [turn.state for turn in await desk.turns()] == ["skipped"]
    await page.open()
    assert page.conversation != old


async def test_a_preflight_is_answered_to_origins_that_some_site_allows(desk: Desk) -> None:
    page = await desk.page(opened=False)
    asking = {"Access-Control-Request-Method": "POST"}
    allowed = await page.http.options("messages", headers=asking)
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    other = await page.http.options("messages", headers={**asking, "Origin": "https://e.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    for answer in (allowed, other):
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


async def test_a_page_can_read_errors_too(desk: Desk) -> None:
    page = await desk.page(opened=False)
    response = await page.post("hello")
    assert response.status_code == 401
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Access-Control-Expose-Headers"] == "Retry-After"
