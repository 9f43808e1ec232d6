"""What a finished conversation left behind: over the API, and in the outbox folder."""

import email
import email.policy
import time
import weakref
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from icalendar import Calendar

from tests.stack import Stack, wait_for


@dataclass
class Records:
    """A rep's and an operator's view of a stack."""

    stack: Stack
    api: httpx.Client

    @classmethod
    def of(cls, stack: Stack) -> "Records":
        key = stack.api_key(f"e2e-{time.monotonic_ns()}")
        headers = {"Authorization": f"Bearer {key}"}
        api = httpx.Client(base_url=f"{stack.url}/api/v1/", headers=headers, timeout=20)
        records = cls(stack, api)
        weakref.finalize(records, api.close)
        return records

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = self.api.get(path, params=query)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body

    def conversation_of(self, address: str) -> dict[str, Any]:
        """The conversation whose visitor gave that address."""
        for item in self.get("conversations", limit=200)["items"]:
            whole = self.get(f"conversations/{item['id']}")
            if whole["answers"].get("email", {}).get("value") == address:
                return whole
        raise AssertionError(f"no conversation with {address}")

    def latest(self) -> dict[str, Any]:
        """The conversation that began last."""
        return self.get(f"conversations/{self.get('conversations', limit=1)['items'][0]['id']}")

    def mails_to(self, address: str, at_least: int = 1) -> list[EmailMessage]:
        """Messages in the outbox folder to that address, oldest first; waits for them."""
        return wait_for(
            f"{at_least} mails to {address}",
            lambda: found if len(found := self._mails(address)) >= at_least else None,
        )

    def _mails(self, address: str) -> list[EmailMessage]:
        folder = Path(self.stack.var) / "outbox"
        parsed = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(folder.glob("*.eml"))
        ]
        return [message for message in parsed if address in str(message["To"])]


def invite(message: EmailMessage) -> tuple[str, Any]:
    """The MIME method and the VEVENT of a mail's calendar part."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            return str(part.get_param("method")), calendar.walk("VEVENT")[0]
    raise AssertionError("the mail has no calendar part")
