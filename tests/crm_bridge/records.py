"""Makers for tests: an API key's headers, and records with defaults."""

from typing import Any

from crm_bridge.contacts import service as contacts
from crm_bridge.core.database import Database
from crm_bridge.web import api_keys
from tests.crm_bridge.conftest import NOW


async def key_headers(database: Database, *scopes: str) -> dict[str, str]:
    """Headers with a fresh API key; by default it may do everything."""
    async with database.transaction() as session:
        key = await api_keys.create_key(
            session, "tests", scopes=scopes or ("read", "write"), now=NOW
        )
    return {"Authorization": f"Bearer {key.secret}"}


async def make_contact(database: Database, **values: Any) -> str:
    """A contact that the company had before; its id."""
    values = {"name": "Jane Doe", "emails": ["jane@acme.io"], **values}
    async with database.transaction() as session:
        return (await contacts.create(session, values, by="api:key_1", now=NOW)).id
