"""One transport: rests when told, renews once, repeats only what may be repeated."""

import asyncio
from collections.abc import Callable, Mapping

import httpx
import pytest

from crm_bridge.connectors.breaker import Breaker
from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.errors import (
    CrmMisunderstood,
    CrmPaused,
    CrmRevoked,
    CrmUnreachable,
)
from crm_bridge.connectors.sign_in import Fixed, Grant, SignIn, token_endpoint
from crm_bridge.connectors.transport import Transport


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def transport(
    answer: Callable[[httpx.Request], httpx.Response],
    *,
    time: Time | None = None,
    sign_in: SignIn | None = None,
    breaker: Breaker | None = None,
    buckets: Mapping[str, Bucket] | None = None,
) -> Transport:
    held = time or Time()
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="https://crm.test")
    return Transport(
        client,
        sign_in or Fixed("t"),
        buckets=buckets or {"": Bucket(1000, seconds=1)},
        breaker=breaker,
        seconds=lambda: held.now,
        sleep=held.sleep,
    )


def answers(
    *parts: int | httpx.Response,
) -> tuple[Callable[[httpx.Request], httpx.Response], list[str]]:
    """Answers one after the other, the last for ever; and what was asked."""
    left, asked = list(parts), list[str]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.headers['authorization']}")
        one = left.pop(0) if len(left) > 1 else left[0]
        return one if isinstance(one, httpx.Response) else httpx.Response(one, json={})

    return answer, asked


async def test_what_is_idempotent_is_tried_again() -> None:
    answer, asked = answers(500, 502, 200)
    assert (await transport(answer).ask("GET", "/a")).status_code == 200
    assert len(asked) == 3


async def test_what_is_not_is_sent_once() -> None:
    answer, asked = answers(500)
    with pytest.raises(CrmUnreachable):
        await transport(answer).ask("POST", "/a", json={})
    assert len(asked) == 1


async def test_a_broken_line_is_no_answer() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(CrmUnreachable):
        await transport(broken).ask("GET", "/a")


async def test_a_refused_request_is_asked_again_after_the_rest_even_a_post() -> None:
    time = Time()
    answer, asked = answers(httpx.Response(429, headers={"retry-after": "1"}), 200)
    assert (await transport(answer, time=time).ask("POST", "/a")).status_code == 200
    assert len(asked) == 2
    assert sum(time.slept) == 1.0


async def test_a_long_rest_stops_the_whole_connection_without_asking() -> None:
    time = Time()
    answer, asked = answers(httpx.Response(429, headers={"retry-after": "60"}), 200)
    crm = transport(answer, time=time)
    with pytest.raises(CrmPaused) as paused:
        await crm.ask("GET", "/a")
    assert paused.value.retry_after_seconds == 60
    for _ in range(3):
        with pytest.raises(CrmPaused):
            await crm.ask("POST", "/b")
    assert len(asked) == 1
    time.now += 60
    assert (await crm.ask("GET", "/a")).status_code == 200


async def test_a_crm_that_is_shut_and_says_until_when_is_left_alone_by_all() -> None:
    time = Time()
    answer, asked = answers(httpx.Response(503, headers={"retry-after": "60"}), 200)
    crm = transport(answer, time=time)
    with pytest.raises(CrmUnreachable) as away:
        await crm.ask("POST", "/a")
    assert away.value.retry_after_seconds == 60
    with pytest.raises(CrmPaused):
        await crm.ask("GET", "/b")
    assert len(asked) == 1
    time.now += 60
    assert (await crm.ask("GET", "/b")).status_code == 200


async def test_each_kind_of_request_waits_for_a_token_of_its_own_bucket() -> None:
    time = Time()
    answer, asked = answers(200)
    buckets = {"": Bucket(1000, seconds=1), "search": Bucket(5, seconds=1, burst=1)}
    crm = transport(answer, time=time, buckets=buckets)
    for _ in range(3):
        await crm.ask("POST", "/search", bucket="search")
    await crm.ask("GET", "/a")
    assert time.slept == [pytest.approx(0.25), pytest.approx(0.25)]
    assert len(asked) == 4


async def test_the_breaker_stops_asking_a_crm_that_is_down() -> None:
    answer, asked = answers(500)
    crm = transport(answer, breaker=Breaker(2, rest=30))
    for _ in range(5):
        with pytest.raises(CrmUnreachable):
            await crm.ask("POST", "/a")
    assert len(asked) == 2


async def test_a_stale_token_is_renewed_once_for_all() -> None:
    renewed = 0

    async def ask(_refused: Grant | None) -> Grant:
        nonlocal renewed
        renewed += 1
        await asyncio.sleep(0)
        return Grant("new")

    def answer(request: httpx.Request) -> httpx.Response:
        is_new = request.headers["authorization"] == "Bearer new"
        return httpx.Response(200 if is_new else 401, json={})

    crm = transport(answer, sign_in=SignIn(ask, grant=Grant("old")))
    together = await asyncio.gather(*(crm.ask("POST", "/a") for _ in range(8)))
    assert {one.status_code for one in together} == {200}
    assert renewed == 1


async def test_a_fresh_token_that_is_refused_is_a_persons_turn() -> None:
    async def ask(_refused: Grant | None) -> Grant:
        return Grant("new")

    answer, asked = answers(401)
    with pytest.raises(CrmRevoked):
        await transport(answer, sign_in=SignIn(ask)).ask("GET", "/a")
    assert len(asked) == 2
    with pytest.raises(CrmRevoked):
        await transport(answers(401)[0]).ask("GET", "/a")


async def test_a_refresh_token_is_used_and_the_new_one_kept() -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={"access_token": "a", "refresh_token": f"r{len(sent)}"})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    ask = token_endpoint(
        client, "https://crm.test/token", {"client_id": "c", "refresh_token": "r0"}
    )
    first = await ask(None)
    second = await ask(first)
    assert second == Grant("a", "r2")
    assert b"refresh_token=r0" in sent[0]
    assert b"refresh_token=r1" in sent[1]


@pytest.mark.parametrize(("status", "fault"), [(400, CrmRevoked), (503, CrmUnreachable)])
async def test_a_token_endpoint_that_refuses(status: int, fault: type[Exception]) -> None:
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(fault):
        await token_endpoint(client, "https://crm.test/token", {})(None)


async def test_an_answer_that_is_no_json_is_misunderstood() -> None:
    page = httpx.Response(200, text="<html>")
    with pytest.raises(CrmMisunderstood):
        await transport(answers(page)[0]).json("GET", "/a")
    with pytest.raises(CrmMisunderstood):
        await transport(answers(404)[0]).json("GET", "/a")
