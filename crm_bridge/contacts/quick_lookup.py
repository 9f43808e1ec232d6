"""Look-ups by an exact sign (address, number, external id) straight from prepared statements.

They come at every page view of a customer's site or every call of a telephone system. By
way of the ORM and the framework's routes and dependencies one takes 4 ms of CPU, here 0.4;
the answer is the same to the byte. Whatever is not that plain is left to the careful way:
names, domains, keys that are refused, keys whose use has to be noted, a database that is away.
"""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select
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
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.web import api_keys

PATH: Final = "/api/v1/contacts/lookup"
MOST: Final = 20
_SIGNS: Final = frozenset({"email", "phone", "system", "external_id"})
_LONGEST: Final = 300
_SIGN: Final[BindParameter[str]] = bindparam("sign")
# A contact with its addresses and numbers in one go: a row for each pair of them.
_WHOLE: Final = (
    select(
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
    .select_from(Contact)
    .outerjoin(ContactEmail, ContactEmail.contact_id == Contact.id)
    .outerjoin(ContactPhone, ContactPhone.contact_id == Contact.id)
)
_OWNER = select(ContactEmail.contact_id).where(ContactEmail.address == _SIGN)
_SHARERS = select(ContactPhone.contact_id).where(ContactPhone.number == _SIGN)
_NAMED = select(ContactExternalId.contact_id).where(
    ContactExternalId.system == bindparam("system"), ContactExternalId.external_id == _SIGN
)
_BY_EMAIL = Prepared(_WHOLE.where(Contact.id == _OWNER.scalar_subquery()))
_BY_ID = Prepared(_WHOLE.where(Contact.id == _NAMED.scalar_subquery()))
_BY_PHONE = Prepared(
    _WHOLE.where(Contact.id.in_(_SHARERS.order_by(ContactPhone.contact_id).limit(MOST))).order_by(
        Contact.id
    )
)


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
    async with database.quick(readonly=True) as quick:
        now: datetime = request.app.state.clock.now()
        if not await api_keys.may_read_quickly(quick, secret, resource="contacts", now=now):
            return None
        found = await _found(quick, given)
    return Response(LookupView(items=found).model_dump_json(), media_type="application/json")


async def _found(on: Runner, given: dict[str, str]) -> list[FoundView]:
    found: dict[str, FoundView] = {}

    def add(views: list[ContactView], by: Any, reason: str) -> None:
        for view in views:
            if view.id not in found and len(found) < MOST:
                found[view.id] = FoundView(contact=view, by=by, reason=reason, nearness=1.0)

    if address := _address(given.get("email", "")):
        views = _views(await _BY_EMAIL.all(on, {"sign": address}))
        add(views, "email", said_of_email(address))
    system, external_id = given.get("system"), given.get("external_id")
    if system and external_id:
        views = _views(await _BY_ID.all(on, {"system": system, "sign": external_id}))
        add(views, "external_id", said_of_id(system, external_id))
    if number := quick_phone(given.get("phone", ""), None):
        views = _views(await _BY_PHONE.all(on, {"sign": number}))
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
