"""Zoom as its documentation says it behaves: tokens of an hour, meetings of a user, lists in
pages, 429 with Retry-After, 3001 for a meeting that is gone."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import httpx

ACCOUNT, CLIENT, SECRET = "acc", "cli", "sec"


@dataclass
class FakeZoom:
    """`users` are who there is; `next_answers` come before any other of the API."""

    users: tuple[str, ...] = ("maja@polaris.test",)
    page_size: int = 2
    meetings: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    next_answers: list[httpx.Response] = field(default_factory=list)
    lose_next_answer: bool = False
    calls: list[str] = field(default_factory=list)

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(f"{request.method} {request.url.path}")
        if request.url.host == "zoom.us":
            return self._token(request)
        if self.next_answers:
            return self.next_answers.pop(0)
        if request.headers["Authorization"].removeprefix("Bearer ") not in self.good:
            return httpx.Response(401, json={"code": 124, "message": "Invalid access token."})
        answer = self._api(request)
        if self.lose_next_answer:
            self.lose_next_answer = False
            raise httpx.ReadTimeout("the answer is lost", request=request)
        return answer

    def _token(self, request: httpx.Request) -> httpx.Response:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        form = dict(pair.split("=") for pair in request.content.decode().split("&"))
        wanted = {"grant_type": "account_credentials", "account_id": ACCOUNT}
        if request.headers.get("Authorization") != basic or form != wanted:
            return httpx.Response(400, json={"reason": "Bad Request", "error": "invalid_request"})
        token = f"token-{len(self.tokens)}"
        self.tokens.append(token)
        self.good.add(token)
        return httpx.Response(
            200, json={"access_token": token, "token_type": "bearer", "expires_in": 3600}
        )

    def _api(self, request: httpx.Request) -> httpx.Response:
        parts = request.url.path.strip("/").split("/")
        if parts[1] == "users":
            if parts[2] not in self.users:
                return httpx.Response(404, json={"code": 1001, "message": "User does not exist"})
            return self._create(request) if request.method == "POST" else self._list(request)
        if parts[2] not in self.meetings:
            return httpx.Response(404, json={"code": 3001, "message": "Meeting does not exist"})
        if request.method == "DELETE":
            del self.meetings[parts[2]]
        else:
            self.meetings[parts[2]].update(_json(request))
        return httpx.Response(204)

    def _create(self, request: httpx.Request) -> httpx.Response:
        number = str(90_000_000_000 + len(self.calls))
        made = {**_json(request), "id": int(number), "join_url": f"https://zoom.us/j/{number}"}
        self.meetings[number] = made
        return httpx.Response(201, json=made)

    def _list(self, request: httpx.Request) -> httpx.Response:
        first = int(request.url.params.get("next_page_token") or 0)
        found = list(self.meetings.values())[first : first + self.page_size]
        more = first + self.page_size < len(self.meetings)
        token = str(first + self.page_size) if more else ""
        return httpx.Response(200, json={"meetings": found, "next_page_token": token})


def _json(request: httpx.Request) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(request.content)
    return told
