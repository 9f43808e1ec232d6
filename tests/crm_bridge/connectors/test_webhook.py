"""The generic webhook: what is told is signed, repeated under one id, and answered for."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.errors import CrmUnreachable
from crm_bridge.connectors.port import Write
from crm_bridge.connectors.transport import Transport
from crm_bridge.connectors.webhook.adapter import NoSignIn, WebhookCrm
from crm_bridge.connectors.webhook.message import BadMessage, heard
from crm_bridge.webhooks.sign import new_secret, verify

SECRET = new_secret(b"0123456789abcdef0123456789abcdef")


def crm(*answers: httpx.Response) -> tuple[WebhookCrm, list[httpx.Request]]:
    left, asked = list(answers), list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return left.pop(0) if len(left) > 1 else left[0]

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    transport = Transport(client, NoSignIn(), buckets={"": Bucket(1000, seconds=1)})
    return WebhookCrm(transport, url="https://other.test/in", secret=SECRET), asked


async def test_a_record_is_told_signed_and_keeps_their_id() -> None:
    other, asked = crm(httpx.Response(200, json={"id": 77}))
    (written,) = await other.write("contacts", [Write("con_1", {"name": "Ana"})])
    assert (written.id, written.fault) == ("77", None)
    (request,) = asked
    verify(SECRET, request.headers, request.content, now=datetime.now(UTC))
    assert "authorization" not in request.headers
    assert json.loads(request.content) == {
        "type": "contacts.upserted",
        "data": {"key": "con_1", "id": None, "fields": {"name": "Ana"}},
    }


async def test_a_repetition_carries_the_same_id() -> None:
    other, asked = crm(httpx.Response(500), httpx.Response(204))
    (written,) = await other.write("contacts", [Write("con_1", {"name": "Ana"})])
    assert written.id == "con_1"
    assert len({request.headers["webhook-id"] for request in asked}) == 1
    assert len(asked) == 2


async def test_a_refusal_is_the_records_and_an_outage_the_connections() -> None:
    refusing, _ = crm(httpx.Response(422, text="no"))
    (written,) = await refusing.write("contacts", [Write("con_1", {})])
    assert written.fault is not None
    assert written.fault.kind == "refused"
    down, _ = crm(httpx.Response(503))
    with pytest.raises(CrmUnreachable):
        await down.write("contacts", [Write("con_1", {})])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type": "contacts.upserted", "records": [{}]}',
        b'{"type": "contacts.upserted", "records": [{"id": 1, "modified": "2026-03-11"}]}',
        b'{"type": "contacts.upserted", "records": [{"id": 1, "modified": "yesterday"}]}',
        b'{"type": "contacts.upserted", "records": 3}',
        b"\xff",
    ],
)
def test_what_cannot_be_read_is_named_so(body: bytes) -> None:
    with pytest.raises(BadMessage):
        heard(body)
