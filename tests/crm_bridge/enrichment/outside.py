"""Outside as the sources see it: answers by the beginning of an address, and what was asked."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from crm_bridge.core.egress import Answer, EgressFailed

ANSWERS = Path(__file__).parent / "registers"


def real(name: str) -> dict[str, Any]:
    """A register's recorded answer."""
    return dict(json.loads((ANSWERS / f"{name}.json").read_text("utf-8")))


@dataclass
class Outside:
    """`says` maps a part of an address to (status, JSON); anything else cannot be reached.
    `slow_seconds` is how long each answer takes."""

    says: dict[str, tuple[int, Any]] = field(default_factory=dict)
    slow_seconds: float = 0.0
    asked: list[str] = field(default_factory=list)

    async def __call__(self, url: str) -> Answer:
        self.asked.append(url)
        await asyncio.sleep(self.slow_seconds)
        for part, (status, body) in self.says.items():
            if part in url:
                return Answer(status, httpx.Headers(), json.dumps(body).encode(), url)
        raise EgressFailed("nobody is there")
