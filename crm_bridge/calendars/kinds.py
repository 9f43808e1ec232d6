"""Every kind of outside calendar, and how one is opened with what was stored for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from crm_bridge.calendars.caldav.collection import CalDavCalendar
from crm_bridge.calendars.caldav.server import Server
from crm_bridge.calendars.google.calendar import GoogleCalendar
from crm_bridge.calendars.ics_feed.subscription import IcsFeed
from crm_bridge.calendars.microsoft.calendar import MicrosoftCalendar
from crm_bridge.calendars.models import Advisor
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import Calendar
from crm_bridge.calendars.tokens import Authorized, Client, Keep
from crm_bridge.core.egress import Egress
from crm_bridge.core.errors import Refused
from crm_bridge.settings import Settings


class ProviderNotSet(Refused):
    """This installation is not registered with that provider."""

    code: ClassVar[str] = "provider_not_set"


@dataclass(frozen=True, slots=True)
class Access:
    """What opening a calendar takes. `keep` stores a new refresh token."""

    egress: Egress
    settings: Settings
    owner: Owner
    secret: Mapping[str, Any]
    writes: bool
    keep: Keep


def owner_of(advisor: Advisor) -> Owner:
    """The advisor as owner of their calendars."""
    return Owner(ZoneInfo(advisor.timezone), frozenset({advisor.email.casefold()}))


def client_of(settings: Settings, kind: str) -> Client:
    """Our registration with "google" or "microsoft". Raises ProviderNotSet."""
    group = settings.google if kind == "google" else settings.microsoft
    if not group.client_id:
        raise ProviderNotSet(
            f"set USHER_{kind.upper()}__CLIENT_ID and USHER_{kind.upper()}__CLIENT_SECRET"
            " (docs/calendars.md says where they come from)"
        )
    return Client(group.token_url, group.client_id, group.client_secret.get_secret_value())


def _ics(access: Access) -> Calendar:
    return IcsFeed(access.egress, access.secret["url"], access.owner)


def _caldav(access: Access) -> Calendar:
    secret = access.secret
    server = Server(access.egress, username=secret["username"], password=secret["password"])
    return CalDavCalendar(server, secret["url"], access.owner, writes=access.writes)


def _google(access: Access) -> Calendar:
    return GoogleCalendar(
        _authorized(access, "google"),
        access.owner,
        calendar_id=access.secret.get("calendar") or "primary",
        writes=access.writes,
        base_url=access.settings.google.api_url,
    )


def _microsoft(access: Access) -> Calendar:
    return MicrosoftCalendar(
        _authorized(access, "microsoft"),
        access.owner,
        calendar_id=access.secret.get("calendar") or "",
        writes=access.writes,
        base_url=access.settings.microsoft.api_url,
    )


def _authorized(access: Access, kind: str) -> Authorized:
    client = client_of(access.settings, kind)
    return Authorized(access.egress, client, access.secret["refresh_token"], keep=access.keep)


KINDS: Final[Mapping[str, Callable[[Access], Calendar]]] = {
    "ics": _ics,
    "caldav": _caldav,
    "google": _google,
    "microsoft": _microsoft,
}
