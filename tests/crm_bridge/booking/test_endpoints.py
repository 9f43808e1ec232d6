"""Openings, holds and bookings in the public API."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.contacts import service as contacts
from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import at, make_advisor
from tests.crm_bridge.records import key_headers

pytestmark = pytest.mark.usefixtures("app_with_desk")
NINE = at("12 08:00").isoformat()
ROBIN = {"name": "Robin Berg", "email": "Robin@TestaLabs.io", "timezone": "Europe/Oslo"}


async def _booked(client: httpx.AsyncClient, key: dict[str, str], start: str = NINE) -> dict:
    held = await client.post(
        "/api/v1/holds", json={"playbook": "consulting", "start": start}, headers=key
    )
    wanted = {"hold": held.json()["hold"], "contact": ROBIN}
    answer = await client.post("/api/v1/bookings", json=wanted, headers=key)
    assert answer.status_code == 201
    return answer.json()


async def test_openings_are_told_in_the_wanted_zone_with_who_is_not_available(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    key = await key_headers(database)
    days = {"from": "2026-03-12", "to": "2026-03-12", "timezone": "Asia/Jerusalem"}
    answer = await client.get(
        "/api/v1/openings", params={"playbook": "consulting", **days}, headers=key
    )
    found = answer.json()
    assert found["openings"][0] == {
        "start": "2026-03-12T10:00:00+02:00",
        "end": "2026-03-12T10:30:00+02:00",
        "advisors": ["maja"],
    }
    assert len(found["openings"]) == 6
    assert found["unavailable"] == [{"advisor": "noam", "why": "is not known here"}]


async def test_an_advisor_who_offers_nothing_is_named_with_the_reason(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    key = await key_headers(database)
    saturday = {"from": "2026-03-14", "to": "2026-03-14"}
    answer = await client.get(
        "/api/v1/openings", params={"advisor": "maja", **saturday}, headers=key
    )
    assert answer.json() == {
        "openings": [],
        "unavailable": [{"advisor": "maja", "why": "works no hours in this time"}],
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "somebody_needed"),
        ({"advisor": "maja", "timezone": "Mars/Base"}, "span_invalid"),
        ({"advisor": "maja", "from": "soon"}, "span_invalid"),
        ({"advisor": "maja", "from": "2026-03-13", "to": "2026-03-12"}, "span_invalid"),
        ({"advisor": "maja", "from": "2026-03-13", "to": "2026-07-12"}, "span_too_long"),
    ],
)
async def test_a_query_that_makes_no_sense_is_named(
    client: httpx.AsyncClient, database: Database, maja: str, query: dict[str, str], code: str
) -> None:
    key = await key_headers(database)
    answer = await client.get("/api/v1/openings", params=query, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_hold_is_booked_for_a_contact_that_becomes_a_record(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    booked = await _booked(client, await key_headers(database))
    assert (booked["status"], booked["advisor"]) == ("booked", "maja")
    assert booked["reason"]["because"] == "the only advisor who is free then"
    async with database.reading() as session:
        contact = await contacts.get(session, booked["contact_id"])
        assert [row.address for row in contact.emails] == ["robin@testalabs.io"]


async def test_a_second_hold_of_the_same_time_is_a_conflict_with_the_nearest(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    key = await key_headers(database)
    for status in (201, 409):
        answer = await client.post(
            "/api/v1/holds", json={"advisor": "maja", "start": NINE}, headers=key
        )
        assert answer.status_code == status
    assert answer.json()["nearest"][0]["start"] == "2026-03-12T08:30:00Z"


async def test_moving_cancelling_and_finding(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    key = await key_headers(database)
    booked = await _booked(client, key)
    one = f"/api/v1/bookings/{booked['id']}"
    moved = await client.post(
        f"{one}/move", json={"start": at("12 09:00").isoformat()}, headers=key
    )
    assert (moved.json()["start"], moved.json()["sequence"]) == ("2026-03-12T09:00:00Z", 1)
    gone = await client.post(f"{one}/cancel", json={"reason": "ill"}, headers=key)
    assert gone.json()["status"] == "cancelled"
    assert (await client.get(one, headers=key)).json()["sequence"] == 2
    other = await _booked(client, key)
    for query, ids in (
        ({}, [other["id"], booked["id"]]),
        ({"status": "booked"}, [other["id"]]),
        ({"advisor": "noam"}, []),
        ({"contact": booked["contact_id"]}, [other["id"], booked["id"]]),
        ({"from": "2026-03-12T08:30:00Z", "to": "2026-03-12T23:00:00Z"}, [booked["id"]]),
    ):
        found = await client.get("/api/v1/bookings", params=query, headers=key)
        assert [each["id"] for each in found.json()["items"]] == ids


async def test_a_hold_needs_somebody_and_a_booking_needs_a_contact(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    key = await key_headers(database)
    for body in ({"start": NINE}, {"advisor": "maja", "start": "2026-03-12T09:00:00"}):
        assert (await client.post("/api/v1/holds", json=body, headers=key)).status_code == 422
    held = await client.post("/api/v1/holds", json={"advisor": "maja", "start": NINE}, headers=key)
    hold = held.json()["hold"]
    for body in (
        {"hold": hold},
        {"hold": hold, "contact": {"name": "Robin"}},
        {"hold": hold, "contact": {"email": "not an address"}},
        {"hold": hold, "contact": {"email": "a@b.io", "timezone": "Mars/Base"}},
    ):
        assert (await client.post("/api/v1/bookings", json=body, headers=key)).status_code == 422


async def test_reading_needs_a_key_and_writing_one_that_may_write(
    client: httpx.AsyncClient, database: Database, maja: str
) -> None:
    assert (await client.get("/api/v1/openings?advisor=maja")).status_code == 401
    reader = await key_headers(database, "read")
    body = {"advisor": "maja", "start": NINE}
    assert (await client.post("/api/v1/holds", json=body, headers=reader)).status_code == 403


async def test_without_a_mail_server_the_invitations_are_files(
    client: httpx.AsyncClient, app: FastAPI, database: Database, tmp_path: Path
) -> None:
    await make_advisor(database, "maja")
    await _booked(client, await key_headers(database))
    await app.state.dispatcher.deliver_due()
    files = sorted((tmp_path / "outbox").glob("*.eml"))
    assert [file.stem.rpartition("-")[2] for file in files] == ["advisor", "visitor"]
    ready = await client.get("/readyz")
    assert "mail: no server is set: messages are files in" in ready.text
