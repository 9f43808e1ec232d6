"""How requests to a CRM are authorised; a stale token is renewed once, not by everybody.

However many requests find the token refused, one of them asks for a new one and the
others wait for it: several refreshes at once would revoke each other's tokens.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx

from crm_bridge.connectors.errors import CrmRevoked, CrmUnreachable


@dataclass(frozen=True, slots=True)
class Grant:
    """An access token, and the refresh token that came with it (if one did)."""

    access: str
    refresh: str | None = None


class SignIn:
    """A bearer token that is fetched when it is first needed and after each refusal.

    `ask` gets the grant in force (None at first) and gives a new one.
    """

    def __init__(
        self, ask: Callable[[Grant | None], Awaitable[Grant]], *, grant: Grant | None = None
    ) -> None:
        self._ask = ask
        self._grant = grant
        self._one_at_a_time = asyncio.Lock()

    async def headers(self) -> tuple[Mapping[str, str], Grant | None]:
        """The headers to send, and the grant they are made of (for `renew`)."""
        if self._grant is None:
            await self.renew(None)
        grant = self._grant
        assert grant is not None  # noqa: S101 - renew sets it or raises
        return self.shown(grant), grant

    def shown(self, grant: Grant) -> Mapping[str, str]:
        """A grant as headers."""
        return {"Authorization": f"Bearer {grant.access}"}

    async def renew(self, refused: Grant | None) -> None:
        """Get a new grant, unless somebody did since `refused` was in force."""
        async with self._one_at_a_time:
            if self._grant is refused:
                self._grant = await self._ask(refused)


class Fixed(SignIn):
    """A token that never changes; refused, it is a person's turn."""

    def __init__(self, token: str) -> None:
        async def refused(_grant: Grant | None) -> Grant:
            raise CrmRevoked("the CRM does not accept the access token any more")

        super().__init__(refused, grant=Grant(token))


def token_endpoint(
    client: httpx.AsyncClient, url: str, form: Mapping[str, str] | Callable[[], Mapping[str, str]]
) -> Callable[[Grant | None], Awaitable[Grant]]:
    """Ask an OAuth 2.0 token endpoint (RFC 6749): with a refresh token where there is one,
    else by what `form` holds, or gives when it is asked (an assertion ages). Raises CrmRevoked or CrmUnreachable."""

    async def ask(grant: Grant | None) -> Grant:
        sent = dict(form() if callable(form) else form)
        refresh = (grant.refresh if grant else None) or sent.get("refresh_token")
        if refresh:
            sent |= {"grant_type": "refresh_token", "refresh_token": refresh}
        try:
            answer = await client.post(url, data=sent)
        except httpx.TransportError as fault:
            raise CrmUnreachable(f"{type(fault).__name__} at the token endpoint") from fault
        if answer.status_code >= 500 or answer.status_code == 429:
            raise CrmUnreachable(f"the token endpoint answers {answer.status_code}")
        if answer.status_code >= 400:
            raise CrmRevoked("the CRM refuses these credentials; connect again")
        given = answer.json()
        return Grant(str(given["access_token"]), given.get("refresh_token") or refresh)

    return ask
