"""Connections to CRMs: made, opened, described."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.mapping import CrmMapping, MappingFaults, load
from crm_bridge.connectors.port import Credentials, Crm
from crm_bridge.connectors.registry import open_crm, system_named
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import repository
from crm_bridge.sync.absorb import Channel
from crm_bridge.sync.companies_home import CompaniesHome
from crm_bridge.sync.contacts_home import ContactsHome
from crm_bridge.sync.deals_home import DealsHome
from crm_bridge.sync.home import Home
from crm_bridge.sync.models import CrmConnection


def homes_of(connection_id: str) -> Mapping[str, Home]:
    """Our records of each kind, whoever is referred to before those who refer."""
    return {
        "companies": CompaniesHome(),
        "contacts": ContactsHome(),
        "deals": DealsHome(connection_id),
    }


class ConnectionUnknown(NotFound):
    code = "crm_connection_unknown"


class ConnectionTaken(Conflict):
    code = "crm_connection_taken"


class CredentialsMissing(Invalid):
    code = "crm_credentials_missing"


class MappingUnusable(Invalid):
    code = "crm_mapping_unusable"


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that can be worked with: its adapter, a channel for each kind, and how
    often the CRM is asked what changed there (zero: each round)."""

    id: str
    name: str
    crm: Crm
    channels: tuple[Channel, ...]
    pull_every: timedelta = timedelta()


def mapping_of(system: str, data: Path) -> CrmMapping:
    """The mapping file of a system. Raises MappingUnusable."""
    path = data / "crm" / f"{system}.yml"
    try:
        return load(path.read_text("utf-8"), filename=str(path), known=system_named(system).known)
    except FileNotFoundError as fault:
        raise MappingUnusable(f"there is no {path}") from fault
    except MappingFaults as fault:
        raise MappingUnusable(str(fault)) from fault


def credentials(system: str, given: Mapping[str, str]) -> Credentials:
    """What an operator gave, sorted. Raises CredentialsMissing or SystemUnknown."""
    wanted = system_named(system)
    given = {**wanted.defaults, **{name: value for name, value in given.items() if value}}
    missing = [name for name in (*wanted.settings, *wanted.secrets) if name not in given]
    unknown = [name for name in given if name not in {**wanted.settings, **wanted.secrets}]
    if missing or unknown:
        every = {**wanted.settings, **wanted.secrets}
        listed = ", ".join(f"{name} ({what})" for name, what in every.items())
        raise CredentialsMissing(f"{system} needs: {listed}", missing=missing, unknown=unknown)
    _pull_every(given)
    return Credentials(
        settings={name: given[name] for name in wanted.settings},
        secrets={name: given[name] for name in wanted.secrets},
    )


async def connect(
    session: AsyncSession,
    name: str,
    *,
    system: str,
    given: Credentials,
    seal: Seal,
    now: datetime,
) -> CrmConnection:
    """Keep a connection, its secrets sealed. Raises ConnectionTaken."""
    if await repository.connection_named(session, name) is not None:
        raise ConnectionTaken(f"there is a connection '{name}' already")
    connection_id = new_id("cnx")
    row = CrmConnection(
        id=connection_id,
        name=name,
        system=system,
        settings=dict(given.settings),
        secret=seal.seal(json.dumps(dict(given.secrets)), purpose=f"crm:{connection_id}"),
        state="new",
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def named(session: AsyncSession, name: str) -> CrmConnection:
    """A connection by name. Raises ConnectionUnknown."""
    row = await repository.connection_named(session, name)
    if row is None:
        raise ConnectionUnknown(f"there is no connection '{name}'")
    return row


def open_connection(
    row: CrmConnection, *, seal: Seal, data: Path, seconds: Callable[[], float] = time.monotonic
) -> Opened:
    """The adapter and the channels of a connection. Raises MappingUnusable or SealBroken."""
    mapping = mapping_of(row.system, data)
    secrets: dict[str, Any] = json.loads(seal.unseal(row.secret, purpose=f"crm:{row.id}"))
    crm = open_crm(mapping, Credentials(dict(row.settings), secrets), seconds=seconds)
    channels = channels_of(row.id, row.name, mapping)
    return Opened(row.id, row.name, crm, channels, _pull_every(row.settings))


def _pull_every(settings: Mapping[str, Any]) -> timedelta:
    said = str(settings.get("pull_seconds") or 0)
    try:
        return timedelta(seconds=min(max(float(said), 0.0), 3600.0))
    except (ValueError, OverflowError) as fault:
        raise CredentialsMissing(f"pull_seconds is a number of seconds, not {said!r}") from fault


def channels_of(connection_id: str, name: str, mapping: CrmMapping) -> tuple[Channel, ...]:
    """A channel for each kind that is mapped; companies before the people in them, and
    both before the deals with them."""
    return tuple(
        Channel(connection_id, name, mapping.objects[kind], home)
        for kind, home in homes_of(connection_id).items()
        if kind in mapping.objects
    )
