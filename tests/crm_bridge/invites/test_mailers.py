"""Mail goes to a server, or becomes a file; a refusal is named and nothing is lost."""

import email
import email.policy
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path

import pytest
from pydantic import SecretStr

from crm_bridge.invites.mail import LONG_HEADERS
from crm_bridge.invites.outbox_folder import OutboxFolder
from crm_bridge.invites.port import Mailer, MailRefused
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Mail
from tests.crm_bridge.invites.conftest import SmtpServer
from tests.postgresql import free_port


def a_message(
    subject: str = "Termin čez teden dni", policy: EmailPolicy = email.policy.SMTP
) -> EmailMessage:
    message = EmailMessage(policy=policy)
    message["From"] = "Polaris <usher@polaris.test>"
    message["To"] = "Žiga <ziga@testalabs.io>"
    message["Subject"] = subject
    message.set_content("Pozdravljeni")
    return message


async def test_a_server_gets_the_message_for_its_recipient(smtp_server: SmtpServer) -> None:
    mailer: Mailer = SmtpMailer(smtp_server.mail)
    assert await mailer.check() == "ok"
    await mailer.send(a_message(), "evt_1-visitor")
    (message,) = smtp_server.mailbox.to("ziga@testalabs.io")
    assert message["Subject"] == "Termin čez teden dni"


async def test_a_long_subject_stands_on_the_line_of_its_name(
    smtp_server: SmtpServer, tmp_path: Path
) -> None:
    subject = "New time for your meeting with Maja Novak: Friday, 13 March 2026, 09:00"
    message = a_message(subject, policy=LONG_HEADERS)
    await SmtpMailer(smtp_server.mail).send(message, "n")
    await OutboxFolder(tmp_path).send(message, "n")
    (sent,) = smtp_server.mailbox.messages
    assert sent["Subject"] == subject  # a folded one begins with a space
    assert f"Subject: {subject}\r\n".encode() in (tmp_path / "n.eml").read_bytes()


async def test_a_refusal_is_named_without_an_address(smtp_server: SmtpServer) -> None:
    smtp_server.mailbox.refuse = True
    with pytest.raises(MailRefused) as refused:
        await SmtpMailer(smtp_server.mail).send(a_message(), "n")
    assert "451" in refused.value.detail
    assert "ziga" not in refused.value.detail


async def test_a_server_that_is_away_is_a_refusal_too() -> None:
    mail = Mail(host="127.0.0.1", port=free_port(), tls="none", timeout_seconds=2.0)
    with pytest.raises(MailRefused):
        await SmtpMailer(mail).send(a_message(), "n")
    with pytest.raises(MailRefused):
        await SmtpMailer(mail).check()


async def test_a_server_without_encryption_is_refused_where_it_is_wanted(
    smtp_server: SmtpServer,
) -> None:
    mail = smtp_server.mail.model_copy(
        update={"tls": "starttls", "username": "u", "password": SecretStr("p")}
    )
    with pytest.raises(MailRefused):
        await SmtpMailer(mail).send(a_message(), "n")
    assert smtp_server.mailbox.messages == []


async def test_without_a_server_a_message_is_a_file_that_mail_programs_open(
    tmp_path: Path,
) -> None:
    mailer: Mailer = OutboxFolder(tmp_path / "outbox")
    assert "no server is set" in await mailer.check()
    await mailer.send(a_message(), "evt_1-visitor")
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "evt_1-visitor.eml"
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Termin čez teden dni"


async def test_the_same_message_again_replaces_its_file_and_a_name_is_no_path(
    tmp_path: Path,
) -> None:
    mailer = OutboxFolder(tmp_path / "outbox")
    for subject in ("first", "second"):
        await mailer.send(a_message(subject), "../../evt 1")
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "..-..-evt-1.eml"
    assert b"Subject: second" in file.read_bytes()


async def test_a_folder_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(MailRefused):
        await OutboxFolder(tmp_path / "outbox").send(a_message(), "n")
