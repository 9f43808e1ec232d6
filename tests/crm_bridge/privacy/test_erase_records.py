"""Merges, codes, scores and suggestions keep nothing of a person who was erased."""

import httpx
from fastapi import FastAPI

from crm_bridge.contacts import merging, proof
from crm_bridge.contacts.models import ContactExternalId, DuplicateSuggestion
from crm_bridge.core.database import Database
from crm_bridge.scoring.service import give_points
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.records import key_headers, make_contact, make_conversation

PERSONAL = ("zdenka", "40987654", "kovaci")
KEPT_TABLES = {"contact_merge", "identity_proof", "points_given", "contact_external_id"}


async def test_no_table_knows_a_person_who_was_merged_proved_and_scored(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    kept = await make_contact(
        database, name="Zdenka K.", emails=["zdenka@kovaci.si"], phones=["+38640987654"]
    )
    gone = await make_contact(database, name="Zdenka Kovačič", emails=["zdenka@gmail.com"])
    other = await make_contact(database, name="Other", emails=["other@acme.io"])
    answers = {"name": "Zdenka", "email": "zdenka@gmail.com"}
    conversation = await make_conversation(database, answers)
    async with database.transaction() as session:
        await proof.begin(session, conversation, "zdenka@gmail.com", now=NOW)
        await merging.merge(session, kept, gone, by="rep:1", now=NOW)
        await give_points(session, kept, 5, because="zdenka came", occasion="fair", now=NOW)
        session.add(
            ContactExternalId(
                system="hubspot", external_id="zdenka-1", contact_id=kept, added_at=NOW
            )
        )
        session.add(
            DuplicateSuggestion(
                id="dup_1", first_id=kept, second_id=other, probability=1.0, found_at=NOW
            )
        )
    assert await tables_with(database, PERSONAL) >= KEPT_TABLES
    erased = await client.delete(f"/api/v1/contacts/{kept}", headers=headers)
    assert erased.status_code == 200, erased.text
    assert await tables_with(database, PERSONAL) == set()
    assert "duplicate_suggestion" not in await tables_with(database, (kept,))
