"""Signatures of webhooks, after Standard Webhooks: HMAC-SHA256 over id, time and body. Pure.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from crm_bridge.core.errors import NotSignedIn

TOLERANCE: Final = timedelta(minutes=5)  # to both sides: nothing comes from the future
_PREFIX: Final = "whsec_"


class SignatureRefused(NotSignedIn):
    """The request is not what its sender signed, or not now."""

    code = "webhook_signature_refused"


def new_secret(random: bytes) -> str:
    """A secret as it is shown to people, of 24 to 64 random bytes."""
    return _PREFIX + base64.b64encode(random).decode()


def signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the signature in base64. Raises ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as fault:
        raise ValueError("a webhook secret is base64") from fault
    signed = f"{message_id}.{timestamp}.".encode() + body
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def headers(secret: str, *, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a request."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(
            secret, message_id=message_id, timestamp=timestamp, body=body
        ),
    }


def verify(secret: str, given: Mapping[str, str], body: bytes, *, now: datetime) -> str:
    """The id of a request that its sender signed now. Several signatures may be given (a
    secret that is being changed). Raises SignatureRefused."""
    message_id = given.get("webhook-id", "")
    timestamp = whole_seconds(given.get("webhook-timestamp", ""))
    check_time(datetime.fromtimestamp(timestamp, UTC), now)
    expected = signature(secret, message_id=message_id, timestamp=timestamp, body=body)
    offered = given.get("webhook-signature", "").split()
    if not message_id or not any(hmac.compare_digest(one, expected) for one in _ascii(offered)):
        raise SignatureRefused("the signature does not fit")
    return message_id


def _ascii(words: list[str]) -> list[str]:
    return [word for word in words if word.isascii()]


def whole_seconds(said: str) -> int:
    """A timestamp in a header. Raises SignatureRefused."""
    if not (said.isascii() and said.isdigit() and len(said) <= 11):
        raise SignatureRefused("there is no timestamp")
    return int(said)


def check_time(sent: datetime, now: datetime) -> None:
    """Raises SignatureRefused for what was sent long ago, or will be."""
    if abs(now - sent) > TOLERANCE:
        raise SignatureRefused("the timestamp is more than five minutes from now")
