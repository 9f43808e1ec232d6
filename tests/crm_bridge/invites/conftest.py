"""A real SMTP server on a free port of 127.0.0.1."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from aiosmtpd.controller import Controller

from crm_bridge.settings import Mail
from tests.crm_bridge.invites.makers import Mailbox
from tests.postgresql import free_port


@dataclass
class SmtpServer:
    """A running server and what it got."""

    port: int
    mailbox: Mailbox

    @property
    def mail(self) -> Mail:
        """The settings that reach it."""
        return Mail(
            host="127.0.0.1",
            port=self.port,
            tls="none",
            sender="usher@polaris.test",
            sender_name="Polaris",
            timeout_seconds=5.0,
        )


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield SmtpServer(controller.port, mailbox)
    finally:
        controller.stop()
