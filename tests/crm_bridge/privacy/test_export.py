"""A person gets everything that is kept about them, and nothing about others."""

import json
from base64 import b64decode

import httpx
from fastapi import FastAPI

from crm_bridge.contacts import service as contacts
from crm_bridge.core.database import Database
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import EMAIL, NAME, PHONE, live_through_a_chat
from tests.crm_bridge.records import key_headers, make_conversation


async def test_the_export_holds_all_that_was_said_booked_and_noted(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    other = {"need": "crm", "name": "Kari Nordmann", "email": "kari@bedrift.no"}
    await make_conversation(database, other, conversation_id="cnv_2")
    async with database.reading() as session:
        (match,) = await contacts.find(session, email=EMAIL)
    headers = await key_headers(database)
    answer = await client.get(f"/api/v1/contacts/{match.contact.id}/export", headers=headers)
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert whole["contact"]["name"] == NAME
    assert [consent["purpose"] for consent in whole["contact"]["consents"]] == ["marketing"]
    assert whole["company"]["domains"] == [EMAIL.partition("@")[2]]
    (chat,) = whole["conversations"]
    assert chat["answers"]["phone"]["value"] == PHONE
    assert any(NAME in event.get("text", "") for event in chat["events"])
    assert [agreement["purpose"] for agreement in whole["agreements"]] == ["chat"]
    (file,) = whole["files"]
    assert b64decode(file["contents"]).decode() == f"%PDF-1.7 {NAME}"
    assert [deal["stage"] for deal in whole["deals"]] == ["meeting_booked"]
    assert len(whole["tickets"]) == 1
    assert [activity["kind"] for activity in whole["activities"]] == ["chat", "meeting"]
    assert [meeting["visitor"]["name"] for meeting in whole["meetings"]] == [NAME]
    assert "Nordmann" not in json.dumps(whole)


async def test_an_unknown_contact_has_no_export(
    client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    answer = await client.get("/api/v1/contacts/con_none/export", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "contact_unknown")


async def test_a_key_that_only_reads_cannot_erase(
    client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database, "read")
    answer = await client.delete("/api/v1/contacts/con_none", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


async def test_the_export_is_a_page_that_a_person_can_read(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    async with database.transaction() as session:
        (match,) = await contacts.find(session, email=EMAIL)
        evil = {"properties": {"note": "<script>alert(1)</script>"}}
        await contacts.update(session, match.contact.id, evil, by="rep:1", now=NOW)
    headers = await key_headers(database)
    path = f"/api/v1/contacts/{match.contact.id}/export.html"
    answer = await client.get(path, headers=headers)
    assert answer.headers["content-type"].startswith("text/html")
    text = answer.text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    for said in (NAME, PHONE, "What was said", "Meetings", "marketing", f'download="{NAME}.pdf"'):
        assert said in text, said
    head = text.partition("<body>")[0]
    assert "://" not in head
    assert "default-src 'none'" in head  # nothing is loaded
    refused = await client.get(path)
    assert refused.status_code == 401


async def test_a_company_is_given_out_with_its_people_and_business(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    async with database.reading() as session:
        (match,) = await contacts.find(session, email=EMAIL)
    headers = await key_headers(database)
    path = f"/api/v1/companies/{match.contact.company_id}/export"
    whole = (await client.get(path, headers=headers)).json()
    assert whole["company"]["domains"] == [EMAIL.partition("@")[2]]
    assert [contact["name"] for contact in whole["contacts"]] == [NAME]
    assert [deal["stage"] for deal in whole["deals"]] == ["meeting_booked"]
    assert len(whole["tickets"]) == 1
    assert "meeting" in {activity["kind"] for activity in whole["activities"]}
    none = await client.get("/api/v1/companies/com_none/export", headers=headers)
    assert none.json()["code"] == "company_unknown"
