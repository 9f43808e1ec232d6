"""One calendar of a CalDAV server: read by sync-token (or ctag), written with If-Match.

Source: RFC 4791 (reports, PUT), RFC 6578 (sync-collection), the calendarserver ctag
extension for servers that cannot do that. The server's own expansion and free-busy are
never asked for: events are fetched whole and expanded here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from crm_bridge.calendars.caldav import xml
from crm_bridge.calendars.caldav.entry_text import entry_text
from crm_bridge.calendars.caldav.server import AnswerTooLarge, Server, read_answer
from crm_bridge.calendars.caldav.xml import CAL, DAV, SERVER, Multistatus
from crm_bridge.calendars.cursor import Cursor, faults_now
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import (
    CalendarRefused,
    CalendarUnreachable,
    Changes,
    Entry,
    EntryChanged,
    Written,
)
from crm_bridge.calendars.taken import GiveUp, Taken, times_of, worked_out
from crm_bridge.core.egress import Answer

AT_ONCE: Final = 50
MOST_PAGES: Final = 100
_TEXT: Final = "text/calendar; charset=utf-8"

Now = Callable[[], datetime]


class CalDavCalendar:
    """The events of one collection. Their ids are the paths of their addresses."""

    makes_video = False

    def __init__(
        self, server: Server, url: str, owner: Owner, *, writes: bool = True, now: Now | None = None
    ) -> None:
        self._server = server
        self._url = url if url.endswith("/") else f"{url}/"
        self._owner = owner
        self._now = now or (lambda: datetime.now(UTC))
        self.writes = writes

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """See `port.Calendar`."""
        known = Cursor.read(cursor, window)
        if known is None:
            return await self._everything(window)
        if "token" in known.data:
            return await self._since_token(known, window)
        return await self._since_ctag(known, window)

    async def _everything(self, window: Interval) -> Changes:
        state = await self._state()
        try:
            whole, _ = await self._server.several("REPORT", self._url, xml.all_events())
        except AnswerTooLarge:
            asked = (f"{window.start:%Y%m%dT%H%M%SZ}", f"{window.end:%Y%m%dT%H%M%SZ}")
            whole, _ = await self._server.several("REPORT", self._url, xml.all_events(asked))
        texts, etags, refused = _events(whole)
        if "token" not in state:
            state["etags"] = etags
        return await self._changes(
            texts, Cursor(window.end, state), window, complete=True, versions=etags, refused=refused
        )

    async def _since_token(self, known: Cursor, window: Interval) -> Changes:
        token = known.data["token"]
        changed: dict[str, str] = {}
        gone: set[str] = set()
        for _ in range(MOST_PAGES):
            answer = await self._server.ask(
                "REPORT", self._url, body=xml.changed_since(token), headers={"Depth": "1"}
            )
            if answer.status in (403, 409, 412, 507) and b"valid-sync-token" in answer.body:
                return await self._everything(window)
            page = read_answer(answer)
            cut = False
            for each in page.resources:
                ref = self._ref(each.href)
                if each.status == 507:
                    cut = True
                elif each.status in (404, 410):
                    gone.add(ref)
                    changed.pop(ref, None)
                elif ref != self._ref(self._url):
                    changed[ref] = each.text(f"{DAV}getetag") or ""
                    gone.discard(ref)
            token = page.sync_token or token
            if not cut:
                break
        after = replace(known, data={**known.data, "token": token})
        return await self._of_these(changed, gone, after, window)

    async def _since_ctag(self, known: Cursor, window: Interval) -> Changes:
        state = await self._state()
        if "ctag" in state and state["ctag"] == known.data.get("ctag"):
            return Changes({}, complete=False, cursor=known.write(), faults=known.told())
        before: Mapping[str, str] = known.data.get("etags", {})
        listed, _ = await self._server.several("PROPFIND", self._url, xml.propfind("d:getetag"))
        there = {
            self._ref(each.href): each.text(f"{DAV}getetag") or ""
            for each in listed.resources
            if self._ref(each.href) != self._ref(self._url) and f"{DAV}getetag" in each.texts
        }
        changed = {ref: etag for ref, etag in there.items() if before.get(ref) != etag}
        gone = before.keys() - there.keys()
        after = replace(known, data={**state, "etags": there})
        return await self._of_these(changed, gone, after, window)

    async def _of_these(
        self, changed: Mapping[str, str], gone: Iterable[str], after: Cursor, window: Interval
    ) -> Changes:
        texts: dict[str, str] = {}
        etags: dict[str, str] = {}
        refused: dict[str, str] = {}
        for some in batched(changed, AT_ONCE):
            page, _ = await self._server.several("REPORT", self._url, xml.multiget(some))
            found, versions, faults = _events(page)
            texts.update(found)
            etags.update(versions)
            refused.update(faults)
        # deleted in between, or no event
        gone = {*gone, *(changed.keys() - texts.keys() - refused.keys())}
        return await self._changes(texts, after, window, gone=gone, versions=etags, refused=refused)

    async def _changes(
        self,
        texts: Mapping[str, str],
        after: Cursor,
        window: Interval,
        *,
        versions: Mapping[str, str],
        refused: Mapping[str, str],
        gone: Iterable[str] = (),
        complete: bool = False,
    ) -> Changes:
        def work(give_up: GiveUp) -> Taken:
            return times_of(texts, window, self._owner, give_up=give_up)

        taken = await worked_out(work)
        none = dict.fromkeys(gone, ())
        found = {**taken.faults, **refused}
        faults = faults_now(after.faults, {**taken.times, **none}, found)
        after = replace(after, faults=faults)
        return Changes(
            events={**taken.times, **none},
            complete=complete,
            cursor=after.write(),
            faults=after.told(),
            uids=taken.uids,
            free=taken.free,
            versions=versions,
        )

    async def _state(self) -> dict[str, Any]:
        """What the collection is at: a sync-token where it has one, else a ctag."""
        asked = xml.propfind("d:sync-token", "s:getctag")
        answer, _ = await self._server.several("PROPFIND", self._url, asked, depth="0")
        here = answer.resources[0] if answer.resources else None
        token = here.text(f"{DAV}sync-token") if here else None
        if token:
            return {"token": token.strip()}
        ctag = here.text(f"{SERVER}getctag") if here else None
        return {"ctag": ctag.strip()} if ctag else {}

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """See `port.Calendar`."""
        text = entry_text(entry, now=self._now())
        if at is not None:
            version = at.version or await self._version(at.ref)
            condition = {"If-Match": version} if version else {"If-None-Match": "*"}
            return await self._put(at.ref, text, condition)
        ref = self._ref(urljoin(self._url, quote(entry.uid, safe="") + ".ics"))
        try:
            return await self._put(ref, text, {"If-None-Match": "*"})
        except EntryChanged:
            there = await self._by_uid(entry.uid)
            if there is None:
                raise
            return await self._put(there.ref, text, {"If-Match": there.version or "*"})

    async def remove(self, at: Written) -> None:
        """See `port.Calendar`."""
        headers = {"If-Match": at.version} if at.version else {}
        answer = await self._server.ask("DELETE", self._address(at.ref), headers=headers)
        if answer.status not in (404, 410):
            _check_written(answer)

    async def _put(self, ref: str, text: bytes, condition: Mapping[str, str]) -> Written:
        headers = {"Content-Type": _TEXT, **condition}
        answer = await self._server.ask("PUT", self._address(ref), body=text, headers=headers)
        _check_written(answer)
        return Written(ref, answer.headers.get("etag") or await self._version(ref))

    async def _version(self, ref: str) -> str | None:
        answer = await self._server.ask(
            "PROPFIND", self._address(ref), body=xml.propfind("d:getetag"), headers={"Depth": "0"}
        )
        if answer.status in (404, 410):
            return None
        found = read_answer(answer).resources
        return found[0].text(f"{DAV}getetag") if found else None

    async def _by_uid(self, uid: str) -> Written | None:
        """Where the events of a UID are. Servers that match by substring are checked."""
        answer, _ = await self._server.several("REPORT", self._url, xml.events_of_uid(uid))
        for each in answer.resources:
            text = each.text(f"{CAL}calendar-data") or ""
            if f"UID:{uid}" in text.replace("\r\n ", "").replace("\n ", ""):
                return Written(self._ref(each.href), each.text(f"{DAV}getetag"))
        return None

    def _address(self, ref: str) -> str:
        return urljoin(self._url, ref)

    def _ref(self, href: str) -> str:
        return canonical(urljoin(self._url, href))


def canonical(href: str) -> str:
    """The path of an address, spelled one way: servers and we differ on what is escaped."""
    parts = urlsplit(href).path.split("/")
    return "/".join(quote(unquote(part), safe="") for part in parts)


def _events(page: Multistatus) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The texts, the ETags and the faults of events by the path of their address. One that the
    server does not give to anybody is a fault; what was known of it stays.

    Raises CalendarUnreachable where it cannot give one now: what is missing would count as
    free.
    """
    texts: dict[str, str] = {}
    etags: dict[str, str] = {}
    faults: dict[str, str] = {}
    for each in page.resources:
        ref = canonical(each.href)
        text = each.text(f"{CAL}calendar-data")
        status = each.status if each.status not in (0, 200) else 0
        if text is not None and not status:
            texts[ref] = text
            etags[ref] = each.text(f"{DAV}getetag") or ""
            continue
        status = status or each.refused
        if status >= 500 or status == 429:
            raise CalendarUnreachable(
                f"the calendar's server answers {status} to one of its events",
                retry_after_seconds=60.0,
            )
        if status and status not in (404, 410):
            faults[ref] = f"the calendar's server answers {status} to {ref.rpartition('/')[2]}"
    return texts, etags, faults


def _check_written(answer: Answer) -> None:
    """Raises EntryChanged or CalendarRefused."""
    if answer.status in (409, 412):
        raise EntryChanged("the event in the calendar is not the one we wrote")
    if not 200 <= answer.status < 300:
        raise CalendarRefused(f"the calendar's server answers {answer.status} to the meeting")
