"""What a raw webhook says about one person is taken out of it; the rest stays to be handled.

A person is known in it by an address, a number, or the CRM's own id of a record of theirs.
Pure.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_NUMBER_TAIL: Final = 8  # digits: with and without the country's code a number ends alike
HUBSPOT_KINDS: Final = {"contact": "contacts", "company": "companies", "deal": "deals"}


@dataclass(frozen=True, slots=True)
class Signs:
    """What gives a person away: addresses, numbers, and (kind, id) of the CRM's records."""

    addresses: Collection[str] = ()
    numbers: Collection[str] = ()
    records: Collection[tuple[str, str]] = field(default_factory=frozenset)

    def give_away(self, text: str) -> bool:
        """Whether a text holds an address or a number of theirs."""
        plain = text.casefold()
        if any(address.casefold() in plain for address in self.addresses if address):
            return True
        digits = "".join(letter for letter in text if letter.isdigit())
        tails = ("".join(filter(str.isdigit, number))[-_NUMBER_TAIL:] for number in self.numbers)
        return any(len(tail) == _NUMBER_TAIL and tail in digits for tail in tails)


def redacted(body: str, signs: Signs) -> str:
    """A body of HubSpot (a list of events) or of the generic webhook (`records`) without what
    is about the person; "" for any other that mentions them."""
    try:
        said = json.loads(body)
    except ValueError:
        return "" if signs.give_away(body) else body
    if isinstance(said, list):
        left = [one for one in said if not _about(one, _kind_of_event(one), "objectId", signs)]
        return body if len(left) == len(said) else json.dumps(left, ensure_ascii=False)
    if isinstance(said, dict) and isinstance(said.get("records"), list):
        kind = str(said.get("type")).partition(".")[0]
        left = [one for one in said["records"] if not _about(one, kind, "id", signs)]
        if len(left) == len(said["records"]):
            return body
        return json.dumps({**said, "records": left}, ensure_ascii=False)
    return "" if any(map(signs.give_away, _texts(said))) else body


def _kind_of_event(one: Any) -> str | None:
    name = str(one.get("subscriptionType")) if isinstance(one, Mapping) else ""
    return HUBSPOT_KINDS.get(name.partition(".")[0])


def _about(one: Any, kind: str | None, named: str, signs: Signs) -> bool:
    if isinstance(one, Mapping) and (kind, str(one.get(named))) in signs.records:
        return True
    return any(map(signs.give_away, _texts(one)))


def _texts(value: Any) -> list[str]:
    """Every text and number in it."""
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for each in value for text in _texts(each)]
    return [str(value)]
