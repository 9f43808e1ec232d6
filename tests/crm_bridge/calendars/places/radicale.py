"""A calendar on a real Radicale, and the server's own start and end."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

import httpx
import icalendar

from crm_bridge.calendars.caldav import xml
from crm_bridge.calendars.caldav.collection import CalDavCalendar
from crm_bridge.calendars.caldav.server import Server
from crm_bridge.calendars.caldav.xml import Multistatus, Resource
from crm_bridge.calendars.port import Calendar, CalendarUnreachable
from crm_bridge.core.egress import Egress
from tests.crm_bridge.calendars.places.ics import ics_text
from tests.crm_bridge.calendars.places.place import OWNER, Event, Seen

USER, PASSWORD = "maja", "app-password"  # of a server that lives as long as the test
_NUMBERS = count(1)
_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/collections
[web]
type = none
[logging]
level = error
"""


@contextmanager
def radicale(folder: Path) -> Iterator[str]:
    """The base URL of a Radicale that keeps its files in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    config = folder / "config"
    config.write_text(_CONFIG.format(port=port, folder=folder))
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "radicale", "--config", str(config)], stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "Radicale ended"
        try:
            httpx.request("OPTIONS", url, timeout=1)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("Radicale did not start in 30 seconds")


class RadicalePlace:
    """A new collection of the server."""

    def __init__(self, base: str, egress: Egress) -> None:
        self.base = base
        self.egress = egress
        self.name = f"work{next(_NUMBERS)}"
        self.url = f"{base}/{USER}/{self.name}/"
        self._client = httpx.Client(auth=(USER, PASSWORD), timeout=30)
        self._password = PASSWORD
        self._limited = False
        self._stumbles = 0
        made = self._client.request("MKCALENDAR", self.url)
        assert made.status_code == 201, made.text

    def server(self) -> Server:
        return _Server(self, self.egress, username=USER, password=self._password)

    def calendar(self) -> Calendar:
        return CalDavCalendar(self.server(), self.url, OWNER)

    def put(self, event: Event) -> None:
        text = ics_text([event])
        done = self._client.put(
            f"{self.url}{event.name}.ics", content=text, headers={"Content-Type": "text/calendar"}
        )
        assert done.status_code in (201, 204), done.text

    def delete(self, name: str) -> None:
        assert self._client.delete(f"{self.url}{name}.ics").status_code in (200, 204)

    def forget(self) -> None:
        """See `forgotten`: Radicale keeps its tokens, so the cursor is given a wrong one."""

    def limit(self) -> None:
        self._limited = True

    def stumble(self, status: int = 503) -> None:
        self._stumbles = status

    def refuse(self) -> None:
        self._password = "another"

    def texts(self) -> list[str]:
        """The events that we wrote, as they are on the server."""
        found = self._client.request(
            "REPORT", self.url, content=xml.all_events(), headers={"Depth": "1"}
        )
        texts = [
            each.text(f"{xml.CAL}calendar-data") or "" for each in xml.read(found.content).resources
        ]
        return [text for text in texts if "UID:bkg_" in text]

    def written(self) -> list[Seen]:
        seen = []
        for text in self.texts():
            (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
            guests = len(event.get("ATTENDEE", [])) + ("ORGANIZER" in event)
            seen.append(Seen(event.start, event.end, str(event["SUMMARY"]), guests))
        return sorted(seen, key=lambda each: each.start)

    def move_written(self, start: datetime, end: datetime) -> None:
        (text,) = self.texts()
        calendar = icalendar.Calendar.from_ical(text)
        (event,) = calendar.walk("VEVENT")
        del event["DTSTART"], event["DTEND"]
        event.add("dtstart", start)
        event.add("dtend", end)
        url = f"{self.url}{event['UID']}.ics"
        done = self._client.put(
            url, content=calendar.to_ical(), headers={"Content-Type": "text/calendar"}
        )
        assert done.status_code in (201, 204), done.text

    def delete_written(self) -> None:
        (text,) = self.texts()
        (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
        self.delete(str(event["UID"]))

    def close(self) -> None:
        self._client.close()

    def take_stumble(self) -> int:
        stumbles, self._stumbles = self._stumbles, 0
        return stumbles

    def take_limit(self) -> bool:
        limited, self._limited = self._limited, False
        return limited


class _Server(Server):
    """Radicale never says 429: a proxy before it may."""

    def __init__(self, place: RadicalePlace, egress: Egress, **given: str) -> None:
        super().__init__(egress, **given)
        self.place = place

    async def several(
        self, method: str, url: str, body: bytes, *, depth: str = "1"
    ) -> tuple[Multistatus, str]:
        if self.place.take_limit():
            raise CalendarUnreachable("429", retry_after_seconds=7.0)
        found, at = await super().several(method, url, body, depth=depth)
        if b"calendar-multiget" in body and (status := self.place.take_stumble()):
            first, *others = found.resources
            failed = Resource(first.href, status)
            return Multistatus((failed, *others), found.sync_token), at
        return found, at


class _NoTokens(_Server):
    """A server without RFC 6578."""

    async def several(
        self, method: str, url: str, body: bytes, *, depth: str = "1"
    ) -> tuple[Multistatus, str]:
        found, at = await super().several(method, url, body, depth=depth)
        for each in found.resources:
            each.texts.pop(f"{xml.DAV}sync-token", None)
            each.elements.pop(f"{xml.DAV}sync-token", ElementTree.Element("none"))
        return found, at


class CtagPlace(RadicalePlace):
    """The same server, read by ctag."""

    def server(self) -> Server:
        return _NoTokens(self, self.egress, username=USER, password=self._password)
