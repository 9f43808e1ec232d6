"""Mail by a real SMTP server."""

from email.message import EmailMessage
from typing import Final

import aiosmtplib

from crm_bridge.invites.port import MailRefused, MailUndeliverable
from crm_bridge.settings import Mail

_FOR_GOOD: Final = 500  # RFC 5321 section 4.2.1: permanent negative completion


class SmtpMailer:
    """Sends by the server of the settings, one connection a message."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    async def send(self, message: EmailMessage, name: str) -> None:
        try:
            async with self._client() as client:
                await _hand_over(client, message)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            if all(each.code >= _FOR_GOOD for each in fault.recipients):
                codes = sorted({each.code for each in fault.recipients})
                raise MailUndeliverable(f"RCPT {codes}") from fault
            raise MailRefused(_kind(fault)) from fault
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise MailRefused(_kind(fault)) from fault

    async def check(self) -> str:
        try:
            async with self._client() as client:
                await client.noop()
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise MailRefused(_kind(fault)) from fault
        return "ok"

    def _client(self) -> aiosmtplib.SMTP:
        mail = self._mail
        return aiosmtplib.SMTP(
            hostname=mail.host,
            port=mail.port,
            username=mail.username or None,
            password=mail.password.get_secret_value() or None,
            use_tls=mail.tls == "tls",
            start_tls=mail.tls == "starttls",
            timeout=mail.timeout_seconds,
        )


async def _hand_over(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    """The message as it was folded when it was made: aiosmtplib would fold it anew, and leave
    nothing on the first line of a long subject."""
    (sender,) = (each.addr_spec for each in message["From"].addresses)
    to = [each.addr_spec for each in message["To"].addresses]
    if all(each.isascii() for each in (sender, *to)):
        await client.sendmail(sender, to, message.as_bytes())
    else:  # it knows whether the server takes such addresses
        await client.send_message(message)


def _kind(fault: Exception) -> str:
    """What went wrong without the addresses that servers like to repeat."""
    code = getattr(fault, "code", None)
    return f"{type(fault).__name__} {code}" if isinstance(code, int) else type(fault).__name__
