"""Who a visitor is by the word of the page they are on: a short-lived signed token.

The host's server signs `{"email": …, "name": …, "iat": …, "exp": …}` as a JWT (HS256)
with the site's identity secret, for at most an hour. A token that does not hold changes
nothing for the visitor: they are anonymous, and the log says why.

The secret is derived from the installation's secret key, so no copy of it is stored;
raising the site's `identity_key_version` makes a new one.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final

import jwt

LONGEST_LIFE_SECONDS: Final = 3600
LINK_LIFE: Final = timedelta(days=7)
LEEWAY_SECONDS: Final = 60  # clocks of two servers
LONGEST_TOKEN: Final = 4096
LONGEST_CLAIM: Final = 200
CLAIMS: Final = ("email", "name", "phone", "company", "sub")


class IdentityRefused(Exception):
    """Why a token was not believed, in words for the log."""


class IdentityExpired(IdentityRefused):
    """It was good once."""


def site_secret(secret_key: str, slug: str, *, version: int) -> str:
    """The secret with which the site's server signs, hexadecimal."""
    purpose = f"usher identity {version} {slug}"
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def link_secret(secret_key: str, slug: str, *, version: int) -> str:
    """The secret of signed links, which nobody but the bridge has."""
    purpose = f"usher link {version} {slug}"
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def link_token(secret: str, email: str, *, site: str, now: datetime) -> str:
    """What stands in a link that was mailed to somebody: whoever has it has the mailbox.
    Good for a week; raising the site's identity_key_version voids every one."""
    issued = int(now.timestamp())
    expires = issued + int(LINK_LIFE.total_seconds())
    return jwt.encode({"email": email, "aud": site, "iat": issued, "exp": expires}, secret)


def verified_claims(
    token: str,
    secret: str,
    *,
    site: str,
    now: datetime,
    longest_seconds: float = LONGEST_LIFE_SECONDS,
) -> dict[str, str]:
    """What the token proves: text for some of email, name, phone, company, sub.

    Raises IdentityRefused. Source: RFC 7519 sections 4.1 and 7.2.
    """
    if len(token) > LONGEST_TOKEN:
        raise IdentityRefused("longer than any token of ours")
    try:
        payload = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            # Times are checked below, against the clock of this process.
            options={
                "require": ["exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except jwt.PyJWTError as fault:
        raise IdentityRefused(type(fault).__name__) from fault
    _check_times(payload, now.timestamp(), longest_seconds)
    if payload.get("aud", site) != site:
        raise IdentityRefused("signed for another site")
    claims = {
        name: payload[name].strip()[:LONGEST_CLAIM]
        for name in CLAIMS
        if isinstance(payload.get(name), str) and payload[name].strip()
    }
    if not claims.keys() & {"email", "phone", "sub"}:
        raise IdentityRefused("says nobody: email, phone or sub is missing")
    return claims


def _check_times(payload: dict[str, Any], now: float, longest_seconds: float) -> None:
    issued, expires = payload["iat"], payload["exp"]
    if not all(isinstance(moment, int | float) for moment in (issued, expires)):
        raise IdentityRefused("iat and exp must be numbers")
    if not issued <= now + LEEWAY_SECONDS:  # not: NaN compares with nothing
        raise IdentityRefused("issued in the future")
    if not expires > now - LEEWAY_SECONDS:
        raise IdentityExpired("expired")
    if not expires - issued <= longest_seconds:
        raise IdentityRefused("lives longer than it may")
