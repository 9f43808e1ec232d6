"""Google Calendar as it is documented: a fake of the calls that are made.

Events list (paging, syncToken, 410), get, insert, patch, delete with If-Match, instances;
tokens that run out (401), 429 with Retry-After, conferences that are pending at first.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from dateutil.rrule import rrulestr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from crm_bridge.calendars.google.calendar import GoogleCalendar
from crm_bridge.calendars.port import Calendar
from crm_bridge.calendars.tokens import Authorized, Client
from crm_bridge.core.egress import Egress
from tests.crm_bridge.calendars.places.place import OWNER, Event, Seen

MOST_IN_A_PAGE = 2
ZONE = "Europe/Ljubljana"
CALENDAR = "/calendar/v3/calendars/{calendar}/events"

type Item = dict[str, Any]


def error(status: int, reason: str, **headers: str) -> Response:
    """An error as Google writes it."""
    body = {"error": {"code": status, "message": reason, "errors": [{"reason": reason}]}}
    return JSONResponse(body, status, headers)


class GooglePlace:
    """One account with one calendar."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self.app = Starlette(
            routes=[
                Route("/token", self._token, methods=["POST"]),
                Route(CALENDAR, self._list, methods=["GET"]),
                Route(CALENDAR, self._insert, methods=["POST"]),
                Route(CALENDAR + "/{id}", self._get, methods=["GET"]),
                Route(CALENDAR + "/{id}", self._patch, methods=["PATCH"]),
                Route(CALENDAR + "/{id}", self._delete, methods=["DELETE"]),
                Route(CALENDAR + "/{id}/instances", self._instances, methods=["GET"]),
            ]
        )
        self.url = ""
        self.items: dict[str, Item] = {}
        self.changed_at: dict[str, int] = {}
        self.counter = 0
        self.oldest_token = 0
        self.access_tokens: set[str] = set()
        self.refreshed = 0
        self.refresh_tokens = {"refresh-0"}
        self.kept: list[str] = []
        self.mails = 0
        self.codes: dict[str, str] = {}
        self.pages = 0
        self.pending = 0
        self._next: list[Response | None] = []

    # what the advisor and the server do

    def calendar(self) -> Calendar:
        client = Client(f"{self.url}/token", "client", "secret")

        async def keep(token: str) -> None:
            self.kept.append(token)

        refresh_token = next(iter(self.refresh_tokens), "none")
        api = Authorized(self.egress, client, refresh_token, keep=keep)
        return GoogleCalendar(api, OWNER, base_url=f"{self.url}/calendar/v3")

    def put(self, event: Event) -> None:
        item: Item = {
            "start": self._time(event.start, whole_day=event.whole_day),
            "end": self._time(event.end, whole_day=event.whole_day),
            "iCalUID": event.name if "@" in event.name else f"{event.name}@google.com",
            "summary": "never asked for",
            "transparency": "transparent" if event.free else "opaque",
        }
        if event.declined:
            item["attendees"] = [{"self": True, "responseStatus": "declined"}]
        if event.rule:
            item["recurrence"] = [f"RRULE:{event.rule}"]
        self._store(event.name, item)
        for at, to in event.moved.items():
            moved = {**item, "start": self._time(to.start), "end": self._time(to.end)}
            moved.pop("recurrence", None)
            self._exception(event.name, at, moved)
        for at in event.skipped:
            self._exception(event.name, at, {"status": "cancelled"})

    def _exception(self, name: str, at: datetime, item: Item) -> None:
        more = {"recurringEventId": name, "originalStartTime": self._time(at)}
        self._store(f"{name}_{at:%Y%m%dT%H%M%SZ}", {**item, **more})

    def delete(self, name: str) -> None:
        self._store(name, {"status": "cancelled"})

    def forget(self) -> None:
        self.oldest_token = self.counter + 1

    def limit(self) -> None:
        self._next.append(error(429, "rateLimitExceeded", **{"Retry-After": "7"}))

    def stumble(self) -> None:
        self._next += [None, error(503, "backendError")]  # the second page

    def limit_as_403(self) -> None:
        self._next.append(error(403, "userRateLimitExceeded"))

    def refuse(self) -> None:
        self.refresh_tokens.clear()
        self.access_tokens.clear()

    def end_access(self) -> None:
        """The access tokens given so far run out."""
        self.access_tokens.clear()

    def written(self) -> list[Seen]:
        mine = [each for each in self.items.values() if self._ours(each)]
        return sorted(
            (
                Seen(
                    datetime.fromisoformat(each["start"]["dateTime"]),
                    datetime.fromisoformat(each["end"]["dateTime"]),
                    each["summary"],
                    len(each.get("attendees", ())) + self.mails,
                )
                for each in mine
            ),
            key=lambda seen: seen.start,
        )

    def move_written(self, start: datetime, end: datetime) -> None:
        (mine,) = [each for each in self.items.values() if self._ours(each)]
        self._store(mine["id"], {**mine, "start": self._time(start), "end": self._time(end)})

    def delete_written(self) -> None:
        (mine,) = [each for each in self.items.values() if self._ours(each)]
        self.delete(mine["id"])

    def _ours(self, item: Item) -> bool:
        own = "usherUid" in item.get("extendedProperties", {}).get("private", {})
        return own and item["status"] == "confirmed"

    def _time(self, at: datetime, *, whole_day: bool = False) -> Item:
        if whole_day:
            return {"date": f"{at:%Y-%m-%d}"}
        return {"dateTime": at.isoformat(), "timeZone": ZONE}

    def _store(self, id: str, item: Item) -> Item:
        self.counter += 1
        stored = {"status": "confirmed", **item, "id": id, "etag": f'"{self.counter}"'}
        self.items[id] = stored
        self.changed_at[id] = self.counter
        return stored

    # what is asked

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if form.get("grant_type") == "authorization_code":
            return self._first_token(str(form.get("code")), str(form.get("code_verifier")))
        if form.get("refresh_token") not in self.refresh_tokens:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.refreshed += 1
        access = f"access-{self.refreshed}"
        self.access_tokens.add(access)
        return JSONResponse({"access_token": access, "expires_in": 3600, "token_type": "Bearer"})

    def expect_code(self, code: str, challenge: str) -> None:
        """The advisor consented: this code was given for that challenge."""
        self.codes[code] = challenge

    def _first_token(self, code: str, verifier: str) -> Response:
        made = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode()
        if self.codes.pop(code, None) != made.rstrip("="):
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.access_tokens.add("access-0")
        first = next(iter(self.refresh_tokens))
        return JSONResponse(
            {"access_token": "access-0", "expires_in": 3600, "refresh_token": first}
        )

    def _refused(self, request: Request) -> Response | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.access_tokens:
            return error(401, "authError")
        return self._next.pop(0) if self._next else None

    async def _list(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        asked = request.query_params
        since = 0
        if "syncToken" in asked:
            assert not {"timeMin", "timeMax", "orderBy", "q", "iCalUID"} & set(asked)
            since = int(asked["syncToken"])
            if since < self.oldest_token:
                return error(410, "fullSyncRequired")
        found = [each for id, each in self.items.items() if self.changed_at[id] > since]
        if not since:
            found = [
                each
                for each in found
                if each["status"] != "cancelled" or "recurringEventId" in each
            ]
        return self._page(request, found)

    def _page(self, request: Request, found: list[Item]) -> Response:
        self.pages += 1
        begin = int(request.query_params.get("pageToken", 0))
        size = min(int(request.query_params.get("maxResults", 250)), MOST_IN_A_PAGE)
        page: Item = {
            "kind": "calendar#events",
            "timeZone": ZONE,
            "items": found[begin : begin + size],
        }
        if begin + size < len(found):
            page["nextPageToken"] = str(begin + size)
        else:
            page["nextSyncToken"] = str(self.counter)
        return JSONResponse(page)

    async def _instances(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        name = request.path_params["id"]
        series = self.items.get(name)
        if series is None or series["status"] == "cancelled" or "recurrence" not in series:
            return error(404, "notFound")
        start = datetime.fromisoformat(series["start"]["dateTime"])
        length = datetime.fromisoformat(series["end"]["dateTime"]) - start
        last = datetime.fromisoformat(request.query_params["timeMax"])
        first = datetime.fromisoformat(request.query_params["timeMin"])
        rule = rrulestr(series["recurrence"][0], dtstart=start)
        found = []
        for at in rule.between(first - length, last, inc=True):
            changed = self.items.get(f"{name}_{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
            plain = {**series, "start": self._time(at), "end": self._time(at + length)}
            plain |= {"id": f"{name}_{at:%Y%m%dT%H%M%SZ}", "recurringEventId": name}
            plain.pop("recurrence")
            if changed is None or changed["status"] != "cancelled":
                found.append(changed or plain)
        return self._page(request, found)

    async def _get(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        item = self.items.get(request.path_params["id"])
        if item is None:
            return error(404, "notFound")
        self._conference(item)
        return JSONResponse(item)

    async def _insert(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        body = json.loads(await request.body())
        if body["id"] in self.items:
            return error(409, "duplicate")
        return self._taken(request, body["id"], body)

    async def _patch(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        item = self.items.get(request.path_params["id"])
        if item is None:
            return error(404, "notFound")
        if request.headers.get("if-match", item["etag"]) != item["etag"]:
            return error(412, "conditionNotMet")
        return self._taken(request, item["id"], {**item, **json.loads(await request.body())})

    def _taken(self, request: Request, id: str, body: Item) -> Response:
        if request.query_params.get("sendUpdates", "none") != "none":
            self.mails += 1
        wanted = body.get("conferenceData", {}).get("createRequest")
        if wanted and request.query_params.get("conferenceDataVersion") == "1":
            wanted.setdefault("status", {"statusCode": "pending"})
            self.pending = 1
        return JSONResponse(self._store(id, body))

    def _conference(self, item: Item) -> None:
        """A link is there at the second look."""
        data = item.get("conferenceData")
        if not data or "entryPoints" in data:
            return
        if self.pending:
            self.pending -= 1
            return
        data["createRequest"]["status"]["statusCode"] = "success"
        data["entryPoints"] = [
            {"entryPointType": "phone", "uri": "tel:+1"},
            {"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij"},
        ]

    async def _delete(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        item = self.items.get(request.path_params["id"])
        if item is None:
            return error(404, "notFound")
        if item["status"] == "cancelled":
            return error(410, "deleted")
        if request.headers.get("if-match", item["etag"]) != item["etag"]:
            return error(412, "conditionNotMet")
        self._store(item["id"], {"status": "cancelled"})
        return Response(status_code=204)
