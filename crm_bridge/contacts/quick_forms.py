"""Addresses and numbers of many rows: the same forms as one by one, their parts remembered.

A thousand rows share a hundred domains; checking a domain once is what makes thousands
of rows a second possible.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES

from crm_bridge.companies.domain import company_domain
from crm_bridge.contacts.email_address import (
    BadEmail,
    EmailKind,
    domain_of,
    email_kind,
    is_role,
    normalise_email,
)
from crm_bridge.contacts.phone_number import BadPhone, normalise_phone
from parsing.fold import fold

_PLAIN_LOCAL: Final = re.compile(r"[a-z0-9_%+-]+(\.[a-z0-9_%+-]+)*", re.IGNORECASE)
_LONGEST_LOCAL: Final = 64
_PLAIN_HOST: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_INTERNATIONAL: Final = re.compile(r"\+\d[\d ./()-]{5,24}")
_SPECIAL: Final = frozenset(SPECIAL_USE_DOMAIN_NAMES)
_SPACING: Final = str.maketrans("", "", " ./()-")


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
    plain = host.lower()
    known = _PLAIN_HOST.fullmatch(plain) and len(plain) < 200 and "--" not in plain
    if known and not _special(plain):
        return plain
    try:
        return domain_of(normalise_email(f"x@{host}"))
    except BadEmail:
        return None


def _special(host: str) -> bool:
    """Whether a host is under a name kept for other uses (RFC 6761): the checker decides."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in _SPECIAL for at in range(len(labels)))


def quick_kind(address: str) -> EmailKind:
    """`email_kind`, the domain's part of it remembered."""
    local, _, host = address.rpartition("@")
    kind = _kind_of_host(host)
    return "role" if kind == "business" and is_role(local) else kind


@lru_cache(maxsize=100_000)
def _kind_of_host(host: str) -> EmailKind:
    return email_kind(f"some.body@{host}")


def quick_company_domain(address: str) -> str | None:
    """`company_domain` of an address in its look-up form, remembered."""
    return _company_domain(address.rpartition("@")[2])


@lru_cache(maxsize=100_000)
def _company_domain(host: str) -> str | None:
    return company_domain(host)


def quick_fold(text: str) -> str:
    """The folded spelling of a text."""
    plain = text.isascii() and text.isprintable() and "`" not in text
    return text.lower() if plain else fold(text).text


def quick_phone(text: str, region: str | None) -> str | None:
    """`normalise_phone`; None where it raises."""
    if _INTERNATIONAL.fullmatch(text) and (number := _international(text)) is not None:
        return number
    return _phone(text, region)


def _international(text: str) -> str | None:
    """A number with its country code, where that country's numbers are written in one way
    alone; None leaves it to libphonenumber."""
    digits = text[1:].translate(_SPACING)
    for length in (1, 2, 3):
        plan = _plan(digits[:length])
        if plan is not None:
            national = digits[length:]
            fits = len(national) in plan.lengths and not national.startswith(plan.trunk)
            return f"+{digits}" if fits else None
    return None


@dataclass(frozen=True, slots=True)
class _Plan:
    """How long a country's numbers are, and what is dialled before them within it."""

    lengths: frozenset[int]
    trunk: tuple[str, ...]


@lru_cache(maxsize=2000)
def _plan(code: str) -> _Plan | None:
    """The plan of a calling code; None for none, and for those with rules of their own."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code else None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(regions[0], None) if regions else None
    if metadata is None or metadata.general_desc is None:
        return None
    trunk = metadata.national_prefix_for_parsing or ""
    if metadata.national_prefix_transform_rule or not (trunk.isdigit() or not trunk):
        return None
    lengths = frozenset(metadata.general_desc.possible_length or ())
    return _Plan(lengths, (trunk,) if trunk else ())


@lru_cache(maxsize=200_000)
def _phone(text: str, region: str | None) -> str | None:
    try:
        return normalise_phone(text, region=region)
    except BadPhone:
        return None
