"""Who calls the public API: a key as Bearer, checked before anything else is done.

    router = APIRouter(
        prefix="/api/v1/things", tags=["things"], dependencies=[ApiKey], responses=PROBLEMS
    )

GET needs the scope read, every other method write (see `web/api_keys`). An endpoint that
wants to know the caller takes a parameter `caller: CallerKey`.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import BackgroundTasks, Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from contracts.dialogue import Problem
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import NotSignedIn, Refused
from crm_bridge.web import api_keys

API_PREFIX = "/api/v1/"

_bearer = HTTPBearer(
    auto_error=False, scheme_name="API key", description="a key made by `usher key create`"
)


class ApiKeyMissing(NotSignedIn):
    code = "api_key_missing"


class ApiKeyRefused(NotSignedIn):
    code = "api_key_refused"


class ScopeMissing(Refused):
    code = "scope_missing"


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request."""

    key_id: str
    name: str
    scopes: tuple[str, ...]


async def _api_key(
    request: Request,
    background: BackgroundTasks,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    if credentials is None:
        raise ApiKeyMissing("send your API key as `Authorization: Bearer KEY`")
    database: Database = request.app.state.database
    clock: Clock = request.app.state.clock
    async with database.reading() as session:
        key = await api_keys.find_key(session, credentials.credentials)
    if key is None:
        raise ApiKeyRefused("this API key is unknown or was revoked")
    _check_scope(request, key.scopes)
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at >= api_keys.LAST_USE_EVERY:
        background.add_task(_note_use, database, key.id, clock)
    request.state.caller = key.id
    return Caller(key_id=key.id, name=key.name, scopes=tuple(key.scopes))


def _check_scope(request: Request, scopes: list[str]) -> None:
    action = "read" if request.method in ("GET", "HEAD") else "write"
    resource = request.url.path.removeprefix(API_PREFIX).split("/", 1)[0]
    if not api_keys.allows(scopes, resource=resource, action=action):
        raise ScopeMissing(
            f"this API key lacks the scope {resource}:{action}", needed=f"{resource}:{action}"
        )


async def _note_use(database: Database, key_id: str, clock: Clock) -> None:
    async with database.transaction() as session:
        await api_keys.note_use(session, key_id, now=clock.now())


ApiKey = Security(_api_key)
# What every operation may answer beside its own: for the description of the API.
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Problem, "description": what}
    for status, what in (
        (401, "no API key, or one that is unknown or revoked"),
        (403, "the key lacks the scope"),
        (404, "there is no such record"),
        (409, "it clashes with what is stored; `code` says how"),
        (422, "the request does not fit; `faults` say where"),
    )
}
CallerKey = Annotated[Caller, Depends(_api_key)]
