"""The action server's door to booking."""

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import at, make_conversation
from tests.crm_bridge.conftest import INTERNAL_KEY

pytestmark = pytest.mark.usefixtures("app_with_desk")
KEY = {"Authorization": f"Bearer {INTERNAL_KEY}"}
NINE = at("12 08:00").isoformat()


def _of(conversation: str, what: str) -> str:
    return f"/internal/v1/conversations/{conversation}/{what}"


async def test_from_openings_to_a_cancelled_meeting(
    client: httpx.AsyncClient, maja: str, visitor: str
) -> None:
    span = {"start": at("12 00:00").isoformat(), "end": at("13 00:00").isoformat()}
    openings = (await client.post(_of(visitor, "openings"), json=span, headers=KEY)).json()
    assert openings["minutes"] == 30
    assert openings["starts"][:2] == ["2026-03-12T08:00:00Z", "2026-03-12T08:30:00Z"]
    start = {"start": openings["starts"][0]}
    held = (await client.post(_of(visitor, "holds"), json=start, headers=KEY)).json()
    booked = await client.post(_of(visitor, "bookings"), json={"hold": held["hold"]}, headers=KEY)
    assert booked.status_code == 200
    booking = booked.json()["booking"]
    later = {"start": at("12 09:00").isoformat()}
    moved = await client.post(f"/internal/v1/bookings/{booking}/move", json=later, headers=KEY)
    assert moved.json()["start"] == "2026-03-12T09:00:00Z"
    gone = await client.post(f"/internal/v1/bookings/{booking}/cancel", json={}, headers=KEY)
    assert gone.json()["status"] == "cancelled"


async def test_a_taken_opening_is_a_conflict_with_the_nearest_ones(
    client: httpx.AsyncClient, database: Database, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    await client.post(_of(other, "holds"), json={"start": NINE}, headers=KEY)
    answer = await client.post(_of(visitor, "holds"), json={"start": NINE}, headers=KEY)
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "opening_taken"
    assert problem["nearest"][0]["start"] == "2026-03-12T08:30:00Z"


async def test_a_hold_that_is_gone_is_a_conflict_with_its_own_code(
    client: httpx.AsyncClient, maja: str, visitor: str
) -> None:
    wanted = {"hold": "hld_gone"}
    answer = await client.post(_of(visitor, "bookings"), json=wanted, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "hold_expired")


async def test_the_same_key_holds_once_and_gets_the_same_answer(
    client: httpx.AsyncClient, maja: str, visitor: str
) -> None:
    headers = {**KEY, "Idempotency-Key": "turn-1-hold"}
    answers = [
        await client.post(_of(visitor, "holds"), json={"start": NINE}, headers=headers)
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("what", ["openings", "holds", "bookings"])
async def test_without_the_key_nothing_is_told(client: httpx.AsyncClient, what: str) -> None:
    answer = await client.post(_of("cnv_1", what), json={})
    assert answer.status_code == 401


async def test_a_span_of_months_and_an_unknown_conversation_are_refused(
    client: httpx.AsyncClient, maja: str, visitor: str
) -> None:
    span = {"start": at("12 00:00").isoformat(), "end": "2026-06-12T00:00:00Z"}
    answer = await client.post(_of(visitor, "openings"), json=span, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "span_too_long")
    nobody = await client.post(_of("cnv_none", "holds"), json={"start": NINE}, headers=KEY)
    assert nobody.status_code == 404
