"""Graph's calendar as it is documented: a fake of the calls that are made.

calendarView delta (pages, deltaLink, @removed, 410, bare occurrences), create with a
transaction id, find by extended property, update and delete with If-Match; refresh tokens
that change with each use, 429 with Retry-After.
"""

import json
from datetime import UTC, datetime
from typing import Any

from dateutil.rrule import rrulestr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_bridge.calendars.microsoft.calendar import MicrosoftCalendar
from crm_bridge.calendars.port import Calendar
from crm_bridge.calendars.tokens import Authorized, Client
from crm_bridge.core.egress import Egress
from tests.crm_bridge.calendars.places.place import OWNER, Event, Seen

MOST_IN_A_PAGE = 3
MINE = "/v1.0/me/calendar"

type Item = dict[str, Any]


def error(status: int, code: str, **headers: str) -> Response:
    """An error as Graph writes it."""
    return JSONResponse({"error": {"code": code, "message": code}}, status, headers)


class MicrosoftPlace:
    """One mailbox with one calendar."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self.app = Starlette(
            routes=[
                Route("/token", self._token, methods=["POST"]),
                Route(f"{MINE}/calendarView/delta", self._delta, methods=["GET"]),
                Route(f"{MINE}/events", self._find, methods=["GET"]),
                Route(f"{MINE}/events", self._create, methods=["POST"]),
                Route("/v1.0/me/events/{id}", self._update, methods=["PATCH"]),
                Route("/v1.0/me/events/{id}", self._delete, methods=["DELETE"]),
            ]
        )
        self.url = ""
        self.items: dict[str, Item] = {}
        self.changed_at: dict[str, int] = {}
        self.counter = 0
        self.oldest_delta = 0
        self.access_tokens: set[str] = set()
        self.refresh_token = "refresh-0"
        self.refused = False
        self.kept: list[str] = []
        self.pages = 0
        self._next: list[Response | None] = []

    # what the advisor and the server do

    def calendar(self) -> Calendar:
        client = Client(f"{self.url}/token", "client", "secret")

        async def keep(token: str) -> None:
            self.kept.append(token)

        api = Authorized(self.egress, client, self.refresh_token, keep=keep)
        return MicrosoftCalendar(api, OWNER, base_url=f"{self.url}/v1.0")

    def put(self, event: Event) -> None:
        shown = {
            "showAs": "free" if event.free else "busy",
            "isCancelled": False,
            "isAllDay": event.whole_day,
            "iCalUId": event.name if "@" in event.name else f"uid-{event.name}",
            "responseStatus": {"response": "declined" if event.declined else "organizer"},
        }
        if not event.rule:
            self._store(event.name, {**shown, **self._span(event.start, event.end)})
            return
        master = {**shown, "type": "seriesMaster", **self._span(event.start, event.end)}
        self._store(event.name, master)
        for at in rrulestr(event.rule, dtstart=event.start).between(
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), inc=True
        ):
            self._occurrence(event, at, shown)

    def _occurrence(self, event: Event, at: datetime, shown: Item) -> None:
        ref = f"{event.name}.{at:%Y%m%d}"
        more = {"seriesMasterId": event.name}
        if at in event.skipped:
            self._store(ref, {**more, "@removed": {"reason": "deleted"}})
        elif at in event.moved:
            to = event.moved[at]
            self._store(ref, {**shown, **more, "type": "exception", **self._span(to.start, to.end)})
        else:  # bare: what else there is to know is with the series
            span = self._span(at, at + (event.end - event.start))
            self._store(ref, {**more, "type": "occurrence", **span})

    def delete(self, name: str) -> None:
        self._store(name, {"@removed": {"reason": "deleted"}})

    def forget(self) -> None:
        self.oldest_delta = self.counter + 1

    def limit(self) -> None:
        self._next.append(error(429, "ApplicationThrottled", **{"Retry-After": "7"}))

    def stumble(self) -> None:
        self._next += [None, error(503, "ServiceUnavailable")]  # the second page

    def end_access(self) -> None:
        """The access tokens given so far run out."""
        self.access_tokens.clear()

    def refuse(self) -> None:
        self.refused = True
        self.access_tokens.clear()

    def written(self) -> list[Seen]:
        return sorted(
            (
                Seen(
                    self._at(each["start"]),
                    self._at(each["end"]),
                    each["subject"],
                    len(each.get("attendees", ())),
                )
                for each in self._mine()
            ),
            key=lambda seen: seen.start,
        )

    def move_written(self, start: datetime, end: datetime) -> None:
        (mine,) = self._mine()
        self._store(mine["id"], {**mine, **self._span(start, end)})

    def delete_written(self) -> None:
        (mine,) = self._mine()
        self.delete(mine["id"])

    def _mine(self) -> list[Item]:
        return [
            each
            for each in self.items.values()
            if each.get("singleValueExtendedProperties") and "@removed" not in each
        ]

    def _span(self, start: datetime, end: datetime) -> Item:
        return {
            name: {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}
            for name, at in (("start", start), ("end", end))
        }

    def _at(self, value: Item) -> datetime:
        return datetime.fromisoformat(value["dateTime"][:19]).replace(tzinfo=UTC)

    def _store(self, id: str, item: Item) -> Item:
        self.counter += 1
        stored = {"type": "singleInstance", **item, "id": id, "@odata.etag": f'W/"{self.counter}"'}
        self.items[id] = stored
        self.changed_at[id] = self.counter
        return stored

    # what is asked

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if self.refused or form.get("refresh_token") != self.refresh_token:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.counter += 1
        self.refresh_token = f"refresh-{self.counter}"
        access = f"access-{self.counter}"
        self.access_tokens.add(access)
        body = {"access_token": access, "expires_in": 3600, "refresh_token": self.refresh_token}
        return JSONResponse(body)

    def _refused(self, request: Request) -> Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.access_tokens:
            return error(401, "InvalidAuthenticationToken")
        return self._next.pop(0) if self._next else None

    async def _delta(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        assert 'outlook.timezone="UTC"' in request.headers["prefer"]
        asked = request.query_params
        since, begin = int(asked.get("$deltatoken", 0)), int(asked.get("$skiptoken", 0))
        if "$deltatoken" not in asked:
            assert {"startDateTime", "endDateTime"} <= set(asked)
        elif since < self.oldest_delta:
            return error(410, "SyncStateNotFound")
        found = [
            each
            for id, each in self.items.items()
            if self.changed_at[id] > since and (since or "@removed" not in each)
        ]
        self.pages += 1
        size = MOST_IN_A_PAGE
        page: Item = {"value": found[begin : begin + size]}
        here = f"{self.url}{MINE}/calendarView/delta"
        if begin + size < len(found):
            token = f"&$deltatoken={since}" if since else "&startDateTime=x&endDateTime=y"
            page["@odata.nextLink"] = f"{here}?$skiptoken={begin + size}{token}"
        else:
            page["@odata.deltaLink"] = f"{here}?$deltatoken={self.counter}"
        return JSONResponse(page)

    async def _find(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        condition = request.query_params["$filter"]
        found = [
            each
            for each in self._mine()
            if f"ep/value eq '{each['singleValueExtendedProperties'][0]['value']}'" in condition
        ]
        return JSONResponse({"value": found[:1]})

    async def _create(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        body = json.loads(await request.body())
        return JSONResponse(self._taken(f"AAMk{self.counter}", body), 201)

    async def _update(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        item = self.items.get(request.path_params["id"])
        if item is None or "@removed" in item:
            return error(404, "ErrorItemNotFound")
        if request.headers.get("if-match", item["@odata.etag"]) != item["@odata.etag"]:
            return error(412, "ErrorIrresolvableConflict")
        return JSONResponse(self._taken(item["id"], {**item, **json.loads(await request.body())}))

    def _taken(self, id: str, body: Item) -> Item:
        if body.get("isOnlineMeeting"):
            body["onlineMeeting"] = {"joinUrl": "https://teams.microsoft.com/l/meetup-join/abc"}
        body.setdefault("iCalUId", f"040000008200E00074C5B7101A82E008{id}")
        return self._store(id, body)

    async def _delete(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        item = self.items.get(request.path_params["id"])
        if item is None or "@removed" in item:
            return error(404, "ErrorItemNotFound")
        if request.headers.get("if-match", item["@odata.etag"]) != item["@odata.etag"]:
            return error(412, "ErrorIrresolvableConflict")
        self._store(item["id"], {"@removed": {"reason": "deleted"}})
        return Response(status_code=204)
