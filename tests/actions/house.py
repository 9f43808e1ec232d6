"""A bridge in memory behind real HTTP, and messages as Rasa would hand them over."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rasa_sdk import Tracker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.turn import Answer, Snapshot, Utterance
from tests.playbook.sources import CONSULTING

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
KEY = "internal-key"
HALF_HOUR = timedelta(minutes=30)

Answering = Callable[[Request, dict[str, Any]], Response]


@dataclass
class Call:
    """One request that the fake bridge received."""

    method: str
    path: str
    body: dict[str, Any]
    key: str | None
    authorization: str | None


@dataclass
class House:
    """The bridge's internal API. `answers` replaces an answer by a part of its path;
    `fail_next` answers that many requests with 503 first."""

    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Answering] = field(default_factory=dict)
    commits: list[dict[str, Any]] = field(default_factory=list)
    fail_next: int = 0

    def app(self) -> Starlette:
        """To be served."""
        route = Route("/internal/v1/{rest:path}", self._serve, methods=["GET", "POST"])
        return Starlette(routes=[route])

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]

    async def _serve(self, request: Request) -> Response:
        raw = await request.body()
        body: dict[str, Any] = json.loads(raw) if raw else {}
        path = str(request.path_params["rest"])
        headers = request.headers
        call = Call(
            request.method, path, body, headers.get("idempotency-key"), headers.get("authorization")
        )
        self.calls.append(call)
        if self.fail_next:
            self.fail_next -= 1
            return problem(503, "overloaded")
        for part, answering in self.answers.items():
            if part in path:
                return answering(request, body)
        return self._ordinary(path, body)

    def _ordinary(self, path: str, body: dict[str, Any]) -> Response:
        name = path.rsplit("/", 1)[-1]
        if path.startswith("playbooks/"):
            source = CONSULTING.read_text(encoding="utf-8")
            return JSONResponse({"name": "consulting", "version": 3, "source": source})
        if name == "commit":
            self.commits.append(body)
            return JSONResponse({"turn": path.split("/")[1], "repeated": False})
        return JSONResponse(_VIEWS[name](body))


def problem(status: int, code: str, **extra: Any) -> Response:
    """A problem document of the bridge's."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, **extra}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def opening(start: datetime = START) -> dict[str, Any]:
    return {"start": start.isoformat(), "end": (start + HALF_HOUR).isoformat(), "advisors": []}


def booking(start: datetime = START, status: str = "booked") -> dict[str, Any]:
    return {
        **{"booking": "bkg_1", "status": status, "advisor": "maja", "advisor_name": "Maja Novak"},
        **{"start": start.isoformat(), "end": (start + HALF_HOUR).isoformat()},
        "page_url": "https://usher.test/b/1",
    }


def hold(start: datetime = START) -> dict[str, Any]:
    return {
        **{"hold": "hld_1", "advisor": "maja", "advisor_name": "Maja Novak"},
        **{"start": start.isoformat(), "end": (start + HALF_HOUR).isoformat()},
        "expires_at": (NOW + timedelta(minutes=5)).isoformat(),
    }


_VIEWS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "qualify": lambda body: {"outcome": "qualified", "score": 80},
    "openings": lambda body: {
        "minutes": 30,
        "starts": [START.isoformat(), (START + HALF_HOUR).isoformat()],
    },
    "holds": lambda body: hold(datetime.fromisoformat(body["start"])),
    "bookings": lambda body: booking(),
    "move": lambda body: booking(datetime.fromisoformat(body["start"])),
    "cancel": lambda body: booking(status="cancelled"),
    "handover": lambda body: {"ticket": "tic_1", "staffed": False},
    "faq": lambda body: {"topic": "price", "text": "From 900 euros.", "score": 0.9},
    "lookup": lambda body: {"kind": "business", "domain": "acme.io"},
    "erase": lambda body: {},
}


def snapshot(
    text: str = "",
    *,
    payload: str | None = None,
    system: Any = None,
    turn: str = "trn_1",
    answers: dict[str, Any] | None = None,
    **more: Any,
) -> Snapshot:
    """What the bridge sends with a message."""
    given = {
        name: Answer(value=value, text=str(value), at=NOW)
        for name, value in (answers or {}).items()
    }
    ordinary = {
        "conversation": "cnv_1",
        "site": "demo",
        "playbook": "consulting",
        "version": 3,
        "now": NOW,
        "timezone": "Europe/Ljubljana",
        "language": "en",
    }
    utterance = Utterance(text=text, payload=payload, system=system)
    return Snapshot(turn=turn, utterance=utterance, answers=given, **{**ordinary, **more})


def tracker(
    snapshot: Snapshot | None, *, message: str = "m1", intent: str = "inform", sure: float = 0.9
) -> Tracker:
    """A tracker whose latest message is that snapshot's."""
    metadata = {} if snapshot is None else {"snapshot": snapshot.model_dump(mode="json")}
    latest = {
        "message_id": message,
        "text": "",
        "intent": {"name": intent, "confidence": sure},
        "intent_ranking": [
            {"name": intent, "confidence": sure},
            {"name": "deny", "confidence": round(1 - sure, 3)},
        ],
        "metadata": metadata,
    }
    return Tracker("cnv_1", {}, latest, [], False, None, {"name": "interview_form"}, None)
