"""The registers' real answers are read right, slow ones wait for nobody, and people are not
stored as companies."""

import asyncio
from datetime import date
from typing import Any

import pytest

from crm_bridge.companies import service as companies
from crm_bridge.core.database import Database
from crm_bridge.enrichment import answers
from crm_bridge.enrichment.company import ask, store
from crm_bridge.enrichment.port import CompanyFacts, RegisterAway, Source, Wanted
from crm_bridge.enrichment.registers import registers
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.enrichment.outside import Outside, real


def test_what_each_register_says() -> None:
    no = answers.norway(real("no"))
    assert no is not None
    assert (no.name, no.employees, no.industry, no.city) == ("SESAM STASJON", 50, "52.292", "OSLO")
    assert (no.active, no.personal) == (True, False)
    gone = answers.norway(real("no-deleted"))
    assert gone is not None
    assert not gone.active
    fi = answers.finland(real("fi"))
    assert fi is not None
    assert (fi.name, fi.number, fi.city) == ("Nokia Oyj", "0112038-9", "ESPOO")
    assert (fi.website, fi.personal, fi.active) == ("www.nokia.com", False, True)
    pl = answers.poland(real("pl-whitelist"))
    assert pl is not None
    assert (pl.number, pl.active, pl.city, pl.personal) == ("7792488801", True, "POZNAŃ", False)
    krs = answers.poland_court(real("pl-krs"))
    assert krs is not None
    assert (krs.name, krs.number) == ("ORLEN SPÓŁKA AKCYJNA", "7740001454")
    il = answers.israel(real("il"))
    assert il is not None
    assert (il.name, il.number, il.active) == ('מנדיי. קום בע"מ', "514744887", True)
    eu = answers.vies(real("vies"), country="PL")
    assert eu is not None
    assert (eu.number, eu.country) == ("PL7740001454", "PL")
    lei = answers.gleif(real("gleif"))
    assert lei is not None
    assert (lei.name, lei.country, lei.city) == ("Apple Inc.", "US", "Cupertino")


@pytest.mark.parametrize("broken", [{}, {"companies": []}, {"result": None}, {"data": [1]}])
def test_an_answer_without_a_company_is_none(broken: dict[str, Any]) -> None:
    readers = (answers.norway, answers.finland, answers.poland, answers.poland_court)
    for read in (*readers, answers.israel, answers.gleif):
        assert read(broken) is None
    assert answers.vies(broken, country="SI") is None


def test_sole_traders_are_known_for_people() -> None:
    trader = {**real("no"), "organisasjonsform": {"kode": "ENK"}}
    found = answers.norway(trader)
    assert found is not None
    assert found.personal
    person = real("pl-whitelist")
    person["result"]["subject"]["krs"] = None
    found = answers.poland(person)
    assert found is not None
    assert found.personal


TODAY = date(2026, 3, 11)


def every(outside: Outside) -> dict[str, Source]:
    return registers(outside, today=lambda: TODAY)


async def test_numbers_are_checked_before_anybody_is_asked() -> None:
    outside = Outside({"brreg": (503, {}), "prh": (200, real("fi"))})
    known = every(outside)
    for register in known.values():
        nonsense = Wanted(numbers=("nonsense", ""))
        assert not register.may_know(nonsense)
        assert await register.find(nonsense) is None
    assert outside.asked == []
    found = await known["FI"].find(Wanted(numbers=("01120389",)))
    assert found is not None
    assert found.name == "Nokia Oyj"
    assert outside.asked[0].endswith("businessId=0112038-9")
    with pytest.raises(RegisterAway):
        await known["NO"].find(Wanted(numbers=("974 760 673",)))


async def test_a_vat_number_is_asked_at_its_own_country() -> None:
    outside = Outside({"/ms/PL/vat/7740001454": (200, real("vies"))})
    vies = every(outside)["EU"]
    for wanted in (Wanted(numbers=("PL 774-000-14-54",)), Wanted("", "PL", None, ("7740001454",))):
        found = await vies.find(wanted)
        assert found is not None
        assert found.country == "PL"


async def test_a_name_counts_only_where_one_active_company_has_it_and_no_person() -> None:
    outside = Outside({"navn=": (200, real("no-search"))})
    norway = every(outside)["NO"]
    found = await norway.find(Wanted("Sesam", "NO"))
    assert found is not None
    assert (found.name, found.number) == ("SESAM AS", "976030788")
    assert not norway.may_know(Wanted("Sesam", "SE"))
    assert await norway.find(Wanted("Sesam Partners", "NO")) is None
    twice = real("no-search")
    entities = twice["_embedded"]["enheter"]
    entities.append({**entities[0], "organisasjonsnummer": "1"})
    outside.says = {"navn=": (200, twice)}
    assert await norway.find(Wanted("Sesam", "NO")) is None
    person = real("no-search")
    person["_embedded"]["enheter"][0]["organisasjonsform"]["kode"] = "ENK"
    outside.says = {"navn=": (200, person)}
    assert await norway.find(Wanted("Sesam", "NO")) is None


FACTS = CompanyFacts("register:no_brreg", "974760673", "Sesam AS", "NO", employees=50, city="OSLO")


class Slow:
    """Answers after `seconds`."""

    def __init__(self, seconds: float, source: str) -> None:
        self.source = source
        self.seconds = seconds

    def may_know(self, wanted: Wanted) -> bool:
        return True

    async def find(self, wanted: Wanted) -> CompanyFacts | None:
        await asyncio.sleep(self.seconds)
        return FACTS


async def test_the_chat_waits_for_nobody() -> None:
    some = Wanted("Sesam", "NO")
    sources = [Slow(0, "quick"), Slow(9, "slow")]
    assert await ask(sources, some, budget_seconds=0.05) == {"quick": FACTS}
    assert await ask([Slow(9, "slow")], some, budget_seconds=0.01) == {}
    assert await ask([], some) == {}


async def test_facts_are_stored_with_their_source_and_never_over_a_persons_word(
    database: Database,
) -> None:
    async with database.transaction() as session:
        values = {"country": "SE"}
        company = await companies.create(session, "Sesam", values=values, by="rep:1", now=NOW)
        changed = await store(session, company.id, FACTS, now=NOW)
        assert company.country == "SE"
        assert (company.employees_min, company.employees_max) == (50, 50)
        assert company.properties["legal name"] == "Sesam AS"
        stamp = {"by": "register:no_brreg", "at": NOW.isoformat()}
        assert company.provenance["employees_min"] == stamp
        assert company.provenance["properties.city"] == stamp
        assert "country" not in changed
        assert await store(session, company.id, FACTS, now=NOW) == []


async def test_of_a_sole_trader_no_name_and_no_place_is_stored(database: Database) -> None:
    person = CompanyFacts(
        "register:no_brreg", "1", "Ola Nordmann", "NO", city="OSLO", personal=True
    )
    async with database.transaction() as session:
        company = await companies.create(session, "Ola", by="rep:1", now=NOW)
        await store(session, company.id, person, now=NOW)
        assert company.properties == {"register number": "1", "active": True, "sole trader": True}
        assert "Nordmann" not in str(company.provenance)
