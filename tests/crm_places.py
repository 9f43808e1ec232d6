"""The fakes of CRMs behind one face, so that one suite can ask the same of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.fake_dataverse import FakeDataverse
from tests.fake_hubspot import FakeHubSpot
from tests.fake_odoo import FakeOdoo
from tests.fake_salesforce import FakeSalesforce


@dataclass
class Place:
    """A fake and what a person is called there. `given` is what `usher crm connect` gets
    beside the address."""

    system: str
    fake: Any
    table: str
    name: tuple[str, str] | str
    email: str
    phone: str
    marketing: str
    key: str
    given: Mapping[str, str]
    secret: str
    fixed: Mapping[str, Any] = field(default_factory=dict)  # what each person has there

    def settings(self, url: str) -> dict[str, str]:
        """What `usher crm connect` is given."""
        return {"url": url, **{name: value.format(url=url) for name, value in self.given.items()}}

    def put(self, *, at: datetime | None = None, **person: str) -> str:
        """Somebody made a person there (name, email, phone, marketing, key); the id."""
        values = {**self.fixed, **self._there(person)}
        return str(self.fake.put(self.table, at=at, **values))

    def edit(self, record_id: str, **person: str) -> None:
        """Somebody changed a person there."""
        self.fake.edit(self.table, record_id, **self._there(person))

    def delete(self, record_id: str) -> None:
        """Somebody deleted a person there."""
        self.fake.delete(self.table, record_id)

    def ids(self) -> list[str]:
        """The ids of those who are there."""
        return list(self.fake.table(self.table))

    def people(self) -> dict[str, dict[str, Any]]:
        """id -> name, email, phone, marketing and key, where there is something."""
        return {i: self._here(row.fields) for i, row in self.fake.table(self.table).items()}

    def names(self) -> dict[str, str]:
        """email -> name; nobody may be there twice."""
        rows = list(self.people().values())
        found = {row["email"]: row["name"] for row in rows}
        assert len(found) == len(rows), "somebody was doubled"
        return found

    def _there(self, person: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for what, value in person.items():
            if what == "name" and not isinstance(self.name, str):
                first, _, last = value.rpartition(" ")
                values |= {self.name[0]: first, self.name[1]: last}
            else:
                values[getattr(self, what)] = value
        return values

    def _here(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        parts = [self.name] if isinstance(self.name, str) else self.name
        person = {"name": " ".join(str(fields[one]) for one in parts if fields.get(one))}
        for what in ("email", "phone", "marketing", "key"):
            if fields.get(getattr(self, what)):
                person[what] = fields[getattr(self, what)]
        return person


def hubspot() -> Place:
    return Place(
        "hubspot",
        FakeHubSpot(),
        "contacts",
        ("firstname", "lastname"),
        "email",
        "phone",
        "usher_marketing",
        "usher_id",
        {"access_token": "token"},
        "access_token",
    )


def salesforce() -> Place:
    return Place(
        "salesforce",
        FakeSalesforce(),
        "Contact",
        ("FirstName", "LastName"),
        "Email",
        "Phone",
        "Usher_Marketing__c",
        "Usher_Id__c",
        {"client_id": "client", "client_secret": "secret", "pull_seconds": "0"},
        "client_secret",
    )


def odoo() -> Place:
    return Place(
        "odoo",
        FakeOdoo(),
        "res.partner",
        "name",
        "email",
        "phone",
        "x_usher_marketing",
        "key",
        {"api_key": "key", "requests_per_minute": "6000"},
        "api_key",
    )


def dataverse() -> Place:
    return Place(
        "dataverse",
        FakeDataverse(),
        "contacts",
        ("firstname", "lastname"),
        "emailaddress1",
        "telephone1",
        "usher_marketing",
        "usher_id",
        {
            "authority": "{url}",
            "tenant": "tenant",
            "client_id": "client",
            "client_secret": "secret",
        },
        "client_secret",
    )


PLACES: Final = {"dataverse": dataverse, "hubspot": hubspot, "odoo": odoo, "salesforce": salesforce}
