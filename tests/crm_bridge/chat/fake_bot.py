"""A bot that keeps the channel's promises over real HTTP, and breaks them when told to.

Like the real one it steps a small interview (need, industry, email), commits each turn
to the bridge once, and answers with rendered bubbles. `plan` holds what it does with the
next turns: a word of `FAULTS`, or a number of seconds to be slow.
"""

import asyncio
from collections import deque
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from contracts.turn import AnswerChange, Button, News, Say, Snapshot, TurnCommit

FAULTS = ("error", "empty", "no_commit", "dies_after_commit", "garbage", "hangs_after_commit")
QUESTIONS = ("need", "industry", "email")


class FakeBot:
    def __init__(self, key: str) -> None:
        self.bridge = ""
        self.plan: deque[str | float] = deque()
        self.always: str | None = None  # a fault that stays until it is taken back
        self.poison: str | None = None  # a text that it cannot answer
        self.seen: list[tuple[str, Snapshot]] = []
        self.news: deque[News] = deque()
        self.running = 0
        self.most_running: dict[str, int] = {}
        self.client = httpx.AsyncClient(
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
            }
        )
        self.app = Starlette(
            routes=[
                Route("/webhooks/usher/", lambda _request: PlainTextResponse("Hello from a bot")),
                Route("/webhooks/usher/webhook", self.webhook, methods=["POST"]),
            ]
        )
        self._busy: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        """What it was sent, in order, each turn once."""
        turns = {snapshot.turn: text for text, snapshot in self.seen}
        return list(turns.values())

    async def webhook(self, request: Request) -> Response:
        body = await request.json()
        snapshot = Snapshot.model_validate(body["metadata"]["snapshot"])
        assert body["sender"] == snapshot.conversation
        self.seen.append((body["text"], snapshot))
        busy = self._busy.get(snapshot.conversation, 0) + 1
        self._busy[snapshot.conversation] = busy
        self.most_running[snapshot.conversation] = max(
            busy, self.most_running.get(snapshot.conversation, 0)
        )
        try:
            return await self._answer(body["text"], snapshot)
        except httpx.HTTPError as fault:
            return JSONResponse({"error": type(fault).__name__}, status_code=500)
        finally:
            self._busy[snapshot.conversation] -= 1

    async def _answer(self, text: str, snapshot: Snapshot) -> Response:
        what = self.always or (self.plan.popleft() if self.plan else "well")
        if self.poison is not None and text == self.poison:
            what = "error"
        if isinstance(what, float):
            await asyncio.sleep(what)
        if what == "error":
            return JSONResponse({"error": "broken"}, status_code=500)
        if what == "garbage":
            return PlainTextResponse("<html>")
        if what == "no_commit":
            return JSONResponse({"messages": [_bubble(Say(language="en", text="All done!"))]})
        said = snapshot.committed
        if said is None:
            said = await self._step(text, snapshot)
        if what == "dies_after_commit":
            return JSONResponse({"error": "broken"}, status_code=500)
        if what == "hangs_after_commit":
            await asyncio.sleep(4)  # longer than a bridge waits here
        messages = [] if what == "empty" else [_bubble(say) for say in said]
        return JSONResponse({"messages": messages})

    async def _step(self, text: str, snapshot: Snapshot) -> tuple[Say, ...]:
        commit = self.stepped(text, snapshot)
        url = f"{self.bridge}/internal/v1/turns/{snapshot.turn}/commit"
        response = await self.client.post(url, content=commit.model_dump_json())
        response.raise_for_status()
        return commit.said

    def stepped(self, text: str, snapshot: Snapshot) -> TurnCommit:
        """The next question; the answer to the last one is whatever was said."""
        said_before = snapshot.utterance.payload or snapshot.utterance.text
        asked = snapshot.state.get("asked")
        language = snapshot.language
        if said_before.startswith("lang:"):
            language = said_before.removeprefix("lang:")
        answers: tuple[AnswerChange, ...] = ()
        if asked in QUESTIONS and not said_before.startswith("lang:"):
            answers = (AnswerChange(question=asked, value=said_before, text=said_before),)
        done = set(snapshot.answers) | {change.question for change in answers}
        following = next((one for one in QUESTIONS if one not in done), None)
        say = Say(
            text=f"{text} -> {following}",
            language=language,
            says=("ack",),
            buttons=(Button(title="CRM <b>", payload=f"set:{following}:crm"),),
        )
        return TurnCommit(
            state={"asked": following},
            language=language,
            question=following,
            answers=answers,
            news=tuple(self.news.popleft() for _ in range(len(self.news))),
            said=(say,),
        )


def _bubble(say: Say) -> dict[str, Any]:
    return {
        "text": say.text,
        "language": say.language,
        "says": say.says,
        "buttons": [button.model_dump() for button in say.buttons],
        "openings": [],
    }
