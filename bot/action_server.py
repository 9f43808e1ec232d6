"""The way to the action server: one kept-alive connection pool and faults by name.

Rasa opens a new HTTP session for each action call and lets it take 300 s. Here the
connections stay open (the server keeps them for 120 s, we drop them after 15 s idle, so
no request meets a closing connection) and a call has `timeout_seconds`.
"""

import asyncio
from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.errors import ActionFailed, ActionUnreachable

IDLE_SECONDS = 15
TIMEOUT_SECONDS = 20.0


class ActionServer(EndpointConfig):
    """An endpoint that keeps its connections.

    `request` returns the answer's JSON. It raises ClientResponseError only for 400, which
    is how the SDK says that an action refused to run, ActionFailed for any other status
    or an answer that is not JSON, ActionUnreachable when nobody answered in time. The
    body of a failed answer is thrown away: the SDK puts the whole tracker into it.
    """

    _session: aiohttp.ClientSession | None = None

    @classmethod
    def of(cls, endpoint: EndpointConfig) -> "ActionServer":
        """The same endpoint, with connections that last."""
        return cls(
            endpoint.url,
            endpoint.params,
            endpoint.headers,
            endpoint.basic_auth,
            endpoint.token,
            endpoint.token_name,
            endpoint.cafile,
            **endpoint.kwargs,
        )

    def session(self) -> aiohttp.ClientSession:
        """The pool of this process, made at the first call (it needs a running loop)."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        seconds = float(self.kwargs.get("timeout_seconds", TIMEOUT_SECONDS))
        kwargs["timeout"] = aiohttp.ClientTimeout(total=seconds)
        parameters = self.combine_parameters(kwargs)
        try:
            async with self.session().request(
                method, self.url, params=parameters, compress=compress, **kwargs
            ) as answer:
                if answer.status == 400:
                    raise ClientResponseError(400, "refused to run", await answer.text())
                if answer.status != 200:
                    raise ActionFailed(f"the action server answered {answer.status}")
                try:
                    return await answer.json()
                except (aiohttp.ContentTypeError, ValueError):
                    raise ActionFailed("the action server's answer is not JSON") from None
        except asyncio.TimeoutError:
            raise ActionUnreachable(f"no answer of the action server in {seconds:g} s") from None
        except aiohttp.ClientConnectionError as error:
            raise ActionUnreachable(type(error).__name__) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
