"""One name for one thing, one form for one value."""

from typing import Any

import httpx
import pytest

from crm_bridge.core.database import Database
from crm_bridge.properties import service
from crm_bridge.properties.near import nearest, words_of
from crm_bridge.properties.service import New
from crm_bridge.properties.value import BadValue, Shape, normalise
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact

KNOWN: dict[str, list[str]] = {
    "Company size": [],
    "Birthday": [],
    "Annual revenue": ["ARR"],
    "Favourite colour": [],
}


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("company_size", "Company size"),
        ("CompanySize", "Company size"),
        ("Size of the company", "Company size"),
        ("Compny size", "Company size"),
        ("Velikost podjetja", "Company size"),
        ("Date of birth", "Birthday"),
        ("Datum rojstva", "Birthday"),
        ("DOB", "Birthday"),
        ("Syntymäpäivä", "Birthday"),
        ("Annual turnover", "Annual revenue"),
        ("arr", "Annual revenue"),
        ("Favorite color", "Favourite colour"),
        ("Favourite cheese", None),
        ("Shoe size", None),
        ("", None),
    ],
)
def test_the_property_that_is_there_is_found(name: str, there: str | None) -> None:
    assert nearest(name, KNOWN) == there


def test_words_are_ideas() -> None:
    assert words_of("Telefon stranke") == words_of("stranke phone")


@pytest.mark.parametrize(
    ("shape", "given", "stored"),
    [
        (Shape("text"), "  x ", "x"),
        (Shape("number"), "1.234,50", "1234.5"),
        (Shape("number"), "1,234", "1234"),
        (Shape("number"), "1 234", "1234"),
        (Shape("number"), "-0,5", "-0.5"),
        (Shape("number"), 7, "7"),
        (Shape("number"), 0.125, "0.125"),
        (Shape("number"), 1.234, "1.234"),
        (Shape("number"), 1e-5, "0.00001"),
        (Shape("number"), "0.125", "0.125"),
        (Shape("number"), "-0,125", "-0.125"),
        (Shape("number"), "1234.567", "1234.567"),
        (Shape("number"), "1.234.567", "1234567"),
        (Shape("money", unit="EUR"), 1.234, {"amount": "1.234", "currency": "EUR"}),
        (
            Shape("money"),
            {"amount": 0.125, "currency": "KWD"},
            {"amount": "0.125", "currency": "KWD"},
        ),
        (Shape("number", unit="kg"), "2.5 t", "2500"),
        (Shape("number", unit="km"), "500 m", "0.5"),
        (Shape("number", unit="kg"), "80", "80"),
        (Shape("money", unit="EUR"), "1.200,50", {"amount": "1200.5", "currency": "EUR"}),
        (Shape("money", unit="EUR"), "$99", {"amount": "99", "currency": "USD"}),
        (Shape("money"), "NOK 5 000", {"amount": "5000", "currency": "NOK"}),
        (Shape("money"), {"amount": 5, "currency": "pln"}, {"amount": "5", "currency": "PLN"}),
        (Shape("date"), "2026-03-11T10:00:00Z", "2026-03-11"),
        (Shape("date"), "11. 3. 2026", "2026-03-11"),
        (Shape("boolean"), "Kyllä", True),
        (Shape("boolean"), "nie", False),
        (Shape("option", options=["Žito", "Rž"]), "zito", "Žito"),
        (Shape("multi_option", options=["a", "b"]), "B; a;b", ["a", "b"]),
        (Shape("number"), "", None),
    ],
)
def test_a_value_has_one_form(shape: Shape, given: Any, stored: Any) -> None:
    assert normalise(shape, given) == stored


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        (Shape("number"), "many"),
        (Shape("number"), float("nan")),
        (Shape("number"), True),
        (Shape("number", unit="kg"), "3 km"),
        (Shape("money"), "12"),
        (Shape("date"), "31.2.2026"),
        (Shape("date"), "soon"),
        (Shape("boolean"), "perhaps"),
        (Shape("option", options=["a"]), "z"),
    ],
)
def test_what_is_no_such_value_is_refused(shape: Shape, given: Any) -> None:
    with pytest.raises(BadValue):
        normalise(shape, given)


async def test_a_near_duplicate_is_refused_with_the_one_that_is_there(database: Database) -> None:
    async with database.transaction() as session:
        await service.declare(session, New("contact", "Company size", "number"), by="u", now=NOW)
        again = New("contact", "Velikost podjetja", "number")
        with pytest.raises(service.PropertyThere) as refused:
            await service.declare(session, again, by="u", now=NOW)
        assert refused.value.data == {"there": "Company size"}
        await service.declare(session, again, by="u", anyway=True, now=NOW)
        await service.declare(session, New("deal", "Company size", "text"), by="u", now=NOW)


async def test_values_take_the_declared_name_and_form_and_defaults(database: Database) -> None:
    async with database.transaction() as session:
        budget = New("contact", "Budget", "money", unit="EUR")
        tier = New("contact", "Tier", "option", options=["Gold", "Basic"], default="basic")
        for new in (budget, tier):
            await service.declare(session, new, by="u", now=NOW)
        found = await service.in_form(session, "contact", {"proračun": "5.000", "Other": "x"})
        assert found == {
            "Budget": {"amount": "5000", "currency": "EUR"},
            "Other": "x",
            "Tier": "Basic",
        }
        with pytest.raises(service.BadProperty):
            await service.declare(session, New("contact", "Which", "option"), by="u", now=NOW)


@pytest.mark.parametrize("record", ["contact", "company", "deal", "ticket"])
async def test_every_record_takes_declared_names_forms_and_defaults(
    database: Database, client: httpx.AsyncClient, record: str
) -> None:
    """And what is stored so is not read again: 1.234 is no thousand the second time."""
    async with database.transaction() as session:
        weight = New(record, "Weight", "number", unit="t", other_names=["Teža"])  # type: ignore[arg-type]
        tier = New(record, "Tier", "option", options=["Gold", "Basic"], default="basic")  # type: ignore[arg-type]
        friend = New(record, "Sent by", "reference", refers_to="contact")  # type: ignore[arg-type]
        for new in (weight, tier, friend):
            await service.declare(session, new, by="u", now=NOW)
    ana = await make_contact(database, emails=["ana@acme.si"])
    headers = await key_headers(database)
    path = f"/api/v1/{'companies' if record == 'company' else f'{record}s'}"
    named = {"subject": "x"} if record == "ticket" else {"name": "x"}
    sent = {**named, "properties": {"teža": "1234 kg", "Sent by": ana}}
    made = await client.post(path, json=sent, headers=headers)
    stored = {"Weight": "1.234", "Tier": "Basic", "Sent by": ana}
    assert (made.status_code, made.json()["properties"]) == (201, stored), made.text
    changed = {**stored, "Tier": "gold"}
    one = f"{path}/{made.json()['id']}"
    again = await client.patch(one, json={"properties": changed}, headers=headers)
    assert again.json()["properties"] == {**stored, "Tier": "Gold"}
    for bad in ({"Weight": "heavy"}, {"Sent by": "con_nobody"}):
        refused = await client.patch(one, json={"properties": bad}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_property_value")
