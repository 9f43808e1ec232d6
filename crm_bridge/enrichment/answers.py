"""The answers of the registers, read. Pure; what is missing is not there, never a crash.

Sources: data.brreg.no/enhetsregisteret (v2), avoindata.prh.fi (YTJ v3), wl-api.mf.gov.pl,
api-krs.ms.gov.pl, data.gov.il (companies), VIES REST, api.gleif.org (v1).
"""

from collections.abc import Mapping
from typing import Any, Final

from cleanco import basename

from crm_bridge.enrichment.port import CompanyFacts

_SOLE_TRADER_NO: Final = frozenset({"ENK"})
_SOLE_TRADER_FI: Final = frozenset({"26"})
_ACTIVE_PL: Final = frozenset({"Czynny", "Zwolniony"})
Answer = Mapping[str, Any]


def at(answer: Any, *path: str | int) -> Any:
    """What stands at a path of keys and places, or None."""
    for step in path:
        if isinstance(answer, Mapping):
            answer = answer.get(step)
        elif isinstance(answer, list) and isinstance(step, int) and step < len(answer):
            answer = answer[step]
        else:
            return None
    return answer


def norway(answer: Answer) -> CompanyFacts | None:
    """An entity of Enhetsregisteret; deleted ones are not active."""
    number, name = at(answer, "organisasjonsnummer"), at(answer, "navn")
    if not number or not name:
        return None
    ended = ("slettedato", "konkurs", "underAvvikling")
    return CompanyFacts(
        source="register:no_brreg",
        number=str(number),
        name=str(name),
        country="NO",
        active=not any(at(answer, field) for field in ended),
        industry=_text(at(answer, "naeringskode1", "kode")),
        employees=_count(at(answer, "antallAnsatte")),
        city=_text(at(answer, "forretningsadresse", "poststed")),
        website=_text(at(answer, "hjemmeside")),
        personal=at(answer, "organisasjonsform", "kode") in _SOLE_TRADER_NO,
    )


def finland(answer: Answer) -> CompanyFacts | None:
    """The first company of an answer of YTJ; the name is the one in force (type 1)."""
    found = at(answer, "companies", 0)
    number = at(found, "businessId", "value")
    names = [one for one in at(found, "names") or [] if not at(one, "endDate")]
    name = next((at(one, "name") for one in names if at(one, "type") == "1"), None)
    if not number or not name:
        return None
    forms = {at(form, "type") for form in at(found, "companyForms") or []}
    offices = at(found, "addresses", 0, "postOffices") or []
    cities = {at(office, "languageCode"): at(office, "city") for office in offices}
    return CompanyFacts(
        source="register:fi_prh",
        number=str(number),
        name=str(name),
        country="FI",
        active=not at(found, "endDate") and not at(found, "companySituations"),
        industry=_text(at(found, "mainBusinessLine", "type")),
        city=_text(cities.get("1") or next(iter(cities.values()), None)),
        website=_text(at(found, "website", "url")),
        personal=bool(forms & _SOLE_TRADER_FI) or not forms,
    )


def poland(answer: Answer) -> CompanyFacts | None:
    """A taxpayer of the white list. Whoever is in no court register is a person."""
    subject = at(answer, "result", "subject")
    number, name = at(subject, "nip"), at(subject, "name")
    if not number or not name:
        return None
    address = _text(at(subject, "workingAddress")) or ""
    return CompanyFacts(
        source="register:pl_whitelist",
        number=str(number),
        name=str(name),
        country="PL",
        active=at(subject, "statusVat") in _ACTIVE_PL,
        city=address.rpartition(" ")[2] or None,
        personal=not at(subject, "krs"),
    )


def poland_court(answer: Answer) -> CompanyFacts | None:
    """A company of KRS, which has no persons."""
    whole = at(answer, "odpis", "dane", "dzial1")
    name = at(whole, "danePodmiotu", "nazwa")
    number = at(whole, "danePodmiotu", "identyfikatory", "nip")
    if not name or not number:
        return None
    return CompanyFacts(
        source="register:pl_krs",
        number=str(number),
        name=str(name),
        country="PL",
        city=_text(at(whole, "siedzibaIAdres", "adres", "miejscowosc")),
    )


def israel(answer: Answer) -> CompanyFacts | None:
    """The first company of data.gov.il; numbers come as numbers or as text, and the legal
    form with a tilde in place of its quotation mark."""
    found = at(answer, "result", "records", 0)
    number, name = at(found, "מספר חברה"), at(found, "שם חברה")
    if not number or not name:
        return None
    return CompanyFacts(
        source="register:il_companies",
        number=str(number),
        name=str(name).replace("~", '"'),
        country="IL",
        active=at(found, "סטטוס חברה") == "פעילה",
        city=_text(at(found, "שם עיר")),
    )


def vies(answer: Answer, *, country: str) -> CompanyFacts | None:
    """A VAT number that is valid. VIES does not tell persons from companies: a name without
    a legal form may be a person's."""
    name = _text(at(answer, "name"))
    if not at(answer, "isValid") or name is None:
        return None
    return CompanyFacts(
        source="register:eu_vies",
        number=f"{country}{at(answer, 'vatNumber')}",
        name=name,
        country={"EL": "GR"}.get(country, country),
        personal=basename(name) == name,
    )


def gleif(answer: Answer) -> CompanyFacts | None:
    """A legal entity with an LEI; persons in trade have the category SOLE_PROPRIETOR."""
    attributes = at(answer, "data", "attributes")
    number, name = at(attributes, "lei"), at(attributes, "entity", "legalName", "name")
    if not number or not name:
        return None
    return CompanyFacts(
        source="register:gleif",
        number=str(number),
        name=str(name),
        country=str(at(attributes, "entity", "legalAddress", "country") or ""),
        active=at(attributes, "entity", "status") == "ACTIVE",
        city=_text(at(attributes, "entity", "headquartersAddress", "city")),
        personal=at(attributes, "entity", "category") == "SOLE_PROPRIETOR",
    )


def norwegians(answer: Answer) -> list[Answer]:
    """The entities of a search by name."""
    return list(at(answer, "_embedded", "enheter") or [])


def finns(answer: Answer) -> list[Answer]:
    """The companies of a search by name, each as an answer of its own."""
    return [{"companies": [one]} for one in at(answer, "companies") or []]


def israelis(answer: Answer) -> list[Answer]:
    """The companies of a search by name, each as an answer of its own."""
    return [{"result": {"records": [one]}} for one in at(answer, "result", "records") or []]


def _text(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip(" -") else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
