"""An e-mail address in the one form by which it is looked up.

Compared without regard to case in both parts, the domain in ASCII (IDNA). Dots and
plus-tags stay: `jane.doe@gmail.com` and `janedoe@gmail.com` are one mailbox at Gmail but
not elsewhere, and merging two people is worse than missing that two are one.
"""

import unicodedata
from typing import Literal

from email_validator import EmailNotValidError, validate_email

from crm_bridge.companies.domain import kind_of, plain_host
from crm_bridge.core.errors import Invalid

EmailKind = Literal["business", "free", "disposable", "role"]

# RFC 2142 and what offices in our languages put on their doors.
ROLE_NAMES = frozenset(
    {
        *("abuse", "accounting", "accounts", "admin", "administrator", "billing", "careers"),
        *("contact", "customerservice", "enquiries", "feedback", "finance", "hello", "help"),
        *("helpdesk", "hi", "hostmaster", "hr", "info", "information", "invoice", "invoices"),
        *("it", "jobs", "legal", "mail", "marketing", "media", "no-reply", "noc", "noreply"),
        *("office", "orders", "payroll", "postmaster", "press", "privacy", "purchasing"),
        *("reception", "sales", "security", "service", "support", "team", "webmaster", "welcome"),
        *("kontakt", "prodaja", "narocila", "podpora", "racunovodstvo", "tajnistvo", "uprava"),
        *("asiakaspalvelu", "laskut", "laskutus", "myynti", "posti", "toimisto", "tuki", "yhteys"),
        *("faktura", "kundeservice", "ordre", "post", "regnskap", "resepsjon", "salg"),
        *("biuro", "faktury", "kadry", "ksiegowosc", "pomoc", "rekrutacja", "sekretariat"),
        *("sklep", "sprzedaz", "zamowienia"),
    }
)


class BadEmail(Invalid):
    code = "bad_email"


def normalise_email(text: str) -> str:
    """The look-up form of an address: trimmed, lower case, NFC, its domain in ASCII.

    Idempotent. Raises BadEmail for what is no address at a public domain.
    """
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_quoted_local=False)
    except EmailNotValidError as fault:
        raise BadEmail(str(fault)) from fault
    local = unicodedata.normalize("NFC", checked.local_part.lower())
    return f"{local}@{checked.ascii_domain.lower()}"


def domain_of(address: str) -> str:
    """What stands after the last @, in ASCII and lower case."""
    host = address.rpartition("@")[2]
    return plain_host(host) or host.lower()


def email_kind(address: str) -> EmailKind:
    """Whose an address is: disposable, free mail, an office (role) or a person at a business."""
    kind = kind_of(domain_of(address))
    if kind != "business":
        return kind
    return "role" if is_role(address.rpartition("@")[0]) else "business"


def is_role(local: str) -> bool:
    """Whether the part before the @ names an office."""
    name = local.partition("+")[0].lower()
    return name in ROLE_NAMES or name.replace(".", "").replace("_", "") in ROLE_NAMES
