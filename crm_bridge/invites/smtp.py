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
                await client.send_message(message)
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


def _kind(fault: Exception) -> str:
    """What went wrong without the addresses that servers like to repeat."""
    code = getattr(fault, "code", None)
    return f"{type(fault).__name__} {code}" if isinstance(code, int) else type(fault).__name__
