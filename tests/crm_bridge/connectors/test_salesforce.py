"""What is Salesforce's own: SOQL, answers in parts, sign-in, its way to ask for rest. The
fake is asked by simple-salesforce too, so that it is not shaped by our adapter alone."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
import simple_salesforce
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.connectors.errors import CrmPaused
from crm_bridge.connectors.mapping import load
from crm_bridge.connectors.port import Credentials, Crm, MeteredCrm, Position, Write
from crm_bridge.connectors.registry import open_crm
from crm_bridge.connectors.salesforce import soql
from crm_bridge.connectors.salesforce.allowance import scarcity
from crm_bridge.connectors.salesforce.sign import form_of
from crm_bridge.sync.connections import credentials
from tests.crm_bridge.calendars.places.serving import serving
from tests.fake_crm import LONG_AGO
from tests.fake_salesforce import FakeSalesforce
from tests.soql import parsed

MAPPING = Path(__file__).resolve().parents[3] / "data" / "crm" / "salesforce.yml"
NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


@pytest.fixture
def salesforce() -> FakeSalesforce:
    return FakeSalesforce()


@pytest.fixture
def url(salesforce: FakeSalesforce) -> Iterator[str]:
    with serving(salesforce.app) as url:
        yield url


def opened(url: str, **given: str) -> Crm:
    known = {"url": url, "client_id": "client", "client_secret": "secret", **given}
    return open_crm(load(MAPPING.read_text()), credentials("salesforce", known))


@given(st.text())
def test_no_text_leaves_its_quotes(text: str) -> None:
    asked = parsed(soql.select(["Id"], "Contact", where=soql.among("Email", [text])))
    assert asked.where({"Email": text})
    assert not asked.where({"Email": text + "x"})


def test_rows_after_a_place_are_later_or_of_its_moment_with_a_greater_id() -> None:
    row = {"SystemModstamp": NOW, "Id": "003000000000005AAA"}
    for seconds, number, follows in ((0, 4, True), (0, 5, False), (-1, 9, True), (1, 1, False)):
        place = Position(NOW + timedelta(seconds=seconds), f"{'003':0<14}{number}AAA")
        asked = parsed(soql.select(["Id"], "Contact", where=soql.after(place)))
        assert asked.where(row) == follows
    overlap = soql.after(Position(NOW, ""))
    assert parsed(soql.select(["Id"], "Contact", where=overlap)).where(row)


async def test_an_answer_in_parts_is_read_to_its_end(salesforce: FakeSalesforce, url: str) -> None:
    salesforce.part = 7
    ids = [salesforce.put("Contact", at=LONG_AGO, LastName=f"P {n}") for n in range(40)]
    crm = opened(url)
    page = await crm.changes("contacts", "modified", after=None, limit=30)
    assert [record.id for record in page.records] == ids[:30]
    rest = await crm.changes("contacts", "modified", after=page.last, limit=30)
    assert ([record.id for record in rest.records], rest.more) == (ids[30:], False)
    await crm.close()


async def test_a_deletion_comes_with_the_changes(salesforce: FakeSalesforce, url: str) -> None:
    record_id = salesforce.put("Contact", at=LONG_AGO, LastName="Novak")
    crm = opened(url)
    page = await crm.changes("contacts", "modified", after=None, limit=10)
    salesforce.delete("Contact", record_id)
    after = await crm.changes("contacts", "modified", after=page.last, limit=10)
    assert [(one.id, one.deleted) for one in after.records] == [(record_id, True)]
    await crm.close()


async def test_another_record_under_our_id_is_named(salesforce: FakeSalesforce, url: str) -> None:
    first = salesforce.put("Contact", LastName="Novak", Usher_Id__c="con_1")
    second = salesforce.put("Contact", LastName="Novak")
    crm = opened(url)
    (written,) = await crm.write("contacts", [Write("con_1", {"Phone": "+386"}, id=second)])
    assert written.fault is not None
    assert (written.fault.kind, written.fault.id) == ("taken", first)
    await crm.close()


async def test_a_day_that_is_used_up_rests_the_connection(
    salesforce: FakeSalesforce, url: str
) -> None:
    crm = opened(url)
    await crm.check()
    salesforce.refusals, asked = 1000, salesforce.asked
    for _ in range(3):
        with pytest.raises(CrmPaused) as paused:
            await crm.fetch("contacts", ["003000000000005AAA"])
    assert paused.value.retry_after_seconds > 200
    assert salesforce.asked == asked + 1
    await crm.close()


def test_an_assertion_is_signed_anew_each_time_and_lives_three_minutes() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    settings = {"client_id": "client", "user": "usher@acme.si", "audience": "https://sf.test"}
    secrets = {"client_secret": "", "refresh_token": "", "private_key": pem.replace("\n", "\\n")}
    form = form_of(Credentials(settings, secrets))()
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    said = jwt.decode(
        form["assertion"], key.public_key(), algorithms=["RS256"], audience="https://sf.test"
    )
    assert (said["iss"], said["sub"]) == ("client", "usher@acme.si")
    assert 0 < said["exp"] - time.time() <= 180


async def test_a_refresh_token_is_exchanged(salesforce: FakeSalesforce, url: str) -> None:
    crm = opened(url, refresh_token="r")
    assert "contacts" in await crm.check()
    assert salesforce.sign_ins == 1
    await crm.close()


async def test_simple_salesforce_is_served_alike(
    salesforce: FakeSalesforce, tls: tuple[str, str]
) -> None:
    salesforce.part = 3
    with serving(salesforce.app, tls=tls) as url:
        theirs = simple_salesforce.Salesforce(instance_url=url, session_id=salesforce.granted())

        def work() -> list[str]:
            made = theirs.Contact.create({"LastName": "Novak", "Email": "ANA@acme.si"})
            assert theirs.Contact.upsert("Usher_Id__c/con_1", {"LastName": "Moe"}) == 201
            assert theirs.Contact.upsert("Usher_Id__c/con_1", {"FirstName": "Kari"}) == 200
            assert theirs.Contact.update(made["id"], {"FirstName": "Ana"}) == 204
            assert theirs.Contact.get(made["id"])["Email"] == "ana@acme.si"
            with pytest.raises(simple_salesforce.exceptions.SalesforceMalformedRequest):
                theirs.query("SELECT Fone FROM Contact")
            query = {"method": "GET", "referenceId": "one"}
            query["url"] = f"/services/data/v{theirs.sf_version}/query?q=SELECT+Id+FROM+Contact"
            told = theirs.restful("composite", method="POST", json={"compositeRequest": [query]})
            assert told["compositeResponse"][0]["body"]["totalSize"] == 2
            assert theirs.api_usage["api-usage"].total == 100_000
            for number in range(8):
                theirs.Account.create({"Name": f"Acme {number}"})
            names = [
                str(row["Name"])
                for row in theirs.query_all_iter("SELECT Id, Name FROM Account ORDER BY Id")
            ]
            salesforce.expire()
            with pytest.raises(simple_salesforce.exceptions.SalesforceExpiredSession):
                theirs.query("SELECT Id FROM Contact")
            theirs.session.close()
            return names

        assert await asyncio.to_thread(work) == [f"Acme {number}" for number in range(8)]
    rows = list(salesforce.table("Contact").values())
    assert [row.fields.get("FirstName") for row in rows] == ["Ana", "Kari"]


async def test_what_changed_is_asked_in_one_request_and_deleted_counts(
    salesforce: FakeSalesforce, url: str
) -> None:
    crm = opened(url)
    assert isinstance(crm, MeteredCrm)
    person = salesforce.put("Contact", LastName="Novak", Email="ana@acme.si")
    salesforce.put("Account", Name="Acme")
    places: dict[str, Position | None] = {}
    for kind in ("contacts", "companies", "deals"):
        page = await crm.changes(kind, "modified", after=None, limit=10)
        places[kind] = page.last or Position(LONG_AGO, "")
    asked = salesforce.asked
    assert await crm.changed(places) == set()
    assert salesforce.asked == asked + 1
    assert await crm.changed({**places, "contacts": None}) == {"contacts"}, "never read yet"
    salesforce.now = lambda: datetime.now(UTC) + timedelta(seconds=5)
    salesforce.delete("Contact", person)
    assert await crm.changed(places) == {"contacts"}
    salesforce.refusals = 9
    with pytest.raises(CrmPaused):
        await crm.changed(places)
    await crm.close()


async def test_a_field_that_is_not_there_is_found_by_the_pull_and_not_by_the_glance(
    salesforce: FakeSalesforce, url: str
) -> None:
    crm = opened(url)
    assert isinstance(crm, MeteredCrm)
    salesforce.queries_fail = True
    assert await crm.changed({"contacts": Position(NOW, "")}) == {"contacts"}
    await crm.close()


@pytest.mark.parametrize(
    ("header", "times"),
    [
        (None, 1.0),
        ("nonsense", 1.0),
        ("api-usage=18/0", 1.0),
        ("api-usage=18/100000", 1.0),
        ("api-usage=50000/100000", 1.0),
        ("api-usage=75000/100000", 2.0),
        ("api-usage=90000/100000; per-app-api-usage=17/250(appName=x)", 5.0),
        ("per-app-api-usage=249/250(appName=x), api-usage=10/5000", 1.0),
        ("api-usage=100000/100000", 100.0),
        ("api-usage=120000/100000", 100.0),
    ],
)
def test_the_less_is_left_of_the_day_the_longer_is_waited(header: str | None, times: float) -> None:
    assert scarcity(header) == pytest.approx(times)


async def test_every_answer_tells_what_is_left(salesforce: FakeSalesforce, url: str) -> None:
    crm = opened(url)
    assert isinstance(crm, MeteredCrm)
    salesforce.used = 90_000
    await crm.check()
    assert crm.scarcity == pytest.approx(5.0, rel=0.01)
    await crm.close()
