"""A visitor is who the host's server signed, for a short time, and nobody else."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from crm_bridge.chat.identity import IdentityRefused, site_secret, verified_claims
from tests.crm_bridge.conftest import NOW

SECRET = site_secret("installation", "demo", version=1)


def token(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    moment = int(NOW.timestamp())
    claims = {"email": "jane@acme.io", "name": "Jane Doe", "iat": moment, "exp": moment + 600}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode(claims, secret, algorithm=algorithm)


def proved(text: str) -> dict[str, str]:
    return verified_claims(text, SECRET, site="demo", now=NOW)


def test_a_signed_token_proves_its_claims() -> None:
    assert proved(token(role="admin")) == {"email": "jane@acme.io", "name": "Jane Doe"}


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "no token",
        "x" * 5000,
        token(secret=site_secret("installation", "other", version=1)),
        token(secret=site_secret("installation", "demo", version=2)),
        token(exp=int((NOW - timedelta(minutes=5)).timestamp())),
        token(iat=int((NOW + timedelta(minutes=5)).timestamp())),
        token(exp=int((NOW + timedelta(hours=2)).timestamp())),
        token(exp=None),
        token(iat=None),
        token(iat=float("nan")),
        token(exp="soon"),
        token(aud="other"),
        token(email=None),
        token(email=""),
        token(email={"$ne": 1}),
        jwt.encode({"email": "jane@acme.io"}, None, algorithm="none"),
        token(algorithm="HS512"),
    ],
)
def test_any_other_token_proves_nothing(bad: str) -> None:
    with pytest.raises(IdentityRefused):
        proved(bad)


def test_a_claim_is_cut_to_a_length_that_can_be_stored() -> None:
    assert len(proved(token(name="x" * 999))["name"]) == 200


def test_each_site_and_version_has_a_secret_of_its_own() -> None:
    secrets = {site_secret("k", site, version=v) for site in ("a", "b") for v in (1, 2)}
    assert len(secrets) == 4
