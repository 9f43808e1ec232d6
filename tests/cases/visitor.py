"""A visitor who speaks the chat protocol of CONTRACTS.md over HTTP, as the widget does."""

import time
import uuid
import weakref
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

Event = dict[str, Any]
REPLY_SECONDS = 30


class NoReply(Exception):
    """The bot said nothing within the time a visitor would wait."""


@dataclass
class Visitor:
    """One browser with one conversation."""

    http: httpx.Client
    token: str
    conversation: str
    language: str
    events: list[Event] = field(default_factory=list)

    @classmethod
    def arrive(
        cls,
        url: str,
        *,
        language: str | None = None,
        timezone: str = "Europe/Ljubljana",
        locale: str | None = None,
        site: str = "demo",
        identity_token: str | None = None,
    ) -> Self:
        """Open the chat and wait for the greeting. `identity_token` proves who they are."""
        headers = {"Origin": url, "Accept-Language": locale or language or "en"}
        http = httpx.Client(base_url=f"{url}/chat/v1/", headers=headers, timeout=40)
        body: dict[str, Any] = {"site": site, "timezone": timezone}
        body["page"] = {"url": f"{url}/demo"}
        if language:
            body["language"] = language
        if identity_token:
            body["identity_token"] = identity_token
        answer = http.post("sessions", json=body)
        answer.raise_for_status()
        session = answer.json()
        http.headers["Authorization"] = f"Bearer {session['token']}"
        visitor = cls(http, session["token"], session["conversation_id"], session["language"])
        weakref.finalize(visitor, http.close)
        visitor.hear(lambda event: event["kind"] == "message")
        return visitor

    @property
    def seq(self) -> int:
        return self.events[-1]["seq"] if self.events else 0

    def fetch(self, wait_seconds: float = 0) -> list[Event]:
        """New events since the last time."""
        answer = self.http.get("events", params={"after": self.seq, "wait": wait_seconds})
        answer.raise_for_status()
        fresh: list[Event] = answer.json()["events"]
        self.events += fresh
        return fresh

    def hear(self, wanted: Any, seconds: float = REPLY_SECONDS) -> list[Event]:
        """Everything new until an event is `wanted` (it comes last but for its own turn)."""
        heard: list[Event] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            heard += self.fetch(wait_seconds=1)
            if any(wanted(event) for event in heard):
                return heard + self.fetch()
        raise NoReply(f"no reply within {seconds} s; heard {[e.get('text') for e in heard]}")

    def post(self, *, text: str | None = None, payload: str | None = None, times: int = 1) -> None:
        """Post one message, `times` times with the same client id."""
        body = {"cid": str(uuid.uuid4()), **({"payload": payload} if payload else {"text": text})}
        for _ in range(times):
            self.http.post("messages", json=body).raise_for_status()

    def say(self, text: str, times: int = 1) -> list[Event]:
        """Type a message and wait for the reply: what the house said, without our own words."""
        self.fetch()
        self.post(text=text, times=times)
        return self._reply()

    def press(self, payload: str) -> list[Event]:
        """Press a button and wait for the reply."""
        self.fetch()
        self.post(payload=payload)
        return self._reply()

    def _reply(self) -> list[Event]:
        heard = self.hear(lambda e: e["kind"] == "message" and e["author"] != "visitor")
        return [event for event in heard if event["author"] != "visitor"]

    def button(self, title: str) -> str | None:
        """The payload of a button or opening of that title, the latest one first."""
        for event in reversed(self.events):
            for button in (event.get("buttons") or []) + (event.get("openings") or []):
                if button["title"].casefold() == title.casefold():
                    return str(button["payload"])
        return None

    def reload(self) -> None:
        """The page is loaded again: the same token resumes the same conversation."""
        body = {"site": "demo", "timezone": "Europe/Ljubljana"}
        answer = self.http.post("sessions", json=body)
        answer.raise_for_status()
        resumed = answer.json()
        if resumed["conversation_id"] != self.conversation:
            raise AssertionError("a reload began another conversation")
        self.events = []
        self.fetch()
