"""No part of the API answers anything to somebody without a key."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact


def guarded(app: FastAPI, prefix: str) -> list[tuple[str, str]]:
    """Every (method, path) under a prefix, with something in place of each parameter."""
    found = []
    for route in _routes(app.routes):
        if route.path.startswith(prefix):
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            found += [(method, path) for method in sorted(route.methods)]
    return found


def _routes(routes: Iterable[Any]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif (router := getattr(route, "original_router", None)) is not None:
            yield from _routes(router.routes)


@pytest.mark.parametrize("prefix", ["/api/v1/", "/internal/v1/"])
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer usk_guessed"}, {"Authorization": "Bearer "}]
)
async def test_without_a_key_every_route_refuses_alike(
    app: FastAPI,
    client: httpx.AsyncClient,
    database: Database,
    prefix: str,
    headers: dict[str, str],
) -> None:
    await make_contact(database, name="Jane Doe", emails=["jane@acme.io"])
    routes = guarded(app, prefix)
    assert len(routes) >= 6
    for method, path in routes:
        if path == "/api/v1/openapi.json":
            continue
        answer = await client.request(
            method, path, params={"email": "jane@acme.io"}, headers=headers
        )
        assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
        assert "jane" not in answer.text.lower()


async def test_an_api_key_does_not_open_the_internal_door(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    for method, path in guarded(app, "/internal/v1/"):
        answer = await client.request(method, path, headers=headers)
        assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"


async def test_every_operation_of_the_api_is_described(app: FastAPI) -> None:
    described = app.openapi()
    undescribed = [
        f"{method} {path}"
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/v1/") and not operation.get("description")
    ]
    assert undescribed == []
    assert not [path for path in described["paths"] if path.startswith("/internal/")]
