"""Duplicates are found on records that others made to be hard, and certain ones are certain."""

import itertools
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dupehell
import pyarrow.parquet
import pytest

from crm_bridge.contacts.match import SUGGEST_FROM, Matcher
from crm_bridge.contacts.match_form import Described, describe

# USHER_LONG=1 compares more records of more seeds.
LONG = bool(os.environ.get("USHER_LONG"))
SIZE = 6000 if LONG else 1500
SEEDS = (42, 7, 1, 99, 2026) if LONG else (42, 7)
BARS = {"light": 0.98, "medium": 0.93, "hell": 0.75}
ATTRIBUTES = {
    "contact": (
        *("job_title", "city", "state_code", "country_code", "lead_source", "source_system"),
    ),
    "lead": ("lead_status", "lead_score", "lead_source", "source_system"),
    "account": (
        *("industry", "employee_count", "revenue_range", "address_line1", "city"),
        *("state_code", "postal_code", "country_code"),
    ),
}
Ids = tuple[str, str]


def described(row: dict[str, Any]) -> Described:
    """A record without its keys (contact_id, lead_id, campaign_id), which tell the answer."""
    kind = row["entity_type"]
    names = [row["account_name"]] if kind == "account" else [row["first_name"], row["last_name"]]
    links = [row["website"], row["duns_number"]] if kind == "account" else [row["linkedin_url"]]
    return describe(
        row["record_id"],
        names=names,
        emails=[row["email"]],
        phones=[row["phone"]],
        company=row["company_name"],
        links=links,
        attributes={name: row[name] for name in ATTRIBUTES[kind]},
    )


def made(folder: Path, difficulty: str, seed: int) -> tuple[list[dict[str, Any]], set[Ids]]:
    """Records, and the pairs of ids that are one person."""
    result = dupehell.generate(
        "crm", SIZE, seed=seed, difficulty=difficulty, output_dir=str(folder)
    )
    rows = pyarrow.parquet.read_table(result.dataset).to_pylist()
    people = defaultdict(list)
    for row in pyarrow.parquet.read_table(result.ground_truth).to_pylist():
        people[row["master_id"]].append(row["record_id"])
    return rows, {pair for ids in people.values() for pair in pairs_of(ids)}


def pairs_of(ids: list[str]) -> Iterator[Ids]:
    return itertools.combinations(sorted(ids), 2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("difficulty", BARS)
def test_duplicates_are_found_and_what_is_automatic_is_right(
    tmp_path: Path, difficulty: str, seed: int
) -> None:
    rows, truth = made(tmp_path, difficulty, seed)
    kinds = defaultdict(list)
    for row in rows:
        kinds[row["entity_type"]].append(described(row))
    suggested: set[Ids] = set()
    automatic: set[Ids] = set()
    for records in kinds.values():
        for pair in Matcher(records).pairs(at_least=SUGGEST_FROM):
            first, second = sorted((records[pair.first].id, records[pair.second].id))
            suggested.add((first, second))
            if pair.automatic:
                automatic.add((first, second))
    right = len(suggested & truth)
    score = 2 * right / (len(suggested) + len(truth))
    assert score >= BARS[difficulty], score
    assert len(automatic & truth) >= 0.995 * len(automatic)
    assert automatic, "the job never merges anything by itself"


def test_reasons_say_what_agrees() -> None:
    ana = {"names": ("Ana", "Kvarner"), "company": "Acme", "attributes": {"country": "SI"}}
    others = [
        describe(f"x{n}", names=(f"Name{n}", f"Other{n}"), emails=[f"n{n}@x{n}.com"])
        for n in range(300)
    ]
    one = describe("1", emails=["ana.kvarner@acme.si"], phones=["+386 40 123 456"], **ana)
    two = describe("2", emails=["ana.kvarner@gmail.com"], phones=["00386 40 123456"], **ana)
    (pair,) = Matcher([one, two, *others]).pairs(at_least=SUGGEST_FROM)
    assert (pair.first, pair.second) == (0, 1)
    assert {"close email", "same phone", "same name 1", "same name 2"} <= set(pair.reasons())


def test_two_colleagues_at_one_switchboard_are_two() -> None:
    shared = {"phones": ["+38614001000"], "company": "Acme", "attributes": {"country": "SI"}}
    others = [
        describe(f"x{n}", names=(f"Name{n}", f"Other{n}"), attributes={"country": "SI"})
        for n in range(300)
    ]
    one = describe("1", names=("Ana", "Novak"), emails=["ana.novak@acme.si"], **shared)
    two = describe("2", names=("Bor", "Zupan"), emails=["bor.zupan@acme.si"], **shared)
    pairs = Matcher([one, two, *others]).pairs(at_least=SUGGEST_FROM)
    assert not [pair for pair in pairs if {pair.first, pair.second} == {0, 1}]


def test_nobody_and_somebody_are_no_pair() -> None:
    assert Matcher([]).pairs(at_least=0.0) == []
    assert Matcher([describe("1"), describe("2")]).pairs(at_least=0.0) == []


ANA = {"names": ("Ana", "Kvarner"), "company": "Acme"}
# Two, who are one; two colleagues; father and son at one address.
ONE_PERSON = (
    describe("1", emails=["ana.kvarner@acme.si"], phones=["+386 40 123 456"], **ANA),
    describe("2", emails=["ana.kvarner@gmail.com"], phones=["00386 40 123456"], **ANA),
)
COLLEAGUES = (
    describe("3", names=("Bor", "Zupan"), emails=["bor@zeta.si"], phones=["+38614001000"]),
    describe("4", names=("Cene", "Hribar"), emails=["cene@zeta.si"], phones=["+38614001000"]),
)
FAMILY = (
    describe("5", names=("Jan", "Kos"), emails=["kos@t-2.net"], attributes={"country": "SI"}),
    describe("6", names=("Janez", "Kos"), emails=["kos@t-2.net"], attributes={"country": "SI"}),
)


@pytest.mark.parametrize(
    "others", [(), COLLEAGUES, FAMILY, (*COLLEAGUES, *FAMILY)], ids=["2", "4", "4f", "6"]
)
def test_among_a_handful_one_person_is_still_found_and_nobody_merged_by_itself(
    others: tuple[Described, ...],
) -> None:
    pairs = Matcher([*ONE_PERSON, *others]).pairs(at_least=SUGGEST_FROM)
    found = {(pair.first, pair.second) for pair in pairs}
    assert (0, 1) in found
    assert not [pair for pair in pairs if pair.automatic]
    places = {record.id: at for at, record in enumerate([*ONE_PERSON, *others])}
    if COLLEAGUES[0] in others:
        assert (places["3"], places["4"]) not in found
