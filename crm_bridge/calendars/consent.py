"""An advisor lets us into their Google or Microsoft calendar: OAuth 2.0 with PKCE.

    link = consent.link("google", "maja")         an admin sends it to the advisor
    …the advisor consents; the provider leads them to /calendars/google/connected…
    who = await consent.answered("google", code, state)

The link carries whom it is for, signed, and is good for a day. Source: RFC 6749 section
4.1, RFC 7636.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer

from crm_bridge.calendars.kinds import client_of
from crm_bridge.calendars.port import CalendarRevoked
from crm_bridge.calendars.tokens import fetch_tokens
from crm_bridge.core.egress import Egress
from crm_bridge.core.errors import Invalid
from crm_bridge.settings import Settings

LINK_SECONDS: Final = 24 * 3600
SCOPES: Final[Mapping[str, str]] = {
    "google": "https://www.googleapis.com/auth/calendar.events",
    "microsoft": "offline_access https://graph.microsoft.com/Calendars.ReadWrite",
}
_MORE: Final[Mapping[str, Mapping[str, str]]] = {
    "google": {"access_type": "offline", "prompt": "consent", "include_granted_scopes": "false"},
    "microsoft": {"prompt": "select_account", "response_mode": "query"},
}


class ConsentLinkInvalid(Invalid):
    """The link was changed, is of another provider, or is too old."""

    code: ClassVar[str] = "consent_link_invalid"


@dataclass(frozen=True, slots=True)
class Consented:
    """Whose calendar, which one, and what lets us in."""

    advisor: str
    calendar: str
    secret: Mapping[str, Any]


class Consent:
    """Links, and what comes back by them."""

    def __init__(self, settings: Settings, egress: Egress) -> None:
        self._settings = settings
        self._egress = egress
        self._key = settings.secret_key.get_secret_value()
        self._signer = URLSafeTimedSerializer(self._key, salt="calendar consent")

    def link(self, kind: str, advisor_id: str, *, calendar: str = "") -> str:
        """Where the advisor consents. Raises ProviderNotSet."""
        client = client_of(self._settings, kind)
        group = self._settings.google if kind == "google" else self._settings.microsoft
        nonce = secrets.token_urlsafe(16)
        asked = {
            "client_id": client.client_id,
            "redirect_uri": self.redirect_uri(kind),
            "response_type": "code",
            "scope": SCOPES[kind],
            "state": self._signer.dumps([kind, advisor_id, calendar, nonce]),
            "code_challenge": _challenge(self._verifier(nonce)),
            "code_challenge_method": "S256",
            **_MORE[kind],
        }
        return f"{group.authorize_url}?{urlencode(asked)}"

    def redirect_uri(self, kind: str) -> str:
        """Where the provider leads the advisor back to; registered with it."""
        return f"{self._settings.public_url.rstrip('/')}/calendars/{kind}/connected"

    async def answered(self, kind: str, code: str, state: str) -> Consented:
        """What the provider's answer gives.

        Raises ConsentLinkInvalid, CalendarRevoked (the provider does not take the code),
        CalendarUnreachable.
        """
        try:
            of, advisor, calendar, nonce = self._signer.loads(state, max_age=LINK_SECONDS)
        except (BadData, ValueError, TypeError) as fault:
            raise ConsentLinkInvalid(
                "this link is not valid any more; ask for a new one"
            ) from fault
        if of != kind:
            raise ConsentLinkInvalid("this link is for another provider")
        tokens = await fetch_tokens(
            self._egress,
            client_of(self._settings, kind),
            grant_type="authorization_code",
            code=code,
            redirect_uri=self.redirect_uri(kind),
            code_verifier=self._verifier(nonce),
        )
        if not tokens.refresh:
            raise CalendarRevoked("the provider gave no lasting permission; try the link again")
        return Consented(advisor, calendar, {"refresh_token": tokens.refresh, "calendar": calendar})

    def _verifier(self, nonce: str) -> str:
        made = hmac.digest(self._key.encode(), f"pkce {nonce}".encode(), hashlib.sha256)
        return urlsafe_b64encode(made).decode().rstrip("=")


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
