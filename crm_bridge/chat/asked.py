"""What comes with every request of a visitor's page: whose session, from which page, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Request

from crm_bridge.chat import sessions
from crm_bridge.chat.parts import ChatParts
from crm_bridge.chat.sessions import Holder, SessionUnknown
from crm_bridge.core.database import Database
from crm_bridge.core.prepared import Runner
from crm_bridge.web.client_address import client_address
from crm_bridge.web.dependencies import Now


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `authorization` and `origin` are the headers as they came: nothing of
    them is believed before `holder`."""

    request: Request
    authorization: str | None
    origin: str | None
    now: datetime

    @property
    def parts(self) -> ChatParts:
        parts: ChatParts = self.request.app.state.chat
        return parts

    @property
    def database(self) -> Database:
        database: Database = self.request.app.state.database
        return database

    @property
    def address(self) -> str:
        """Where it came from, as far as the proxies in front are trusted."""
        return client_address(self.request, self.parts.limits.proxies)

    async def holder(self, on: Runner) -> Holder:
        """Whose session it is, from a page that may. Raises SessionUnknown, OriginNotAllowed."""
        holder = await sessions.holder_of(on, self.authorization, now=self.now)
        if holder is None:
            raise SessionUnknown("this session has ended; open one")
        await self.parts.sites.check_origin(holder.site, self.origin)
        return holder

    async def writer(self, on: Runner) -> Holder:
        """The same of who says something, which counts against their limit."""
        holder = await self.holder(on)
        self.parts.limits.posts.take(holder.token_hash, self.now)
        return holder


async def _asked(
    request: Request,
    now: Now,
    authorization: Annotated[str | None, Header(description="Bearer TOKEN of a session")] = None,
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Asked:
    return Asked(request, authorization, origin, now)


FromPage = Annotated[Asked, Depends(_asked)]
