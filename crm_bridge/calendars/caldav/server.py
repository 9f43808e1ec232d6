"""A CalDAV server as somebody with an app password sees it: requests and their refusals."""

from base64 import b64encode
from collections.abc import Mapping
from typing import ClassVar, Final
from urllib.parse import urljoin, urlsplit

from crm_bridge.calendars.caldav import xml
from crm_bridge.calendars.caldav.xml import CAL, DAV, BadXml, Multistatus, Resource
from crm_bridge.calendars.port import CalendarRefused, CalendarRevoked, CalendarUnreachable
from crm_bridge.core.egress import Answer, AnswerTooLarge, Egress, EgressFailed
from crm_bridge.core.errors import Invalid

_CALENDAR_PROPERTIES: Final = (
    "d:resourcetype",
    "d:displayname",
    "c:supported-calendar-component-set",
    "d:current-user-privilege-set",
)


class CalendarNotFound(Invalid):
    """There is no such calendar; `names` are those that there are."""

    code: ClassVar[str] = "calendar_not_found"


class Server:
    """Requests with an account's credentials (RFC 7617)."""

    def __init__(self, egress: Egress, *, username: str, password: str) -> None:
        self._egress = egress
        self._basic = "Basic " + b64encode(f"{username}:{password}".encode()).decode()

    async def ask(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request. Raises CalendarUnreachable (try later) or CalendarRevoked (401)."""
        sent = {"Authorization": self._basic, **(headers or {})}
        if body and "Content-Type" not in sent:
            sent["Content-Type"] = "application/xml; charset=utf-8"
        try:
            answer = await self._egress.request(method, url, headers=sent, body=body)
        except EgressFailed as fault:
            raise CalendarUnreachable(fault.detail) from fault
        if answer.status == 401:
            raise CalendarRevoked("the calendar's server does not take the password any more")
        if answer.status in (429, 503) or (answer.status >= 500 and answer.status != 507):
            raise CalendarUnreachable(
                f"the calendar's server answers {answer.status}",
                retry_after_seconds=answer.retry_after_seconds or 30.0,
            )
        return answer

    async def several(
        self, method: str, url: str, body: bytes, *, depth: str = "1"
    ) -> tuple[Multistatus, str]:
        """A request that a multistatus answers, and where redirects led.

        Raises CalendarUnreachable, CalendarRevoked, CalendarRefused (any other answer).
        """
        answer = await self.ask(method, url, body=body, headers={"Depth": depth})
        return read_answer(answer), answer.url


def read_answer(answer: Answer) -> Multistatus:
    """A multistatus out of an answer. Raises CalendarRevoked, CalendarRefused."""
    if answer.status in (403, 404, 410):
        raise CalendarRevoked(f"the calendar's server answers {answer.status}")
    if answer.status != 207:
        raise CalendarRefused(f"the calendar's server answers {answer.status}, not 207")
    try:
        return xml.read(answer.body)
    except BadXml as fault:
        raise CalendarUnreachable(str(fault), retry_after_seconds=60.0) from fault


async def find_calendar(server: Server, url: str, *, name: str = "") -> tuple[str, str, bool]:
    """A calendar's address, name, and whether it can be written to; found from the address
    of the calendar itself, of its owner, or of the server (RFC 6764 section 6, RFC 5397).

    `name` picks one of several. Raises CalendarNotFound beside what `Server.ask` raises.
    """
    start = await _first_answer(server, url)
    here, at = start
    if _is_calendar(here):
        return urljoin(at, here.href), _name(here), _may_write(here)
    home = await _home(server, here, at)
    listed, at = await server.several("PROPFIND", home, xml.propfind(*_CALENDAR_PROPERTIES))
    found = [each for each in listed.resources if _is_calendar(each)]
    picked = [each for each in found if name in ("", _name(each), _last(each), each.href)]
    if len(picked) != 1:
        names = ", ".join(repr(_name(each)) for each in found) or "none"
        raise CalendarNotFound(f"name one calendar of this account; there are: {names}")
    (one,) = picked
    return urljoin(at, one.href), _name(one), _may_write(one)


async def _first_answer(server: Server, url: str) -> tuple[Resource, str]:
    body = xml.propfind(*_CALENDAR_PROPERTIES, "d:current-user-principal", "c:calendar-home-set")
    addresses = [url]
    if urlsplit(url).path in ("", "/"):
        addresses.insert(0, urljoin(url, "/.well-known/caldav"))
    last: CalendarRefused | CalendarRevoked | None = None
    for each in addresses:
        try:
            answer, at = await server.several("PROPFIND", each, body, depth="0")
        except (CalendarRefused, CalendarRevoked) as fault:
            last = fault
            continue
        if answer.resources:
            return answer.resources[0], at
    raise last or CalendarNotFound("there is no CalDAV at this address")


async def _home(server: Server, here: Resource, at: str) -> str:
    principal = here.href_in(f"{DAV}current-user-principal")
    home = here.href_in(f"{CAL}calendar-home-set")
    if home is None and principal is not None:
        answer, at = await server.several(
            "PROPFIND", urljoin(at, principal), xml.propfind("c:calendar-home-set"), depth="0"
        )
        home = answer.resources[0].href_in(f"{CAL}calendar-home-set") if answer.resources else None
    if home is None:
        raise CalendarNotFound("this account has no calendars at this address")
    return urljoin(at, home)


def _is_calendar(resource: Resource) -> bool:
    if not resource.holds(f"{DAV}resourcetype", f"{CAL}calendar"):
        return False
    supported = resource.elements.get(f"{CAL}supported-calendar-component-set")
    if supported is None:
        return True
    return any(each.get("name") == "VEVENT" for each in supported.iter(f"{CAL}comp"))


def _name(resource: Resource) -> str:
    return (resource.text(f"{DAV}displayname") or "").strip() or _last(resource)


def _last(resource: Resource) -> str:
    return resource.href.rstrip("/").rpartition("/")[2]


def _may_write(resource: Resource) -> bool:
    privileges = f"{DAV}current-user-privilege-set"
    if privileges not in resource.elements:
        return True
    return resource.holds(
        privileges, f"{DAV}all", f"{DAV}write", f"{DAV}write-content", f"{DAV}bind"
    )


__all__ = ["AnswerTooLarge", "CalendarNotFound", "Server", "find_calendar", "read_answer"]
