"""How Salesforce lets a program in: client credentials, a JWT, or a refresh token.

Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flows.htm
"""

import time
from collections.abc import Callable, Mapping
from typing import Final

import jwt

from crm_bridge.connectors.port import Credentials

_JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SECONDS: Final = 180  # Salesforce takes no assertion that lives longer


def form_of(given: Credentials) -> Callable[[], Mapping[str, str]]:
    """What to send to the token endpoint: a refresh token where one was given, else a JWT
    signed with the private key, else the client's own secret."""
    client = {"client_id": given.settings["client_id"]}
    secret = {"client_secret": given.secrets["client_secret"]}
    if refresh := given.secrets["refresh_token"]:
        known = {name: value for name, value in secret.items() if value}
        return lambda: {**client, **known, "refresh_token": refresh}
    if key := given.secrets["private_key"]:
        return lambda: {"grant_type": _JWT, "assertion": _assertion(given, key)}
    return lambda: {**client, **secret, "grant_type": "client_credentials"}


def _assertion(given: Credentials, key: str) -> str:
    claims = {
        "iss": given.settings["client_id"],
        "sub": given.settings["user"],
        "aud": given.settings["audience"],
        "exp": int(time.time()) + _SECONDS,
    }
    return jwt.encode(claims, key.replace("\\n", "\n"), algorithm="RS256")
