"""Addresses and numbers of many rows: the same forms as one by one, their parts remembered.

A thousand rows share a hundred domains; checking a domain once is what makes thousands
of rows a second possible.
"""

import re
from functools import lru_cache
from typing import Final

from crm_bridge.contacts.email_address import (
    BadEmail,
    EmailKind,
    domain_of,
    email_kind,
    normalise_email,
)
from crm_bridge.contacts.phone_number import BadPhone, normalise_phone

_PLAIN_LOCAL: Final = re.compile(r"[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*", re.IGNORECASE)
_LONGEST_LOCAL: Final = 64


def quick_email(text: str) -> str:
    """`normalise_email`, faster for plain addresses. Raises BadEmail."""
    local, at, host = text.strip().rpartition("@")
    if at and len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        domain = _domain(host)
        if domain is not None and len(local) + len(domain) < 250:
            return f"{local.lower()}@{domain}"
    return normalise_email(text)


@lru_cache(maxsize=100_000)
def _domain(host: str) -> str | None:
    try:
        return domain_of(normalise_email(f"x@{host}"))
    except BadEmail:
        return None


def quick_kind(address: str) -> EmailKind:
    """`email_kind`, the domain's part of it remembered."""
    kind = _kind_of_host(domain_of(address))
    return kind if kind != "business" else email_kind(address)


@lru_cache(maxsize=100_000)
def _kind_of_host(host: str) -> EmailKind:
    return email_kind(f"some.body@{host}")


@lru_cache(maxsize=200_000)
def quick_phone(text: str, region: str | None) -> str | None:
    """`normalise_phone`; None where it raises."""
    try:
        return normalise_phone(text, region=region)
    except BadPhone:
        return None
