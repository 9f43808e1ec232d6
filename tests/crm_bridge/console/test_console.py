"""The console shows what is stored to whoever is signed in, and nothing to anybody else."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from contracts.turn import AnswerChange
from crm_bridge.console import service
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations import transcript
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.demo.load import load
from crm_bridge.files.models import FileRow
from crm_bridge.playbooks import service as playbooks
from tests.crm_bridge.conftest import NOW
from tests.playbook.sources import SMALL

PASSWORD = "correct horse battery"
NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture
async def filled(database: Database, settings) -> str:
    """The demo, an admin, and one conversation with markup in it."""
    async with database.transaction() as session:
        await load(session, data=Path("data"), now=NOW)
        await service.create_user(
            session, "Ann@Example.com", name="Ann", role="admin", password=PASSWORD, now=NOW
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
                source={"url": "https://x.example/<b>"},
                state={},
                reasons=[],
            )
        )
        await session.flush()
        changes = (
            AnswerChange(question="name", value=NASTY, text=NASTY),
            AnswerChange(question="budget", status="declined"),
            AnswerChange(question="need", value="marketing_automation", text="auto mails"),
        )
        await conversations.add_answers(session, "cnv_1", changes, now=NOW)
        line = transcript.Line(
            kind="message", author="visitor", text=NASTY, language="he", cid="c1"
        )
        await transcript.append(session, "cnv_1", [line], now=NOW)
    return "cnv_1"


async def _sign_in(
    client: httpx.AsyncClient, password: str = PASSWORD, **more: str
) -> httpx.Response:
    answer = await client.post(
        "/console/sign-in", data={"email": "ann@example.com", "password": password, **more}
    )
    for cookie in answer.headers.get_list("set-cookie"):
        name, _, value = cookie.partition(";")[0].partition("=")
        client.headers["Cookie"] = f"{name}={value}"
    return answer


async def test_a_stranger_is_led_to_the_sign_in_and_back(
    client: httpx.AsyncClient, filled: str
) -> None:
    answer = await client.get(f"/console/conversations/{filled}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/console/sign-in?next=/console/conversations/{filled}"
    signed_in = await _sign_in(client, next=f"/console/conversations/{filled}")
    assert signed_in.headers["location"] == f"/console/conversations/{filled}"


async def test_the_cookie_is_for_this_host_alone(client: httpx.AsyncClient, filled: str) -> None:
    cookie = (await _sign_in(client)).headers["set-cookie"]
    assert cookie.startswith("__Host-usher=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "next_page",
    ["https://evil.example", "//evil.example", "/console//evil.example", "/console/\\evil"],
)
async def test_signing_in_never_leads_out_of_the_console(
    client: httpx.AsyncClient, filled: str, next_page: str
) -> None:
    assert (await _sign_in(client, next=next_page)).headers["location"] == "/console/meetings"


async def test_a_wrong_password_says_no_more_than_that(
    client: httpx.AsyncClient, filled: str
) -> None:
    wrong = await _sign_in(client, password="wrong horse battery")
    unknown = await client.post(
        "/console/sign-in", data={"email": "bob@example.com", "password": PASSWORD}
    )
    assert wrong.status_code == unknown.status_code == 403
    shown = [re.search(r'role="alert">([^<]+)', answer.text) for answer in (wrong, unknown)]
    assert shown[0]
    assert shown[1]
    assert shown[0].group(1) == shown[1].group(1)
    assert "set-cookie" not in wrong.headers


async def test_guessing_is_slowed_down(client: httpx.AsyncClient, filled: str) -> None:
    answers = [await _sign_in(client, password=f"guess number {n}") for n in range(15)]
    assert answers[-1].status_code == 429
    assert "Wait" in answers[-1].text


async def test_a_conversation_shows_answers_and_words_as_text(
    client: httpx.AsyncClient, filled: str
) -> None:
    await _sign_in(client)
    page = (await client.get(f"/console/conversations/{filled}")).text
    assert NASTY not in page
    assert "&lt;img src=x" in page
    assert "would not say" in page
    assert "<bdi>Marketing automation</bdi>" in page, "an option by its title"
    assert 'lang="he"' in page


async def test_a_playbook_without_english_is_shown_in_its_own_language(
    client: httpx.AsyncClient, database: Database, filled: str
) -> None:
    finnish = SMALL.replace("{en:", "{fi:").replace("[en]", "[fi]").replace(": en\n", ": fi\n")
    async with database.transaction() as session:
        await playbooks.publish(session, finnish.replace("{fi: need}", "{fi: tarve}"), now=NOW)
        await session.execute(update(Conversation).values(playbook="small"))
    await _sign_in(client)
    answer = await client.get(f"/console/conversations/{filled}")
    assert answer.status_code == 200
    assert "<dt>tarve</dt>" in answer.text


async def test_lists_show_the_conversation(client: httpx.AsyncClient, filled: str) -> None:
    await _sign_in(client)
    for path in (
        "/console/meetings",
        "/console/conversations",
        "/console/contacts",
        "/console/conversations?outcome=qualified",
    ):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "<script>" not in answer.text
    assert filled in (await client.get("/console/conversations")).text


@pytest.mark.parametrize("path", ["nothing", "conversations/cnv_9", "contacts/con_9"])
async def test_what_is_not_there_is_a_page_too(
    client: httpx.AsyncClient, filled: str, path: str
) -> None:
    assert (await client.get(f"/console/{path}")).status_code == 303
    await _sign_in(client)
    answer = await client.get(f"/console/{path}")
    assert answer.status_code == 404
    assert "Back to the console" in answer.text
    assert path.rpartition("/")[2] in answer.text
    program = await client.get("/b/nonsense/invite.ics")
    assert "Back to the console" not in program.text


async def test_signing_out_needs_the_form_and_ends_it(
    client: httpx.AsyncClient, filled: str
) -> None:
    await _sign_in(client)
    assert (await client.post("/console/sign-out", data={"form_token": "guess"})).status_code == 403
    page = (await client.get("/console/meetings")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    assert (
        await client.post("/console/sign-out", data={"form_token": token.group(1)})
    ).status_code == 303
    assert (await client.get("/console/meetings")).status_code == 303


async def test_a_sign_in_ends_by_itself_and_with_a_new_password(
    client: httpx.AsyncClient, app: FastAPI, database: Database, filled: str
) -> None:
    await _sign_in(client)
    async with database.transaction() as session:
        await service.set_password(session, "ann@example.com", "another horse battery")
    assert (await client.get("/console/meetings")).status_code == 303
    assert (await _sign_in(client, password="another horse battery")).status_code == 303
    assert (await client.get("/console/meetings")).status_code == 200
    app.state.clock._offset += timedelta(hours=13)
    assert (await client.get("/console/meetings")).status_code == 303


async def test_a_disabled_user_is_out(
    client: httpx.AsyncClient, database: Database, filled: str
) -> None:
    await _sign_in(client)
    async with database.transaction() as session:
        await service.disable_user(session, "ann@example.com", now=NOW)
    assert (await client.get("/console/meetings")).status_code == 303
    assert (await _sign_in(client)).status_code == 403


async def test_pages_come_in_order(
    client: httpx.AsyncClient, database: Database, filled: str
) -> None:
    async with database.transaction() as session:
        for number in range(60):
            session.add(
                Conversation(
                    id=f"cnv_0{number:02}",
                    site="demo",
                    playbook="consulting",
                    version=1,
                    language="en",
                    timezone="UTC",
                    created_at=NOW,
                    updated_at=NOW,
                    claims={},
                    source={},
                    state={},
                    reasons=[],
                )
            )
    await _sign_in(client)
    first = (await client.get("/console/conversations")).text
    link = re.search(r'href="\?cursor=([^&"]+)', first)
    assert link
    second = (await client.get(f"/console/conversations?cursor={link.group(1)}")).text
    seen = [set(re.findall(r"/console/conversations/(cnv_\w+)", page)) for page in (first, second)]
    assert len(seen[0]) == 50
    assert len(seen[1]) == 11
    assert not seen[0] & seen[1]


async def test_a_file_is_saved_by_who_is_signed_in_and_never_shown(
    app: FastAPI, client: httpx.AsyncClient, database: Database, filled: str
) -> None:
    path = app.state.chat.files.path_of(filled, "random")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"<script>alert(1)</script>")
    name = "Ponudba <b> za Žana.txt"
    async with database.transaction() as session:
        session.add(
            FileRow(
                id="fil_1",
                conversation_id=filled,
                question="brief",
                name=name,
                type="txt",
                bytes=25,
                stored="random",
                at=NOW,
            )
        )
    assert (await client.get("/console/files/fil_1")).status_code == 303
    await _sign_in(client)
    shown = (await client.get(f"/console/conversations/{filled}")).text
    assert 'href="/console/files/fil_1"' in shown
    assert "Ponudba &lt;b&gt; za Žana.txt" in shown
    answer = await client.get("/console/files/fil_1")
    assert answer.status_code == 200
    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="Ponudba _b_ za _ana.txt"; filename*=UTF-8'
    )
    path.unlink()
    assert (await client.get("/console/files/fil_1")).status_code == 404
