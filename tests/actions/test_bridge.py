"""The client of the bridge: a deadline for each call, a second try only where it is safe."""

import asyncio
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse

from actions.bridge import (
    TRIES,
    Bridge,
    BridgeRefused,
    BridgeUnreachable,
    OpeningGone,
)
from contracts.booking import ConfirmRequest, HoldRequest, OpeningsQuery
from contracts.dialogue import QualifyRequest
from contracts.turn import TurnCommit
from tests.actions.house import KEY, NOW, START, House, opening, problem
from tests.crm_bridge.chat.serving import served
from tests.postgresql import free_port

COMMIT = TurnCommit(state={"v": 1}, language="en")


async def test_every_call_carries_the_internal_key(bridge: Bridge, house: House) -> None:
    await bridge.faq(language="en", text="price?", topic=None)
    await bridge.commit("trn_1", COMMIT)
    assert {call.authorization for call in house.calls} == {f"Bearer {KEY}"}


async def test_a_commit_is_keyed_by_its_turn(bridge: Bridge, house: House) -> None:
    await bridge.commit("trn_7", COMMIT)
    assert house.calls[0].path == "turns/trn_7/commit"
    assert house.calls[0].key == "trn_7"


async def test_a_passing_fault_is_tried_again(bridge: Bridge, house: House) -> None:
    house.fail_next = TRIES - 1
    view = await bridge.qualify("cnv_1", QualifyRequest(), key="trn_1:qualify:1")
    assert view.outcome == "qualified"
    assert [call.key for call in house.calls] == ["trn_1:qualify:1"] * TRIES


async def test_a_lasting_fault_is_unreachable(bridge: Bridge, house: House) -> None:
    house.fail_next = 99
    with pytest.raises(BridgeUnreachable):
        await bridge.openings("cnv_1", OpeningsQuery(start=NOW, end=START))
    assert len(house.calls) == TRIES


async def test_a_write_without_a_key_is_never_sent_twice(bridge: Bridge, house: House) -> None:
    house.fail_next = 1
    with pytest.raises(BridgeUnreachable):
        await bridge._send("POST", "conversations/cnv_1/erase")
    assert len(house.calls) == 1


async def test_a_refusal_keeps_its_code_and_is_not_tried_again(
    bridge: Bridge, house: House
) -> None:
    house.answers["holds"] = lambda request, body: problem(403, "too_many_bookings")
    with pytest.raises(BridgeRefused) as refused:
        await bridge.hold("cnv_1", HoldRequest(start=START), key="k")
    assert (refused.value.status, refused.value.code) == (403, "too_many_bookings")
    assert len(house.calls) == 1


@pytest.mark.parametrize(("code", "expired"), [("opening_taken", False), ("hold_expired", True)])
async def test_a_time_that_is_gone_brings_the_nearest(
    bridge: Bridge, house: House, code: str, expired: bool
) -> None:
    house.answers["bookings"] = lambda request, body: problem(409, code, nearest=[opening()])
    with pytest.raises(OpeningGone) as gone:
        await bridge.confirm("cnv_1", ConfirmRequest(hold="hld_1"), key="k")
    assert gone.value.expired is expired
    assert [one.start for one in gone.value.nearest] == [START]


async def test_a_broken_list_of_nearest_times_is_no_fault(bridge: Bridge, house: House) -> None:
    house.answers["holds"] = lambda request, body: problem(409, "opening_taken", nearest=[{"x": 1}])
    with pytest.raises(OpeningGone) as gone:
        await bridge.hold("cnv_1", HoldRequest(start=START), key="k")
    assert gone.value.nearest == ()


@pytest.mark.parametrize(
    "answer",
    [
        lambda request, body: PlainTextResponse("<html>proxy</html>"),
        lambda request, body: JSONResponse({"outcome": "maybe", "score": 1}),
    ],
)
async def test_an_answer_that_is_none_is_unreachable(
    bridge: Bridge, house: House, answer: Any
) -> None:
    house.answers["qualify"] = answer
    with pytest.raises(BridgeUnreachable):
        await bridge.qualify("cnv_1", QualifyRequest(), key="k")


async def test_a_refusal_that_is_no_problem_document_is_still_one(
    bridge: Bridge, house: House
) -> None:
    house.answers["handover"] = lambda request, body: PlainTextResponse("no", status_code=404)
    with pytest.raises(BridgeRefused) as refused:
        await bridge._send("POST", "conversations/cnv_1/handover", key="k")
    assert refused.value.code == "unknown"


async def test_silence_ends_at_the_deadline() -> None:
    asked: list[bytes] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        await reader.read()  # until the client hangs up
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Bridge(f"http://127.0.0.1:{port}", KEY, deadline_seconds=0.05) as bridge:
            with pytest.raises(BridgeUnreachable, match="TimeoutError"):
                await bridge.faq(language="en", text="x", topic=None)
    assert [line.split()[1].split(b"?")[0] for line in asked] == [b"/internal/v1/faq"]


async def test_a_refused_connection_is_unreachable() -> None:
    async with Bridge(f"http://127.0.0.1:{free_port()}", KEY) as bridge:
        with pytest.raises(BridgeUnreachable, match="ConnectorError"):
            await bridge.playbook("consulting", 1)


async def test_a_bridge_that_was_restarted_is_called_anew(house: House) -> None:
    async with served(house.app()) as first, Bridge(first.url, KEY) as bridge:
        await bridge.faq(language="en", text="x", topic=None)
        await first.crash()
        async with served(house.app(), first.port):
            await bridge.commit("trn_1", COMMIT)
    assert len(house.commits) == 1
