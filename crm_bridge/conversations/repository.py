"""All SQL over conversations, answers, consents and the event log.

What a visitor's turn needs is prepared (`core.prepared`); the rest is for staff.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import (
    Integer,
    Select,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.conversations.models import AnswerRow, ConsentRow, Conversation, EventRow
from crm_bridge.core.database import AnyRow, Instant
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.core.stored import Stored

_conversation = cast("Table", Conversation.__table__)
_answer = cast("Table", AnswerRow.__table__)
_event = cast("Table", EventRow.__table__)
_consent = cast("Table", ConsentRow.__table__)
ANSWER_COLUMNS: Final = (
    "conversation_id",
    "question",
    "value",
    "status",
    "text",
    "source",
    "at",
)
CONSENT_COLUMNS: Final = tuple(c.name for c in _consent.columns if c.name != "withdrawn_at")
LATEST_ISSUES: Final = 5

_WHICH = bindparam("conversation", type_=String)
_THE_ONE = select(_conversation).where(_conversation.c.id == _WHICH)
_BY_ID: Final = Prepared(_THE_ONE)
_WHOLE: Final = Stored(Conversation, _THE_ONE)
_TO_UPDATE: Final = Stored(Conversation, _THE_ONE.with_for_update())
_LATEST = (
    select(func.max(_answer.c.id))
    .where(_answer.c.conversation_id == _WHICH)
    .group_by(_answer.c.question)
)
_CURRENT: Final = Prepared(
    select(_answer)
    .where(_answer.c.id.in_(_LATEST), _answer.c.status != "unset")
    .order_by(_answer.c.id)
)
_EARLIER_ONES = (
    select(func.max(_answer.c.id))
    .join(_conversation, _conversation.c.id == _answer.c.conversation_id)
    .where(
        _conversation.c.contact_id == bindparam("contact", type_=String),
        _conversation.c.playbook == bindparam("playbook", type_=String),
        _conversation.c.id != _WHICH,
    )
    .group_by(_answer.c.question)
)
_EARLIER: Final = Prepared(
    select(_answer)
    .where(_answer.c.id.in_(_EARLIER_ONES), _answer.c.status == "given")
    .order_by(_answer.c.id)
)
_CONSENTS: Final = Stored(
    ConsentRow,
    select(_consent).where(_consent.c.conversation_id == _WHICH).order_by(_consent.c.id),
)
_ADD_ANSWER: Final = Prepared(insert(_answer), columns=ANSWER_COLUMNS)
_ADD_EVENT: Final = Prepared(insert(_event), columns=[c.name for c in _event.columns])
_WITHDRAW: Final = Prepared(
    update(_consent)
    .where(
        _consent.c.conversation_id == _WHICH,
        _consent.c.purpose == bindparam("of_purpose", type_=String),
        _consent.c.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=bindparam("at", type_=Instant))
)
_ADD_CONSENT: Final = Prepared(insert(_consent), columns=CONSENT_COLUMNS)
_LOG = (
    select(_event)
    .where(_event.c.conversation_id == _WHICH, _event.c.seq > bindparam("after", type_=Integer))
    .order_by(_event.c.seq)
)
_WHOLE_LOG: Final = Prepared(_LOG)
_SHOWN_LOG: Final = Prepared(_LOG.where(_event.c.kind != "news"))
_BY_CID: Final = Prepared(
    select(_event.c.seq).where(_event.c.conversation_id == _WHICH, _event.c.cid == bindparam("cid"))
)
_ISSUING: Final = Prepared(
    select(_event.c.buttons, _event.c.openings)
    .where(
        _event.c.conversation_id == _WHICH,
        _event.c.payloads.like(bindparam("pattern"), escape="/"),
    )
    .order_by(_event.c.seq.desc())
    .limit(LATEST_ISSUES)
)


async def get(
    session: AsyncSession, conversation_id: str, *, for_update: bool = False
) -> Conversation | None:
    which = _TO_UPDATE if for_update else _WHOLE
    return await which.renewed(session, {"conversation": conversation_id})


async def row(on: Runner, conversation_id: str) -> AnyRow | None:
    """The conversation's columns, for reading alone."""
    return await _BY_ID.one(on, {"conversation": conversation_id})


async def current_answers(on: Runner, conversation_id: str) -> Sequence[AnyRow]:
    """The latest answer to each question, but for those taken back, oldest first."""
    return await _CURRENT.all(on, {"conversation": conversation_id})


