"""The mail's collaborators, made once for a process; `app.py` calls `make`."""

from dataclasses import dataclass

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.invites.outbox_folder import OutboxFolder
from crm_bridge.invites.port import Mailer
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.invites.texts import Texts
from crm_bridge.settings import Settings


@dataclass(frozen=True, slots=True)
class MailParts:
    """Who sends, and in which words."""

    post: PostOffice
    texts: Texts


def make(settings: Settings, database: Database, clock: Clock) -> MailParts:
    """Connects nothing yet. Without a server, mail becomes files in var/outbox."""
    mailer: Mailer = OutboxFolder(settings.var / "outbox")
    if settings.mail.host:
        mailer = SmtpMailer(settings.mail)
    return MailParts(PostOffice(database, clock, mailer), Texts(settings.data / "mail"))
