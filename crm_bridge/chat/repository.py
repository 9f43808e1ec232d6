"""All SQL over sites, sessions and turns. What a visitor's turn needs is prepared."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import (
    Boolean,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat.models import ChatSession, Site, Turn
from crm_bridge.contacts.models import ContactEmail, IdentityClaim
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import AnyRow, Document, Instant
from crm_bridge.core.prepared import Prepared, Runner

_session = cast("Table", ChatSession.__table__)
_turn = cast("Table", Turn.__table__)
MOST_WAITING: Final = 50
MOST_BEGUN: Final = 10
MOST_DUE: Final = 500
SESSION_COLUMNS: Final = ("token_hash", "site", "conversation_id", "created_at", "expires_at")
TURN_COLUMNS: Final = (
    "id",
    "conversation_id",
    "number",
    "event_seq",
    "utterance",
    "state",
    "attempts",
    "due_at",
    "leased",
    "apologised",
    "created_at",
)

_WHICH = bindparam("conversation", type_=String)
_IT = _turn.c.id == bindparam("turn", type_=String)
# The turn is still its worker's: nobody claimed it since, and it is not over.
_MINE = (
    _IT,
    _turn.c.attempts == bindparam("mine", type_=Integer),
    _turn.c.due_at.is_not(None),
)
_WAITING_IN_IT = (_turn.c.conversation_id == _WHICH, _turn.c.due_at.is_not(None))
_DUE = bindparam("due", type_=Instant())
_STATE = bindparam("to_state", type_=String)

_SESSION_BY_HASH: Final = Prepared(
    select(_session).where(_session.c.token_hash == bindparam("hash"))
)
_ADD_SESSION: Final = Prepared(insert(_session), columns=SESSION_COLUMNS)
_ADD_TURN: Final = Prepared(insert(_turn), columns=TURN_COLUMNS)
_TURN: Final = Prepared(select(_turn).where(_IT))
_WAITING: Final = Prepared(
    select(_turn).where(*_WAITING_IN_IT).order_by(_turn.c.number).limit(MOST_WAITING)
)
_IS_WAITING: Final = Prepared(select(_turn.c.id).where(*_WAITING_IN_IT).limit(1))
_DUE_CONVERSATIONS: Final = Prepared(
    select(_turn.c.conversation_id).where(_turn.c.due_at <= _DUE).distinct().limit(MOST_DUE)
)
_TAKE: Final = Prepared(
    update(_turn)
    .where(*_MINE)
    .values(attempts=_turn.c.attempts + 1, leased=true(), due_at=_DUE, state=_STATE)
)
_RENEW: Final = Prepared(update(_turn).where(*_MINE).values(due_at=_DUE))
_GIVE_BACK: Final = Prepared(
    update(_turn)
    .where(*_MINE)
    .values(
        due_at=_DUE,
        leased=False,
        attempts=_turn.c.attempts - bindparam("less", type_=Integer),
        error=bindparam("to_error", type_=String),
    )
)
_COMMIT: Final = Prepared(
    update(_turn)
    .where(_IT, or_(_turn.c.state == "pending", _turn.c.state == "sent"))
    .values(
        state="committed",
        said=bindparam("to_said", type_=Document),
        changes=bindparam("to_changes", type_=Document),
    )
)
_ANSWER: Final = Prepared(
    update(_turn)
    .where(*_MINE, _turn.c.state == "committed")
    .values(
        state="answered",
        due_at=None,
        leased=False,
        error=None,
        finished_at=bindparam("at", type_=Instant()),
    )
    .returning(_turn.c.changes)
)
_POSTPONE_LATER: Final = Prepared(
    update(_turn)
    .where(
        *_WAITING_IN_IT,
        _turn.c.number > bindparam("beyond", type_=Integer),
        _turn.c.leased.is_(False),
    )
    .values(due_at=_DUE)
)
_POSTPONE_EARLIER: Final = Prepared(
    update(_turn)
    .where(*_WAITING_IN_IT, _turn.c.number <= bindparam("upto", type_=Integer))
    .values(due_at=_DUE)
)
_APOLOGISED: Final = Prepared(
    update(_turn).where(*_WAITING_IN_IT).values(apologised=bindparam("so", type_=Boolean))
)
_END_ONE = {
    "state": _STATE,
    "due_at": None,
    "leased": False,
    "finished_at": bindparam("at", type_=Instant()),
}
_END_ALL: Final = Prepared(update(_turn).where(*_WAITING_IN_IT).values(_END_ONE))
_END: Final = Prepared(update(_turn).where(_IT, _turn.c.due_at.is_not(None)).values(_END_ONE))


async def sites(session: AsyncSession) -> Sequence[Site]:
    return (await session.scalars(select(Site).order_by(Site.slug))).all()


async def add_session(on: Runner, values: Mapping[str, Any]) -> None:
    await _ADD_SESSION.run(on, values)


async def session_by_hash(on: Runner, token_hash: str) -> AnyRow | None:
    return await _SESSION_BY_HASH.one(on, {"hash": token_hash})


async def extend_session(session: AsyncSession, token_hash: str, expires_at: datetime) -> None:
    statement = update(ChatSession).where(ChatSession.token_hash == token_hash)
    await session.execute(statement.values(expires_at=expires_at))


async def begun_under(
    session: AsyncSession, site: str, email: str, *, since: datetime
) -> Sequence[Conversation]:
    """Conversations of a site whose visitor gave or proved the address, the latest first."""
    statement = (
        select(Conversation)
        .join(IdentityClaim, IdentityClaim.conversation_id == Conversation.id)
        .join(ContactEmail, ContactEmail.contact_id == IdentityClaim.contact_id)
        .where(
            ContactEmail.address == email,
            Conversation.site == site,
            IdentityClaim.email == email,
            Conversation.updated_at > since,
            Conversation.erased_at.is_(None),
        )
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(MOST_BEGUN)
    )
    return (await session.scalars(statement)).all()


async def revoke_sessions(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """Every session of the conversation: other tabs and devices too."""
    statement = update(ChatSession).where(
        ChatSession.conversation_id == conversation_id, ChatSession.revoked_at.is_(None)
    )
    await session.execute(statement.values(revoked_at=now))


async def add_turn(on: Runner, values: Mapping[str, Any]) -> None:
    await _ADD_TURN.run(on, values)


async def turn(on: Runner, turn_id: str) -> AnyRow | None:
    return await _TURN.one(on, {"turn": turn_id})


async def waiting(on: Runner, conversation_id: str) -> Sequence[AnyRow]:
    """The turns of a conversation that are not over, in order."""
    return await _WAITING.all(on, {"conversation": conversation_id})


async def is_waiting(on: Runner, conversation_id: str) -> bool:
    """Whether the conversation has a turn that is not over."""
    return await _IS_WAITING.one(on, {"conversation": conversation_id}) is not None


async def due_conversations(on: Runner, *, now: datetime) -> Sequence[str]:
    """Conversations with a turn that may be tried now, at most a few hundred."""
    return [one.conversation_id for one in await _DUE_CONVERSATIONS.all(on, {"due": now})]


async def take(on: Runner, turn_id: str, *, mine: int, due: datetime, state: str) -> bool:
    """Lease a turn that was tried `mine` times; False when somebody was quicker."""
    values = {"turn": turn_id, "mine": mine, "due": due, "to_state": state}
    return await _TAKE.run(on, values) == 1


async def renew(on: Runner, turn_id: str, *, mine: int, due: datetime) -> bool:
    return await _RENEW.run(on, {"turn": turn_id, "mine": mine, "due": due}) == 1


async def give_back(
    on: Runner, turn_id: str, *, mine: int, due: datetime, error: str | None, untried: bool
) -> bool:
    """End the lease: the turn is tried again at `due`. `untried`: this try does not count."""
    values = {"turn": turn_id, "mine": mine, "due": due, "less": int(untried), "to_error": error}
    return await _GIVE_BACK.run(on, values) == 1


async def commit(
    on: Runner, turn_id: str, *, said: Sequence[Any], changes: Mapping[str, Any]
) -> bool:
    """Keep what the action committed; False when the turn is committed or over already."""
    values = {"turn": turn_id, "to_said": list(said), "to_changes": dict(changes)}
    return await _COMMIT.run(on, values) == 1


async def answer(on: Runner, turn_id: str, *, mine: int, now: datetime) -> AnyRow | None:
    """End a committed turn and give its `changes`; None when it is not mine or committed."""
    return await _ANSWER.one(on, {"turn": turn_id, "mine": mine, "at": now})


async def postpone_later(on: Runner, conversation_id: str, *, beyond: int, due: datetime) -> None:
    """Let the turns after a number wait, but for one that is being tried."""
    values = {"conversation": conversation_id, "beyond": beyond, "due": due}
    await _POSTPONE_LATER.run(on, values)


async def postpone_earlier(on: Runner, conversation_id: str, *, upto: int, due: datetime) -> None:
    values = {"conversation": conversation_id, "upto": upto, "due": due}
    await _POSTPONE_EARLIER.run(on, values)


async def note_apology(on: Runner, conversation_id: str) -> None:
    """The visitor knows of every turn that waits."""
    await _APOLOGISED.run(on, {"conversation": conversation_id, "so": True})


async def end_all(on: Runner, conversation_id: str, *, state: str, now: datetime) -> None:
    values = {"conversation": conversation_id, "to_state": state, "at": now}
    await _END_ALL.run(on, values)


async def end(on: Runner, turn_id: str, *, state: str, now: datetime) -> None:
    await _END.run(on, {"turn": turn_id, "to_state": state, "at": now})


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Delete the conversation's sessions and turns."""
    for table in (ChatSession, Turn):
        await session.execute(delete(table).where(table.conversation_id == conversation_id))
