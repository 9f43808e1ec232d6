"""Every bot forgets an erased conversation, however long it takes."""

import httpx
import pytest

from crm_bridge.core.outbox import Event
from crm_bridge.privacy.handlers import ForgetTracker
from tests.crm_bridge.conftest import NOW

ERASED = Event(id="evt_1", name="conversation.erased", data={"conversation": "cnv_1"}, at=NOW)


def tracker(*statuses: int) -> tuple[ForgetTracker, list[httpx.Request]]:
    asked: list[httpx.Request] = []
    answers = iter(statuses)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(next(answers))

    bots = ("http://bot-1:5005/", "http://bot-2:5005")
    return ForgetTracker(bots, "key", transport=httpx.MockTransport(answer)), asked


async def test_every_bot_is_asked_with_the_internal_key() -> None:
    forget, asked = tracker(204, 404)
    await forget(ERASED)
    path = "/webhooks/usher/conversations/cnv_1"
    assert [str(request.url) for request in asked] == [
        f"http://bot-1:5005{path}",
        f"http://bot-2:5005{path}",
    ]
    assert {request.method for request in asked} == {"DELETE"}
    assert {request.headers["authorization"] for request in asked} == {"Bearer key"}


async def test_a_bot_that_fails_is_asked_again_later() -> None:
    forget, _ = tracker(503)
    with pytest.raises(httpx.HTTPStatusError):
        await forget(ERASED)
