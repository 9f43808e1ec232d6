"""What sends mail is to us: a server, a folder, or (in tests) a list.

TryLater
+-- MailRefused   the server did not take the message; it is tried again
Refused
+-- MailUndeliverable   nobody has that address: trying again is of no use
"""

from email.message import EmailMessage
from typing import ClassVar, Protocol

from crm_bridge.core.errors import Refused, TryLater


class MailRefused(TryLater):
    """The message was not taken. `detail` names the kind of fault, never an address."""

    code: ClassVar[str] = "mail_refused"


class MailUndeliverable(Refused):
    """The server says that the address takes no mail (RFC 5321: 5yz to RCPT TO). `detail`
    never names it."""

    code: ClassVar[str] = "mail_undeliverable"


class Mailer(Protocol):
    """Takes messages on their way."""

    async def send(self, message: EmailMessage, name: str) -> None:
        """Hand over one message; `name` is the same for the same message, so that sending
        it again replaces it where that is possible. Raises MailRefused or MailUndeliverable."""

    async def check(self) -> str:
        """One word or two on how mail is, for /readyz. Raises MailRefused."""
