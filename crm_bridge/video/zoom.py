"""Zoom meetings, by a server-to-server OAuth app.

Sources: developers.zoom.us/docs/internal-apps/s2s-oauth (tokens of one hour, one call),
/docs/api/meetings (POST and GET /v2/users/{id}/meetings, PATCH and DELETE
/v2/meetings/{id}; 3001: the meeting does not exist), /docs/api/rate-limits (429).
Zoom knows no idempotency key: the booking's id stands in the meeting's agenda, and a
meeting whose making was not answered is looked for by it.
"""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, Final
from urllib.parse import quote

import httpx

from crm_bridge.settings import Zoom
from crm_bridge.video.port import Meeting, Room, VideoRefused, VideoUnreachable

SCHEDULED: Final = 2
GONE: Final = 3001
EARLY_SECONDS: Final = 120  # a token is renewed before it runs out
MOST_PAGES: Final = 10
LONGEST_PAUSE_SECONDS: Final = 300.0


class ZoomRooms:
    """`port.VideoRooms` of one Zoom account."""

    def __init__(self, settings: Zoom, client: httpx.AsyncClient | None = None) -> None:
        self._settings = settings
        self._client = client or httpx.AsyncClient(timeout=settings.timeout_seconds)
        self._renewing = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0

    def room(self, meeting: Meeting) -> str | None:
        """Zoom has to be asked first."""
        return None

    async def open(self, meeting: Meeting) -> Room | None:
        """See `port.VideoRooms`."""
        wanted = {**_told(meeting), "type": SCHEDULED}
        made = await self._call("POST", self._meetings(meeting), json=wanted)
        return Room(url=str(made["join_url"]), id=str(made["id"]))

    async def move(self, room_id: str, meeting: Meeting) -> None:
        """See `port.VideoRooms`."""
        await self._call("PATCH", f"/v2/meetings/{quote(room_id)}", json=_told(meeting))

    async def close(self, room_id: str) -> None:
        """See `port.VideoRooms`."""
        await self._call("DELETE", f"/v2/meetings/{quote(room_id)}", gone_is_good=True)

    async def find(self, meeting: Meeting) -> Room | None:
        """See `port.VideoRooms`."""
        path, page = self._meetings(meeting), ""
        for _ in range(MOST_PAGES):
            query = {"type": "scheduled", "page_size": "300", "next_page_token": page}
            told = await self._call("GET", path, params=query)
            for each in told.get("meetings", ()):
                if meeting.booking in str(each.get("agenda", "")):
                    return Room(url=str(each["join_url"]), id=str(each["id"]))
            page = str(told.get("next_page_token") or "")
            if not page:
                break
        return None

    def _meetings(self, meeting: Meeting) -> str:
        return f"/v2/users/{quote(self._settings.user or meeting.host, safe='@')}/meetings"

    async def _call(
        self, method: str, path: str, *, gone_is_good: bool = False, **more: Any
    ) -> Mapping[str, Any]:
        answer = await self._ask(method, path, await self._access(), **more)
        if answer.status_code == httpx.codes.UNAUTHORIZED:  # revoked before its time
            self._good_until = 0.0
            answer = await self._ask(method, path, await self._access(), **more)
        told = _document(answer)
        if answer.is_success or (gone_is_good and told.get("code") == GONE):
            return told
        raise _fault(answer, told)

    async def _ask(self, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        url = self._settings.api_url.rstrip("/") + path
        headers = {"Authorization": f"Bearer {token}"}
        return await self._send(method, url, headers=headers, **more)

    async def _access(self) -> str:
        """A token; one renewal at a time."""
        async with self._renewing:
            if time.monotonic() < self._good_until:
                return self._token
            zoom = self._settings
            answer = await self._send(
                "POST",
                zoom.token_url,
                data={"grant_type": "account_credentials", "account_id": zoom.account_id},
                auth=(zoom.client_id, zoom.client_secret.get_secret_value()),
            )
            told = _document(answer)
            if not answer.is_success:
                raise _fault(answer, told)
            self._token = str(told["access_token"])
            lasts = float(told.get("expires_in", 0))
            self._good_until = time.monotonic() + lasts - EARLY_SECONDS
            return self._token

    async def _send(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            return await self._client.request(method, url, **more)
        except httpx.HTTPError as fault:
            raise VideoUnreachable(f"Zoom: {type(fault).__name__}") from fault


def _told(meeting: Meeting) -> dict[str, Any]:
    minutes = max(1, (meeting.end - meeting.start) // timedelta(minutes=1))
    return {
        "topic": meeting.topic[:200],
        "agenda": meeting.booking,
        "start_time": f"{meeting.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "duration": minutes,
        "timezone": "UTC",
        "settings": {"join_before_host": False, "waiting_room": True},
    }


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _fault(answer: httpx.Response, told: Mapping[str, Any]) -> VideoUnreachable | VideoRefused:
    said = f"Zoom answered {answer.status_code} {told.get('code') or ''}".rstrip()
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        wait = answer.headers.get("Retry-After", "")
        seconds = float(wait) if wait.isdigit() else 1.0
        return VideoUnreachable(said, retry_after_seconds=min(seconds, LONGEST_PAUSE_SECONDS))
    return VideoRefused(said)
