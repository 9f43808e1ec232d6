"""What sends mail is to us: a server, a folder, or (in tests) a list.

TryLater
+-- MailRefused   the server did not take the message; it is tried again
"""

from email.message import EmailMessage
from typing import ClassVar, Protocol

from crm_bridge.core.errors import TryLater


class MailRefused(TryLater):
    """The message was not taken. `detail` names the kind of fault, never an address."""

    code: ClassVar[str] = "mail_refused"


class Mailer(Protocol):
    """Takes messages on their way."""

    async def send(self, message: EmailMessage, name: str) -> None:
        """Hand over one message; `name` is the same for the same message, so that sending
        it again replaces it where that is possible. Raises MailRefused."""

    async def check(self) -> str:
        """One word or two on how mail is, for /readyz. Raises MailRefused."""
