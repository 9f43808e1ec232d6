"""What a raw webhook says about an erased person goes out of it, and nothing else does."""

import json

import pytest

from crm_bridge.sync.redact import Signs, redacted

SIGNS = Signs(
    addresses=["Ana@Acme.si"], numbers=["+38640123456"], records=frozenset({("contacts", "77")})
)
OTHER = {"id": "78", "modified": "2026-03-11T08:00:00Z", "fields": {"email": "bor@acme.si"}}


@pytest.mark.parametrize(
    "hers",
    [
        {"id": "5", "fields": {"email": "ANA@acme.si"}},
        {"id": "5", "fields": {"deep": [{"phone": "040 / 123-456"}]}},
        {"id": 77, "fields": {}},
    ],
)
def test_her_record_goes_and_the_other_stays(hers: dict[str, object]) -> None:
    body = json.dumps({"type": "contacts.upserted", "records": [hers, OTHER]})
    assert json.loads(redacted(body, SIGNS)) == {"type": "contacts.upserted", "records": [OTHER]}


def test_an_id_of_another_kind_is_somebody_else() -> None:
    body = json.dumps({"type": "deals.upserted", "records": [{"id": "77", "fields": {}}]})
    assert redacted(body, SIGNS) == body


def test_hubspots_events_go_by_id_and_by_value() -> None:
    events = [
        {"subscriptionType": "contact.propertyChange", "objectId": 77, "propertyValue": "x"},
        {"subscriptionType": "contact.creation", "objectId": 78},
        {"subscriptionType": "deal.creation", "objectId": 77},
        {"subscriptionType": "deal.propertyChange", "objectId": 9, "propertyValue": "ana@acme.si"},
    ]
    assert json.loads(redacted(json.dumps(events), SIGNS)) == events[1:3]


@pytest.mark.parametrize("body", ["mail of ana@acme.si", '{"say": "Ana: ana@acme.si"}'])
def test_of_what_has_no_known_form_nothing_stays(body: str) -> None:
    assert redacted(body, SIGNS) == ""
    assert redacted(body.replace("ana@", "eva@"), SIGNS) == body.replace("ana@", "eva@")
