"""HubSpot's signature: the known vector, and nothing that was tampered with, or is not now."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_bridge.connectors.hubspot.signature import SIGNATURE, TIMESTAMP, signature, verify
from crm_bridge.webhooks.sign import SignatureRefused

SECRET, URI, BODY = "secret", "https://bot.example.si/webhooks/hubspot", b'[{"eventId":1}]'
SENT = datetime.fromtimestamp(1_700_000_000, UTC)
GIVEN = {SIGNATURE: "7SIIqnAb42vSE/Oqz7DMXQuJGAxC914d5m8KL5FbtIo=", TIMESTAMP: "1700000000000"}


def check(
    given: dict[str, str] = GIVEN, *, uri: str = URI, body: bytes = BODY, after: float = 0
) -> None:
    now = SENT + timedelta(seconds=after)
    verify(SECRET, given, method="POST", uri=uri, body=body, now=now)


def test_the_known_vector_is_let_in() -> None:
    made = signature(SECRET, method="POST", uri=URI, body=BODY, timestamp="1700000000000")
    assert made == GIVEN[SIGNATURE]
    check()
    check(after=299)
    check(after=-299)


@pytest.mark.parametrize("after", [301, -301, 86_400, -86_400])
def test_what_is_old_or_from_the_future_is_refused(after: float) -> None:
    with pytest.raises(SignatureRefused):
        check(after=after)


def test_what_was_tampered_with_is_refused() -> None:
    for given in (
        {**GIVEN, SIGNATURE: "AAAA"},
        {**GIVEN, SIGNATURE: "ä"},
        {**GIVEN, TIMESTAMP: "1700000000001"},
        {**GIVEN, TIMESTAMP: "now"},
        {**GIVEN, TIMESTAMP: "9" * 30},
        {},
    ):
        with pytest.raises(SignatureRefused):
            check(given)
    with pytest.raises(SignatureRefused):
        check(body=b'[{"eventId":2}]')
    with pytest.raises(SignatureRefused):
        check(uri=URI + "?a=1")


def test_encoded_signs_of_the_address_are_signed_decoded() -> None:
    def sign(uri: str) -> str:
        return signature(SECRET, method="POST", uri=uri, body=b"", timestamp="1")

    assert sign("https://a.si/?u=https%3A%2F%2Fb.si") == sign("https://a.si/?u=https://b.si")
    assert sign("https://a.si/?u=a%20b") != sign("https://a.si/?u=a b")