async def earlier_answers(
    on: Runner, conversation_id: str, *, contact_id: str, playbook: str
) -> Sequence[AnyRow]:
    """The latest answer to each question in a contact's other conversations."""
    values = {"conversation": conversation_id, "contact": contact_id, "playbook": playbook}
    return await _EARLIER.all(on, values)


async def add_answers(on: Runner, rows: Sequence[Mapping[str, Any]]) -> None:
    await _ADD_ANSWER.each(on, rows)


async def count_on(
    on: Runner,
    conversation_id: str,
    *,
    lines: int = 0,
    turns: int = 0,
    changes: Mapping[str, Any],
    returning: Sequence[str] = (),
) -> AnyRow | None:
    """Raise the counters of a conversation and change columns of it, holding its row until
    the commit; gives last_seq, last_turn and `returning`. None: unknown, or erased."""
    values = {f"to_{name}": value for name, value in changes.items()}
    counting = _counting(tuple(sorted(changes)), tuple(returning))
    return await counting.one(
        on, {"conversation": conversation_id, "lines": lines, "turns": turns, **values}
    )


@cache
def _counting(changed: tuple[str, ...], returning: tuple[str, ...]) -> Prepared:
    """One statement for each set of columns; the code knows a dozen."""
    columns = _conversation.c
    values: dict[str, Any] = {
        name: bindparam(f"to_{name}", type_=columns[name].type) for name in changed
    }
    values["last_seq"] = columns.last_seq + bindparam("lines", type_=Integer)
    values["last_turn"] = columns.last_turn + bindparam("turns", type_=Integer)
    return Prepared(
        update(_conversation)
        .where(columns.id == _WHICH, columns.erased_at.is_(None))
        .values(values)
        .returning(columns.last_seq, columns.last_turn, *(columns[name] for name in returning))
    )


async def add_events(on: Runner, rows: Sequence[Mapping[str, Any]]) -> None:
    await _ADD_EVENT.each(on, rows)


async def events_after(
    on: Runner, conversation_id: str, seq: int, *, with_news: bool = False
) -> Sequence[AnyRow]:
    """The log beyond `seq`, in order; news only when asked for."""
    log = _WHOLE_LOG if with_news else _SHOWN_LOG
    return await log.all(on, {"conversation": conversation_id, "after": seq})


async def event_by_cid(on: Runner, conversation_id: str, cid: str) -> int | None:
    """The seq of the visitor's message with that client id."""
    found = await _BY_CID.one(on, {"conversation": conversation_id, "cid": cid})
    return None if found is None else int(found.seq)


async def issuing_events(on: Runner, conversation_id: str, payload: str) -> Sequence[AnyRow]:
    """The latest events that may have issued a button with `payload` (compare exactly:
    the search ignores case on SQLite)."""
    exact = payload.replace("/", "//").replace("%", "/%").replace("_", "/_")
    values = {"conversation": conversation_id, "pattern": f"%\n{exact}\n%"}
    return await _ISSUING.all(on, values)


async def add_consent(on: Runner, values: Mapping[str, Any]) -> None:
    await _ADD_CONSENT.run(on, values)


async def withdraw_consents(
    on: Runner, conversation_id: str, purpose: str, *, now: datetime
) -> None:
    """What was agreed to for a purpose is taken back."""
    values = {"conversation": conversation_id, "of_purpose": purpose, "at": now}
    await _WITHDRAW.run(on, values)


async def consents(session: AsyncSession, conversation_id: str) -> Sequence[ConsentRow]:
    """What was agreed to, oldest first."""
    return await _CONSENTS.all(session, {"conversation": conversation_id})


def matching(
    *,
    site: str | None = None,
    outcome: str | None = None,
    owner: str | None = None,
    contact_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Conversation]:
    """Conversations by what is given; the time is when they began, [since, until)."""
    statement = select(Conversation)
    equal = {"site": site, "outcome": outcome, "owner": owner, "contact_id": contact_id}
    for column, wanted in equal.items():
        if wanted is not None:
            statement = statement.where(getattr(Conversation, column) == wanted)
    if since is not None:
        statement = statement.where(Conversation.created_at >= since)
    if until is not None:
        statement = statement.where(Conversation.created_at < until)
    return statement


async def page(
    session: AsyncSession, statement: Select[Conversation], request: PageRequest
) -> Page[Conversation]:
    """One page, newest conversation first."""
    return await fetch_page(session, statement, request, by=[Conversation.id])


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Delete everything said, answered and agreed in a conversation."""
    for table in (EventRow, AnswerRow, ConsentRow):
        await session.execute(delete(table).where(table.conversation_id == conversation_id))
