"""Errors as RFC 9457 problem documents. The only place that knows HTTP statuses."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from crm_bridge.core.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    TryLater,
    UsherError,
)

log = logging.getLogger(__name__)

DATABASE_PAUSE_SECONDS = 2  # locked or restarting: a client that comes again then is right

STATUS: tuple[tuple[type[UsherError], int], ...] = (
    (NotSignedIn, 401),
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (TryLater, 429),
)


def status_of(error: UsherError) -> int:
    """The HTTP status of an error: its class's own `status`, else that of its kind."""
    own = getattr(error, "status", None)
    if isinstance(own, int):
        return own
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def problem(
    status: int, code: str, detail: str = "", *, headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """A problem+json response."""
    body = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "detail": detail,
        "code": code,
        **extra,
    }
    return JSONResponse(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""

    @app.exception_handler(UsherError)
    async def _usher(_request: Request, error: UsherError) -> JSONResponse:
        headers = None
        if isinstance(error, TryLater):
            headers = {"Retry-After": str(max(1, round(error.retry_after_seconds)))}
        return problem(status_of(error), error.code, error.detail, headers=headers, **error.data)

    async def _database(_request: Request, error: Exception) -> JSONResponse:
        log.error("the database is away: %s", error.__class__.__name__, exc_info=error)
        headers = {"Retry-After": str(DATABASE_PAUSE_SECONDS)}
        return problem(503, "database_unavailable", "try again in a moment", headers=headers)

    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(away, _database)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]}
            for fault in error.errors()
        ]
        return problem(422, "invalid", "the request does not fit", faults=faults)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return problem(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return problem(500, "internal", "something went wrong on our side")
