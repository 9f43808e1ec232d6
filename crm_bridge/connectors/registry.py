"""The CRMs that can be connected: what each needs, and how its adapter is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.mapping import CrmMapping, ObjectRule
from crm_bridge.connectors.port import Credentials, Crm
from crm_bridge.connectors.transport import TIMEOUT_SECONDS, Transport
from crm_bridge.connectors.tryton import party
from crm_bridge.connectors.tryton.adapter import TrytonCrm
from crm_bridge.connectors.tryton.rpc import Rpc, Session, login
from crm_bridge.core.errors import Invalid

type Rules = Mapping[str, ObjectRule]
type Known = Mapping[str, tuple[str, ...]] | None


class SystemUnknown(Invalid):
    code = "crm_system_unknown"


@dataclass(frozen=True, slots=True)
class System:
    """A CRM: `settings` and `secrets` are what an operator gives, name -> what it is;
    `known` the fields its records have, where that is a fixed set."""

    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    open: Callable[[Credentials, Rules], Crm]
    known: Known = None


def _client(base_url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base_url.rstrip("/"), timeout=TIMEOUT_SECONDS)


def _tryton(given: Credentials, rules: Rules) -> Crm:
    client = _client(given.settings["url"])
    path = f"/{given.settings['database']}/rpc/"
    ask = login(client, path, user=given.settings["user"], password=given.secrets["password"])
    # Tryton names no limit; this one keeps the sync from being its heaviest user
    transport = Transport(client, Session(ask), buckets={"": Bucket(1500, seconds=10)})
    return TrytonCrm(Rpc(transport, path), rules)


SYSTEMS: Final[Mapping[str, System]] = {
    "tryton": System(
        "tryton",
        settings={
            "url": "address of the server",
            "database": "its database",
            "user": "user of the sync",
        },
        secrets={"password": "that user's password"},
        open=_tryton,
        known={"contacts": party.FIELDS, "companies": party.FIELDS},
    ),
}


def system_named(name: str) -> System:
    """A system by its name. Raises SystemUnknown."""
    if name not in SYSTEMS:
        raise SystemUnknown(f"there is no connector '{name}'; there is: {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def open_crm(mapping: CrmMapping, given: Credentials) -> Crm:
    """The adapter of a mapping's system. Nothing is asked yet."""
    return system_named(mapping.system).open(given, mapping.objects)
