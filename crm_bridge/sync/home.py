"""What the sync asks of our own records, whichever kind they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from crm_bridge.companies.domain import registrable
from crm_bridge.connectors.forms import Unreadable, Value, plain
from crm_bridge.connectors.vocabulary import HOME_FIELDS, PROPERTY, Form
from crm_bridge.contacts.email_address import normalise_email
from crm_bridge.contacts.phone_number import normalise_phone
from crm_bridge.core.errors import UsherError


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """A record of ours as the mapping's fields. `claimed` are the fields that nobody but an
    unproved visitor has said."""

    id: str
    values: Mapping[str, Value]
    changed_at: Mapping[str, datetime] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()


class Home(Protocol):
    """Our records of one kind."""

    kind: str

    async def read(
        self, session: AsyncSession, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, HomeRecord]:
        """The records of those ids; one that is gone is left out."""
        ...

    async def find(self, session: AsyncSession, values: Mapping[str, Value]) -> str | None:
        """The record that these values surely belong to, if we have it."""
        ...

    async def create(
        self, session: AsyncSession, values: Mapping[str, Value], *, by: str, now: datetime
    ) -> str:
        """Make a record; its id. Raises UsherError for what cannot be."""
        ...

    async def update(
        self,
        session: AsyncSession,
        record_id: str,
        values: Mapping[str, Value],
        *,
        by: str,
        now: datetime,
    ) -> None:
        """Set these fields. Raises UsherError for what cannot be."""
        ...

    async def ids_after(
        self, session: AsyncSession, after: str | None, *, limit: int
    ) -> Sequence[str]:
        """Ids in their order, after one of them."""
        ...


class Listed:
    """The beginning of a `Home`: its records are the rows of one table, listed by `id_column`."""

    id_column: ClassVar[InstrumentedAttribute[str]]

    async def ids_after(
        self, session: AsyncSession, after: str | None, *, limit: int
    ) -> Sequence[str]:
        """See `Home`."""
        column = type(self).id_column
        statement = select(column).order_by(column).limit(limit)
        if after is not None:
            statement = statement.where(column > after)
        return (await session.scalars(statement)).all()


def with_properties(have: Mapping[str, Any], values: Mapping[str, Value]) -> dict[str, Any]:
    """The column `properties` with those that are among the values; empty where none is."""
    own = {
        name.removeprefix(PROPERTY): value
        for name, value in values.items()
        if name.startswith(PROPERTY)
    }
    return {"properties": {**have, **own}} if own else {}


def normalised(kind: str, name: str, value: Value) -> Value:
    """A value of the CRM in the one form that ours have. Raises Unreadable."""
    if value is None:
        return None
    form: Form = HOME_FIELDS[kind].get(name, "text")
    try:
        if form == "email":
            return normalise_email(str(value))
        if form == "phone":
            return normalise_phone(str(value))
        if form == "domain":
            return registrable(str(value)) or plain(str(value)).lower()
    except UsherError as fault:
        raise Unreadable(f"{value!r}: {fault}") from fault
    if form == "country":
        return _country(plain(str(value)))
    return plain(value) if isinstance(value, str) else value


def _country(said: str) -> str:
    if len(said) == 2 and said.isascii() and said.isalpha():
        return said.upper()
    raise Unreadable(f"{said!r} is no two-letter country code; map it with `values`")
