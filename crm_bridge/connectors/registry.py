"""The CRMs that can be connected: what each needs, and how its adapter is made."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.dataverse.adapter import DataverseCrm
from crm_bridge.connectors.hubspot.adapter import SEARCH, HubSpotCrm
from crm_bridge.connectors.mapping import CrmMapping, ObjectRule
from crm_bridge.connectors.odoo.adapter import OdooCrm
from crm_bridge.connectors.odoo.api import Api, is_refusal
from crm_bridge.connectors.port import Credentials, Crm
from crm_bridge.connectors.salesforce.adapter import SalesforceCrm, rest_seconds
from crm_bridge.connectors.salesforce.sign import form_of
from crm_bridge.connectors.sign_in import Fixed, SignIn, token_endpoint
from crm_bridge.connectors.transport import TIMEOUT_SECONDS, Customs, Transport
from crm_bridge.connectors.tryton import party
from crm_bridge.connectors.tryton.adapter import TrytonCrm
from crm_bridge.connectors.tryton.rpc import Rpc, Session, login
from crm_bridge.connectors.webhook.adapter import NoSignIn, WebhookCrm
from crm_bridge.core.errors import Invalid

type Rules = Mapping[str, ObjectRule]
type Seconds = Callable[[], float]  # of a clock that never goes back
type Known = Mapping[str, tuple[str, ...]] | None


_PULL: Final = "seconds between two looks for changes: a CRM that counts a day's requests wants few"


class SystemUnknown(Invalid):
    code = "crm_system_unknown"


@dataclass(frozen=True, slots=True)
class System:
    """A CRM: `settings` and `secrets` are what an operator gives, name -> what it is;
    `known` the fields its records have, where that is a fixed set; `defaults` what need not
    be given."""

    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    open: Callable[[Credentials, Rules, Seconds], Crm]
    known: Known = None
    defaults: Mapping[str, str] = field(default_factory=dict)


def _client(base_url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base_url.rstrip("/"), timeout=TIMEOUT_SECONDS)


def _tryton(given: Credentials, rules: Rules, seconds: Seconds) -> Crm:
    client = _client(given.settings["url"])
    path = f"/{given.settings['database']}/rpc/"
    ask = login(client, path, user=given.settings["user"], password=given.secrets["password"])
    # Tryton names no limit; this one keeps the sync from being its heaviest user
    transport = Transport(
        client, Session(ask), buckets={"": Bucket(1500, seconds=10)}, seconds=seconds
    )
    return TrytonCrm(Rpc(transport, path), rules)


def _hubspot(given: Credentials, rules: Rules, seconds: Seconds) -> Crm:
    buckets = {"": Bucket(190, seconds=10), SEARCH: Bucket(4, seconds=1)}
    client = _client(given.settings["url"])
    token = Fixed(given.secrets["access_token"])
    transport = Transport(client, token, buckets=buckets, seconds=seconds)
    return HubSpotCrm(transport, rules, path=given.settings["objects"])


def _salesforce(given: Credentials, rules: Rules, seconds: Seconds) -> Crm:
    client = _client(given.settings["url"])
    ask = token_endpoint(client, "/services/oauth2/token", form_of(given))
    # what is limited is the day (100,000 requests and more); this bounds the moment
    transport = Transport(
        client,
        SignIn(ask),
        buckets={"": Bucket(250, seconds=10)},
        customs=Customs(rest_seconds=rest_seconds),
        seconds=seconds,
    )
    return SalesforceCrm(transport, rules, path=given.settings["api"])


def _dataverse(given: Credentials, rules: Rules, seconds: Seconds) -> Crm:
    client = _client(given.settings["url"])
    form = {
        "grant_type": "client_credentials",
        "client_id": given.settings["client_id"],
        "client_secret": given.secrets["client_secret"],
        "scope": f"{given.settings['url'].rstrip('/')}/.default",
    }
    authority = given.settings["authority"].rstrip("/")
    ask = token_endpoint(client, f"{authority}/{given.settings['tenant']}/oauth2/v2.0/token", form)
    # 6,000 requests in five minutes are allowed to a user; other programs may be that user
    buckets = {"": Bucket(5000, seconds=300, burst=100)}
    transport = Transport(client, SignIn(ask), buckets=buckets, seconds=seconds)
    return DataverseCrm(transport, rules, path=given.settings["api"])


def _odoo(given: Credentials, rules: Rules, seconds: Seconds) -> Crm:
    # Odoo Online asks for about one request a second; a house of one's own takes more
    a_minute = Bucket(_number(given.settings["requests_per_minute"]), seconds=60)
    transport = Transport(
        _client(given.settings["url"]),
        Fixed(given.secrets["api_key"]),
        buckets={"": a_minute},
        customs=Customs(is_refusal=is_refusal),
        seconds=seconds,
    )
    return OdooCrm(Api(transport, given.settings["database"]), rules)


def _number(said: str) -> int:
    if not said.isdecimal() or not int(said):
        raise Invalid(f"{said!r} is no number of requests")
    return int(said)


def _webhook(given: Credentials, _rules: Rules, seconds: Seconds) -> Crm:
    client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
    buckets = {"": Bucket(100, seconds=10)}
    transport = Transport(client, NoSignIn(), buckets=buckets, seconds=seconds)
    return WebhookCrm(transport, url=given.settings["url"], secret=given.secrets["secret"])


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
    "hubspot": System(
        "hubspot",
        settings={
            "url": "address of the API",
            "objects": "path of the objects API: /crm/v3/objects, or a dated one",
        },
        secrets={
            "access_token": "token of a private app with crm.objects scopes",
            "client_secret": "the app's client secret, which signs its webhooks",
        },
        open=_hubspot,
        defaults={
            "url": "https://api.hubapi.com",
            "objects": "/crm/v3/objects",
            "client_secret": "",
        },
    ),
    "salesforce": System(
        "salesforce",
        settings={
            "url": "My Domain address: https://NAME.my.salesforce.com",
            "api": "path of the API: /services/data/v62.0",
            "client_id": "consumer key of the connected app",
            "user": "user name, for the JWT flow alone",
            "audience": "whom the JWT is for: https://test.salesforce.com for a sandbox",
            "pull_seconds": _PULL,
        },
        secrets={
            "client_secret": "consumer secret (client credentials flow)",
            "private_key": "private key in PEM (JWT flow)",
            "refresh_token": "refresh token (web server flow)",
        },
        open=_salesforce,
        defaults={
            "api": "/services/data/v62.0",
            "user": "",
            "audience": "https://login.salesforce.com",
            "client_secret": "",
            "private_key": "",
            "refresh_token": "",
            "pull_seconds": "3",
        },
    ),
    "dataverse": System(
        "dataverse",
        settings={
            "url": "address of the environment: https://NAME.crm4.dynamics.com",
            "api": "path of the Web API: /api/data/v9.2",
            "authority": "who signs in: https://login.microsoftonline.com",
            "tenant": "id of the directory (tenant)",
            "client_id": "id of the registered application",
            "pull_seconds": _PULL,
        },
        secrets={"client_secret": "a secret of the application"},
        open=_dataverse,
        defaults={
            "api": "/api/data/v9.2",
            "authority": "https://login.microsoftonline.com",
            "pull_seconds": "0",
        },
    ),
    "odoo": System(
        "odoo",
        settings={
            "url": "address of the server, Odoo 19 or later",
            "database": "its database; empty where there is one alone",
            "requests_per_minute": "how many are sent at most; Odoo Online asks for about 60",
            "pull_seconds": _PULL,
        },
        secrets={"api_key": "API key of the user of the sync (Preferences, Account Security)"},
        open=_odoo,
        defaults={"database": "", "requests_per_minute": "300", "pull_seconds": "0"},
    ),
    "webhook": System(
        "webhook",
        settings={"url": "address that is told of our records"},
        secrets={"secret": "whsec_…, which signs both ways (Standard Webhooks)"},
        open=_webhook,
    ),
}


def system_named(name: str) -> System:
    """A system by its name. Raises SystemUnknown."""
    if name not in SYSTEMS:
        raise SystemUnknown(f"there is no connector '{name}'; there is: {', '.join(SYSTEMS)}")
    return SYSTEMS[name]


def open_crm(mapping: CrmMapping, given: Credentials, *, seconds: Seconds = time.monotonic) -> Crm:
    """The adapter of a mapping's system. Nothing is asked yet."""
    return system_named(mapping.system).open(given, mapping.objects, seconds)
