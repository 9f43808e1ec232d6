"""What an address, a number, a browser and a language tell about somebody. Pure, offline.

Each value carries what it was worked out from. Stronger signs win: a phone's country over
a domain's, a browser's clock over a language.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers.timezone import time_zones_for_number

from contracts.languages import LANGUAGES
from crm_bridge.companies.domain import company_domain, registrable
from crm_bridge.companies.name import guess_from_domain
from crm_bridge.contacts.email_address import EmailKind, domain_of, email_kind

Sign = Literal["phone", "domain", "browser", "timezone", "locale", "language", "country"]

# Country domains that are sold to everybody. Source: Google's list of ccTLDs treated as
# generic (developers.google.com/search/docs/specialty/international), and ai, gg, ly, sh,
# to, vc, gl, which are used alike.
_SOLD_TO_ALL = frozenset(
    [
        "ad",
        "ai",
        "as",
        "bz",
        "cc",
        "cd",
        "co",
        "dj",
        "fm",
        "gg",
        "gl",
        "io",
        "la",
        "ly",
        "me",
        "ms",
        "nu",
        "sc",
        "sh",
        "so",
        "sr",
        "su",
        "tk",
        "to",
        "tv",
        "vc",
        "ws",
    ]
)
_LANGUAGE_HOME = {"sl": "SI", "he": "IL", "fi": "FI", "nb": "NO", "pl": "PL"}
_HOME_LANGUAGE = {country: language for language, country in _LANGUAGE_HOME.items()}


@dataclass(frozen=True, slots=True)
class Derived:
    """A value and what it follows from."""

    value: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a person. `timezone` and `locale` are the browser's."""

    email: str | None = None
    phone: str | None = None
    timezone: str | None = None
    locale: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """What an e-mail address tells by itself."""

    kind: EmailKind
    domain: str
    company_guess: str | None
    country: str | None


def address_facts(email: str) -> AddressFacts:
    """What an address tells by itself; nothing is looked up anywhere."""
    host = domain_of(email)
    company = company_domain(host)
    return AddressFacts(
        kind=email_kind(email),
        domain=registrable(host) or host,
        company_guess=guess_from_domain(company) if company else None,
        country=country_of_domain(host),
    )


def derive(signs: Signs) -> dict[str, Derived]:
    """The country, time zone and language of a person (keys: country, timezone, language),
    as far as they follow from the signs."""
    found: dict[str, Derived] = {}
    country = next(_countries(signs), None)
    if country is not None:
        found["country"] = country
    timezone = next(_timezones(signs, country), None)
    if timezone is not None:
        found["timezone"] = timezone
    language = next(_languages(signs, country), None)
    if language is not None:
        found["language"] = language
    return found


def _countries(signs: Signs) -> Iterator[Derived]:
    """Best first."""
    if signs.phone and (country := country_of_phone(signs.phone)):
        yield Derived(country, "phone")
    if signs.email and (country := country_of_domain(domain_of(signs.email))):
        yield Derived(country, "domain")
    if signs.timezone and (country := country_of_timezone(signs.timezone)):
        yield Derived(country, "timezone")
    if signs.locale and (country := _country_of_locale(signs.locale)):
        yield Derived(country, "locale")
    if signs.language in _LANGUAGE_HOME:
        yield Derived(_LANGUAGE_HOME[signs.language], "language")


def _timezones(signs: Signs, country: Derived | None) -> Iterator[Derived]:
    if signs.timezone and country_of_timezone(signs.timezone):
        yield Derived(signs.timezone, "browser")
    if signs.phone and (zone := _timezone_of_phone(signs.phone)):
        yield Derived(zone, "phone")
    zones = get_global("territory_zones").get(country.value, []) if country else []
    if len(zones) == 1:
        yield Derived(zones[0], "country")


def _languages(signs: Signs, country: Derived | None) -> Iterator[Derived]:
    if signs.language in LANGUAGES:
        yield Derived(str(signs.language), "language")
    if country is not None and country.value in _HOME_LANGUAGE:
        yield Derived(_HOME_LANGUAGE[country.value], "country")


def _country(code: str | None) -> str | None:
    """The code, if it is a country's and not CLDR's for the world or for nowhere."""
    known = code is not None and len(code) == 2 and code != "ZZ"
    return code if known and code in get_global("territory_zones") else None


def country_of_domain(host: str) -> str | None:
    """The country (ISO 3166 alpha-2) of a country-code domain, unless it is one of those
    that are sold to everybody."""
    last = host.rstrip(".").rpartition(".")[2].lower()
    if len(last) != 2 or last in _SOLD_TO_ALL:
        return None
    code = {"uk": "GB"}.get(last, last.upper())
    return _country(code)


def country_of_phone(number: str) -> str | None:
    """The country of a number in E.164, or None where it is not one country's."""
    try:
        code = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    return _country(code)


def country_of_timezone(zone: str) -> str | None:
    """The country of an IANA time zone, or None for UTC and the like."""
    named = get_global("zone_aliases").get(zone, zone)
    code = get_global("zone_territories").get(named)
    return _country(code)


def _country_of_locale(locale: str) -> str | None:
    try:
        code = Locale.parse(locale, sep="-" if "-" in locale else "_").territory
    except (UnknownLocaleError, ValueError):
        return None
    return _country(code)


def _timezone_of_phone(number: str) -> str | None:
    try:
        zones = time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return None
    named = [zone for zone in zones if zone != "Etc/Unknown"]
    return named[0] if len(named) == 1 else None
