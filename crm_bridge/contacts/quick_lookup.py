"""Look-ups by an exact sign (address, number, external id) straight from prepared statements.

They come at every page view of a customer's site or every call of a telephone system. By
way of the ORM and the framework's routes and dependencies one takes 4 ms of CPU, here 0.4;
the answer is the same to the byte. Whatever is not that plain is left to the careful way:
names, domains, keys that are refused, keys whose use has to be noted, a database that is away.
"""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import BindParameter, Subquery, bindparam, select, true
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.email_address import BadEmail
from crm_bridge.contacts.lookup import said_of_email, said_of_id, said_of_phone
from crm_bridge.contacts.models import Contact, ContactEmail, ContactExternalId, ContactPhone
from crm_bridge.contacts.quick_forms import quick_email, quick_phone
from crm_bridge.contacts.views import ContactView, FoundView, LookupView
from crm_bridge.core.database import Database
from crm_bridge.core.ids import token_hash
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.web import api_keys
from crm_bridge.web.api_keys import ApiKeyRow

PATH: Final = "/api/v1/contacts/lookup"
MOST: Final = 20
_SIGNS: Final = frozenset({"email", "phone", "system", "external_id"})
_LONGEST: Final = 300
_SIGN: Final[BindParameter[str]] = bindparam("sign")


def _keyed(found: Subquery) -> Prepared:
    """The key and the contacts of `found` with their addresses and numbers in one go: a row
    for each pair of those; one row without a contact where there is none, and none at all
    for a key that does not hold. A way to PostgreSQL and back costs more than all the joins."""
    return Prepared(
        select(
            ApiKeyRow.scopes.label("key_scopes"),
            ApiKeyRow.last_used_at.label("key_last_used_at"),
            *Contact.__table__.columns,
            ContactEmail.address.label("email_address"),
            ContactEmail.kind.label("email_kind"),
            ContactEmail.position.label("email_position"),
            ContactEmail.verified_at.label("email_verified_at"),
            ContactEmail.bounced_at.label("email_bounced_at"),
            ContactPhone.number.label("phone_number"),
            ContactPhone.position.label("phone_position"),
            ContactPhone.verified_at.label("phone_verified_at"),
        )
        .select_from(ApiKeyRow)
        .outerjoin(found, true())
        .outerjoin(Contact, Contact.id == found.c.contact_id)
        .outerjoin(ContactEmail, ContactEmail.contact_id == Contact.id)
        .outerjoin(ContactPhone, ContactPhone.contact_id == Contact.id)
        .where(ApiKeyRow.secret_hash == bindparam("hash"), ApiKeyRow.revoked_at.is_(None))
        .order_by(Contact.id)
    )


_OWNER = select(ContactEmail.contact_id).where(ContactEmail.address == _SIGN)
_SHARERS = select(ContactPhone.contact_id).where(ContactPhone.number == _SIGN)
_NAMED = select(ContactExternalId.contact_id).where(
    ContactExternalId.system == bindparam("system"), ContactExternalId.external_id == _SIGN
)
_BY_EMAIL = _keyed(_OWNER.subquery())
_BY_ID = _keyed(_NAMED.subquery())
_BY_PHONE = _keyed(_SHARERS.order_by(ContactPhone.contact_id).limit(MOST).subquery())


class _Refused(Exception):
    """The key may not, or its use has to be noted: the careful way's business."""


class QuickLookup:
    """ASGI middleware over the look-up's path: the quick way first, else the endpoint."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "GET":
            try:
                answer = await _quick(Request(scope))
            except DBAPIError:
                answer = None
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _quick(request: Request) -> Response | None:
    asked = request.query_params
    given = dict(asked)
    plain = given.keys() <= _SIGNS and len(given) == len(asked.multi_items())
    if not given or not plain or max(map(len, given.values())) > _LONGEST:
        return None
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    database: Database = request.app.state.database
    asking = _Asking(token_hash(secret), request.app.state.clock.now())
    try:
        async with database.quick(readonly=True) as quick:
            found = await _found(quick, asking, given)
    except _Refused:
        return None
    return Response(LookupView(items=found).model_dump_json(), media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks, and when."""

    key_hash: str
    now: datetime

    async def views(self, on: Runner, by: Prepared, signs: dict[str, str]) -> list[ContactView]:
        """The contacts that a statement finds. Raises _Refused."""
        rows = await by.all(on, {"hash": self.key_hash, **signs})
        if not rows or not api_keys.may_read_quickly(
            rows[0].key_scopes, rows[0].key_last_used_at, resource="contacts", now=self.now
        ):
            raise _Refused
        return _views([row for row in rows if row.id is not None])


async def _found(on: Runner, asking: _Asking, given: dict[str, str]) -> list[FoundView]:
    found: dict[str, FoundView] = {}

    def add(views: list[ContactView], by: Any, reason: str) -> None:
        for view in views:
            if view.id not in found and len(found) < MOST:
                found[view.id] = FoundView(contact=view, by=by, reason=reason, nearness=1.0)

    address = _address(given.get("email", ""))
    system, external_id = given.get("system"), given.get("external_id")
    number = quick_phone(given.get("phone", ""), None)
    if address or not (number or (system and external_id)):  # the key is asked for in any case
        views = await asking.views(on, _BY_EMAIL, {"sign": address or ""})
        add(views, "email", said_of_email(address or ""))
    if system and external_id:
        views = await asking.views(on, _BY_ID, {"system": system, "sign": external_id})
        add(views, "external_id", said_of_id(system, external_id))
    if number:
        views = await asking.views(on, _BY_PHONE, {"sign": number})
        add(views, "phone", said_of_phone(number, len(views)))
    return list(found.values())


def _address(typed: str) -> str | None:
    try:
        return quick_email(typed)
    except BadEmail:
        return as_email(typed)


def _views(rows: list[Any]) -> list[ContactView]:
    """The contacts of joined rows, in their order, each once."""
    contacts: dict[str, list[Any]] = {}
    for row in rows:
        contacts.setdefault(row.id, []).append(row)
    return [_view(of_one) for of_one in contacts.values()]


def _view(rows: list[Any]) -> ContactView:
    emails = {
        row.email_address: SimpleNamespace(
            address=row.email_address,
            kind=row.email_kind,
            position=row.email_position,
            verified_at=row.email_verified_at,
            bounced_at=row.email_bounced_at,
        )
        for row in rows
        if row.email_address is not None
    }
    phones = {
        row.phone_number: SimpleNamespace(
            number=row.phone_number,
            position=row.phone_position,
            verified_at=row.phone_verified_at,
        )
        for row in rows
        if row.phone_number is not None
    }
    whole: Any = SimpleNamespace(
        **rows[0]._asdict(),
        emails=sorted(emails.values(), key=lambda one: one.position),
        phones=sorted(phones.values(), key=lambda one: one.position),
    )
    return ContactView.of(whole)
