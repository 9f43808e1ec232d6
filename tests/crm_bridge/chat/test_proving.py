"""Claimed until proved: with a code from the mailbox, a mailed link, or the host's token."""

import email
from datetime import timedelta
from email import policy
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from contracts.turn import AnswerChange
from crm_bridge.chat.identity import link_secret, link_token
from crm_bridge.contacts import proof, service
from crm_bridge.contacts.models import ContactEmail, IdentityClaim, IdentityProof
from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Base, Database
from crm_bridge.core.outbox import announce
from tests.crm_bridge.chat.conftest import Desk
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

KNOWN, UNKNOWN = "jane@acme.io", "nobody@acme.io"


async def mailed_code(desk: Desk, folder: Path) -> str:
    """The code in the mail that the house wrote last."""
    while await desk.app.state.dispatcher.deliver_due():
        pass
    newest = max((folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    message = email.message_from_bytes(newest.read_bytes(), policy=policy.default)
    return str(message["Subject"]).rpartition(" ")[2]


async def conversation_of(desk: Desk, page: Page) -> tuple[str, dict[str, str]]:
    async with desk.database.reading() as session:
        row = await conversations.get(session, page.conversation)
        return row.identity, row.claims


async def test_a_code_typed_in_the_chat_proves_the_address(desk: Desk, tmp_path: Path) -> None:
    await make_contact(desk.database, phones=["+38640111222"])
    page = await desk.page()
    turns = len(await desk.turns())
    asked = await page.http.post("identity/code", json={"email": " Jane@Acme.IO "})
    assert asked.status_code == 202, asked.text
    assert (await conversation_of(desk, page)) == ("anonymous", {})
    code = await mailed_code(desk, tmp_path)
    assert len(code) == 6
    await page.say(f" {code[:3]} {code[3:]}")
    identity, claims = await conversation_of(desk, page)
    assert identity == "verified"
    assert claims == {"email": KNOWN, "name": "Jane Doe", "phone": "+38640111222"}
    await page.fetch()
    assert "••••••" in [text for _, text in page.shown]
    assert code not in str(page.events)
    (*_, last) = await desk.turns()
    assert last.utterance["system"] == "proved"
    assert len(await desk.turns()) == turns + 1, "the code itself never reaches the bot"
    (row,) = await desk.rows(select(ContactEmail))
    assert row.verified_at is not None
    (claim,) = await desk.rows(select(IdentityClaim))
    assert claim.verified_at is not None


async def test_known_and_unknown_addresses_are_treated_alike(desk: Desk, tmp_path: Path) -> None:
    await make_contact(desk.database)
    answers, bubbles, rows = [], [], []
    for address in (KNOWN, UNKNOWN):
        page = await desk.page()
        asked = await page.http.post("identity/code", json={"email": address})
        wrong = await page.http.post("identity/proof", json={"code": "000000x"})
        answers.append((asked.status_code, asked.content, wrong.status_code, wrong.json()["code"]))
        await page.fetch()
        bubbles.append(page.shown)
        rows.append(len(await desk.rows(select(IdentityClaim))))
        code = await mailed_code(desk, tmp_path)
        proved = await page.http.post("identity/proof", json={"code": code})
        assert proved.status_code == 200, proved.text
    assert answers[0] == answers[1]
    assert bubbles[0] == bubbles[1]
    assert rows == [0, 1], "asking touches no contact; the first proof made the one claim"


async def test_the_database_is_asked_the_same_for_a_known_and_an_unknown_address(
    desk: Desk,
) -> None:
    await make_contact(desk.database)
    asked: list[list[str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked[-1].append(statement)

    engine = desk.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for address in (KNOWN, UNKNOWN):
            asked.append([])
            async with desk.database.transaction() as session:
                await proof.begin(session, f"cnv_{len(asked)}", address, now=NOW)
                await proof.answer(session, f"cnv_{len(asked)}", "x", secret="s", now=NOW)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked[0] == asked[1] != []
    assert not [statement for statement in asked[0] if "contact" in statement]


async def test_a_claimed_visitor_sees_and_changes_nothing(desk: Desk) -> None:
    contact = await make_contact(desk.database)
    page = await desk.page()
    async with desk.database.transaction() as session:
        await service.claim(
            session, conversation_id=page.conversation, email=KNOWN, name="Mallory", now=NOW
        )
    assert (await conversation_of(desk, page))[1] == {}
    async with desk.database.reading() as session:
        assert (await service.get(session, contact)).name == "Jane Doe"


async def test_a_proved_visitor_fills_in_what_is_missing(desk: Desk) -> None:
    contact = await make_contact(desk.database, name=None)
    page = await desk.page()
    async with desk.database.transaction() as session:
        await proof.prove(session, page.conversation, KNOWN, now=NOW)
        await service.claim(
            session,
            conversation_id=page.conversation,
            email=KNOWN,
            name="Jane Doe",
            phone="+38640111222",
            now=NOW,
        )
    async with desk.database.reading() as session:
        row = await service.get(session, contact)
        assert row.name == "Jane Doe"
        assert [one.number for one in row.phones] == ["+38640111222"]


async def test_guesses_run_out_and_codes_grow_old(desk: Desk, tmp_path: Path) -> None:
    page = await desk.page()
    await page.http.post("identity/code", json={"email": UNKNOWN})
    code = await mailed_code(desk, tmp_path)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(proof.MOST_WRONG):
        refused = await page.http.post("identity/proof", json={"code": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "code_refused")
    late = await page.http.post("identity/proof", json={"code": code})
    assert late.status_code == 422
    again = await page.http.post("identity/code", json={"email": UNKNOWN})
    assert again.status_code == 429, "not twice within half a minute"
    async with desk.database.transaction() as session:
        row = await session.get_one(IdentityProof, page.conversation)
        row.wrong, row.expires_at = 0, NOW
    assert (await page.http.post("identity/proof", json={"code": code})).status_code == 422


async def test_digits_are_a_message_like_any_other_where_no_code_was_sent(desk: Desk) -> None:
    page = await desk.page()
    turns = len(await desk.turns())
    await page.say("150000")
    (*_, last) = await desk.turns()
    assert last.utterance["text"] == "150000"
    assert len(await desk.turns()) == turns + 1


async def test_a_mailed_link_proves_its_address_for_a_week(desk: Desk) -> None:
    await make_contact(desk.database)
    secret = link_secret("test-secret-key", "demo", version=1)
    token = link_token(secret, KNOWN, site="demo", now=NOW - timedelta(days=6))
    page = await desk.page(identity_token=token)
    assert await conversation_of(desk, page) == ("verified", {"email": KNOWN, "name": "Jane Doe"})
    old = link_token(secret, KNOWN, site="demo", now=NOW - timedelta(days=8))
    page = await desk.page(identity_token=old)
    assert await conversation_of(desk, page) == ("anonymous", {})
    other = link_token(secret, KNOWN, site="other", now=NOW)
    page = await desk.page(identity_token=other)
    assert (await conversation_of(desk, page))[0] == "anonymous"


async def test_a_company_that_only_the_domain_names_is_not_said_back(desk: Desk) -> None:
    secret = link_secret("test-secret-key", "demo", version=1)
    for address, company in (("alma@reyes.si", None), ("bea@berg.si", "Berg d.o.o.")):
        page = await desk.page()
        async with desk.database.transaction() as session:
            await service.claim(
                session, conversation_id=page.conversation, email=address, company=company, now=NOW
            )
        back = await desk.page(identity_token=link_token(secret, address, site="demo", now=NOW))
        assert (await conversation_of(desk, back))[1].get("company") == company


async def test_the_code_is_kept_nowhere(desk: Desk, database: Database, tmp_path: Path) -> None:
    page = await desk.page()
    await page.http.post("identity/code", json={"email": UNKNOWN})
    code = await mailed_code(desk, tmp_path)
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                assert code not in {str(value) for value in row}


async def wants_code(desk: Desk, page: Page, address: str) -> None:
    """The visitor gave the address and said yes to a code."""
    change = AnswerChange(question="email", value=address, text=address)
    async with desk.database.transaction() as session:
        await conversations.add_answers(session, page.conversation, [change], now=NOW)
        data = {"conversation": page.conversation, "question": "email"}
        announce(session, "conversation.code_wanted", data, now=NOW)


async def test_the_dialogue_has_a_code_sent_known_or_not(desk: Desk, tmp_path: Path) -> None:
    await make_contact(desk.database)
    for address in (KNOWN, UNKNOWN):
        page = await desk.page()
        await wants_code(desk, page, address)
        code = await mailed_code(desk, tmp_path)
        before = len(page.shown)
        await page.fetch()
        assert len(page.shown) == before, "the dialogue has said that it comes"
        await page.say(code)
        assert (await conversation_of(desk, page))[0] == "verified"


async def test_six_figures_that_answer_a_question_are_no_code_but_count_as_a_guess(
    desk: Desk, tmp_path: Path
) -> None:
    page = await desk.page()
    await wants_code(desk, page, UNKNOWN)
    code = await mailed_code(desk, tmp_path)
    async with desk.database.transaction() as session:
        row = await conversations.get(session, page.conversation)
        row.state = {**row.state, "kind": "money", "pending": None}
    turns = len(await desk.turns())
    await page.say(f"{(int(code) + 1) % 10**6:06d}")
    assert len(await desk.turns()) == turns + 1, "the bot is told the budget"
    (waiting,) = await desk.rows(select(IdentityProof))
    assert waiting.wrong == 1
    await page.say(code)
    assert (await conversation_of(desk, page))[0] == "verified"


async def test_who_proved_it_is_told_what_they_answered_before(desk: Desk) -> None:
    contact_id = await make_contact(desk.database)
    before, other = await desk.page(), await desk.page()
    async with desk.database.transaction() as session:
        for page, industry in ((before, "retail"), (before, "finance"), (other, "health")):
            change = AnswerChange(question="industry", value=industry, text=industry)
            await conversations.add_answers(session, page.conversation, [change], now=NOW)
        change = AnswerChange(question="budget", status="declined", text="no")
        await conversations.add_answers(session, before.conversation, [change], now=NOW)
        await conversations.attach_contact(session, before.conversation, contact_id)
    secret = link_secret("test-secret-key", "demo", version=1)
    token = link_token(secret, KNOWN, site="demo", now=NOW)
    proved, claims = await desk.page(identity_token=token), await desk.page()
    async with desk.database.transaction() as session:
        await conversations.attach_contact(session, claims.conversation, contact_id)

    async def earlier(page: Page) -> dict[str, object]:
        async with desk.database.quick(readonly=True) as quick:
            row = await conversations.row(quick, page.conversation)
            found = await conversations.earlier_answers(quick, row)
        return {name: answer.value for name, answer in found.items()}

    assert await earlier(proved) == {"industry": "finance"}
    assert await earlier(claims) == {}, "nobody has proved that"
