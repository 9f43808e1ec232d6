"""HubSpot's webhook signature, version 3. Pure.

base64(HMAC-SHA256(client secret, method + URI + body + timestamp)); the timestamp, in
milliseconds, may be five minutes off to either side: HubSpot's own helper lets in what
comes from the future.
Source: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from crm_bridge.webhooks.sign import SignatureRefused, check_time

SIGNATURE: Final = "x-hubspot-signature-v3"
TIMESTAMP: Final = "x-hubspot-request-timestamp"
# what HubSpot decodes in the URI before it signs
_DECODED: Final = {
    **{"%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'"},
    **{"%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";"},
}


def signature(secret: str, *, method: str, uri: str, body: bytes, timestamp: str) -> str:
    """The signature of a request. `timestamp` is the header as it came."""
    for code, sign in _DECODED.items():
        uri = uri.replace(code, sign).replace(code.lower(), sign)
    signed = method.encode() + uri.encode() + body + timestamp.encode()
    made = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return base64.b64encode(made).decode()


def verify(
    secret: str, given: Mapping[str, str], *, method: str, uri: str, body: bytes, now: datetime
) -> None:
    """Raises SignatureRefused unless HubSpot signed this request now."""
    timestamp = given.get(TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 14):
        raise SignatureRefused("there is no timestamp")
    check_time(datetime.fromtimestamp(int(timestamp) / 1000, UTC), now)
    expected = signature(secret, method=method, uri=uri, body=body, timestamp=timestamp)
    offered = given.get(SIGNATURE, "")
    if not offered.isascii() or not hmac.compare_digest(offered, expected):
        raise SignatureRefused("the signature does not fit")
