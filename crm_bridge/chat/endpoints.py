"""The chat as the widget speaks it: /chat/v1, exactly as CONTRACTS describe it."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic_core import to_json

from crm_bridge.chat import leaving, messages, proving, returning, sessions
from crm_bridge.chat.asked import Asked, FromPage
from crm_bridge.chat.messages import AlreadyReceived, Message
from crm_bridge.chat.reading import LogReader
from crm_bridge.chat.sessions import Arrival
from crm_bridge.chat.source import clean_source
from crm_bridge.chat.stream import HEADERS, EventStream, wait_for_events
from crm_bridge.chat.views import (
    ConsentView,
    EventsView,
    MessageRequest,
    MessageView,
    PageView,
    SessionRequest,
    SessionView,
    TranscriptView,
)
from crm_bridge.conversations.models import Conversation
from playbook.model import Playbook

LARGEST_BODY_BYTES = 256 * 1024

router = APIRouter(prefix="/chat/v1", tags=["chat"], max_body_size=LARGEST_BODY_BYTES)


@router.post("/sessions", status_code=201, responses={200: {"model": SessionView}})
async def open_session(
    body: SessionRequest,
    response: Response,
    asked: FromPage,
    accept_language: Annotated[str | None, Header()] = None,
) -> SessionView:
    """Begin a conversation (201), or go on with that of a valid token or a mailed link (200)."""
    parts, now = asked.parts, asked.now
    parts.limits.sessions.take(asked.address, now)
    site = await parts.sites.get(body.site)
    await parts.sites.check_origin(site.slug, asked.origin)
    secret_key = parts.settings.secret_key.get_secret_value()
    shown = sessions.believed(body.identity_token, secret_key, site=site, now=now)
    lifetime = timedelta(days=parts.settings.chat.session_days)
    published = await parts.playbooks.latest(site.playbook)
    async with asked.database.transaction() as session:
        holder = await sessions.holder_of(session, asked.authorization, now=now)
        holder = holder if holder is not None and holder.site == site.slug else None
        resumed = await sessions.resume(
            session, site, holder, asked.authorization, shown=shown, lifetime=lifetime, now=now
        )
        if resumed is not None:
            token, conversation = resumed
            begun_with = await parts.playbooks.get(conversation.playbook, conversation.version)
            response.status_code = 200
            return _session_view(token, conversation, begun_with.playbook, resumed=True, now=now)
        token, conversation = await sessions.open_session(
            session,
            site,
            _arrival(body, accept_language),
            published=published,
            claims=shown.claims,
            lifetime=lifetime,
            now=now,
        )
        if shown.over:
            await returning.say_over(session, conversation, parts.sentences, now=now)
        return _session_view(token, conversation, published.playbook, resumed=False, now=now)


@router.delete("/sessions", status_code=204)
async def end_sessions(asked: FromPage) -> None:
    """The visitor asks for erasure of their data. The token is void at once."""
    async with asked.database.transaction() as session:
        holder = await asked.holder(session)
        await sessions.end_sessions(session, holder.conversation_id, now=asked.now)
    asked.parts.notifier.ring(holder.conversation_id)


@router.post("/end", status_code=200)
async def end_conversation(asked: FromPage) -> None:
    """The visitor closes the chat. What was said stays, the token is void."""
    async with asked.database.transaction() as session:
        holder = await asked.holder(session)
        await leaving.close(session, holder.conversation_id, now=asked.now)
    asked.parts.notifier.ring(holder.conversation_id)


@router.post("/transcript", status_code=202)
async def mail_transcript(asked: FromPage) -> TranscriptView:
    """Mail what was said to the address that the visitor proved or gave; 409 without one."""
    async with asked.database.transaction() as session:
        holder = await asked.holder(session)
        asked.parts.limits.transcripts.take(holder.conversation_id, asked.now)
        return TranscriptView(
            to=await leaving.ask_for_transcript(session, holder.conversation_id, now=asked.now)
        )


@router.post("/messages", status_code=202)
async def post_message(body: MessageRequest, asked: FromPage) -> MessageView:
    """Say something, or press a button. Answered once it is stored; the reply comes by
    the events."""
    parts = asked.parts
    parts.limits.posts_from.take(asked.address, asked.now)
    message = Message(cid=body.cid, text=body.text, payload=body.payload)
    conversation_id = ""
    if proving.may_be_code(message):
        proved = await _code(message, asked)
        if proved is not None:
            return proved
    try:
        async with asked.database.quick() as quick:
            conversation_id = (await asked.writer(quick)).conversation_id
            received = await messages.receive(
                quick,
                conversation_id,
                message,
                longest_text=parts.settings.chat.longest_text,
                playbooks=parts.playbooks,
                sentences=parts.sentences,
                now=asked.now,
            )
    except AlreadyReceived:
        async with asked.database.quick(readonly=True) as quick:
            earlier = await messages.received_before(quick, conversation_id, body.cid)
        if earlier is None:
            raise
        received = earlier
    return MessageView(id=received.id, seq=received.seq)


async def _code(message: Message, asked: Asked) -> MessageView | None:
    """Six digits where a code was sent: taken as the code. None: a message like any other."""
    async with asked.database.transaction() as session:
        holder = await asked.writer(session)
        earlier = await messages.received_before(session, holder.conversation_id, message.cid)
        if earlier is not None:
            return MessageView(id=earlier.id, seq=earlier.seq)
        received = await proving.hear_code(
            session,
            holder.conversation_id,
            message,
            secret=asked.parts.settings.secret_key.get_secret_value(),
            sentences=asked.parts.sentences,
            now=asked.now,
        )
    return None if received is None else MessageView(id=received.id, seq=received.seq)


@router.get("/events", response_model=None, responses={200: {"model": EventsView}})
async def events(
    asked: FromPage,
    after: Annotated[int, Query(ge=0, description="the last seq already known")] = 0,
    wait: Annotated[float | None, Query(ge=0, description="long poll, seconds; 0: at once")] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """The events beyond `after`: a stream (SSE), or with `wait` one JSON answer."""
    async with asked.database.quick(readonly=True) as quick:
        holder = await asked.holder(quick)
    asked.parts.limits.reads.take(holder.token_hash, asked.now)
    reader = LogReader(asked.database, asked.request.app.state.clock, asked.authorization)
    notifier, known = asked.parts.notifier, max(after, _number(last_event_id))
    if wait is None:
        return EventStream(reader.beyond, notifier, holder.conversation_id, after=known)
    found = await wait_for_events(
        reader.beyond, notifier, holder.conversation_id, after=known, seconds=wait
    )
    return Response(to_json({"events": found}), media_type="application/json", headers=HEADERS)


def _number(last_event_id: str | None) -> int:
    """The seq in a Last-Event-ID; what is none counts as the beginning."""
    text = (last_event_id or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _arrival(body: SessionRequest, accept_language: str | None) -> Arrival:
    page = body.page or PageView()
    return Arrival(
        language=body.language,
        page_language=page.language,
        accept_language=accept_language,
        timezone=body.timezone,
        source=clean_source(url=page.url, title=page.title, referrer=page.referrer, utm=page.utm),
    )


def _session_view(
    token: str, conversation: Conversation, playbook: Playbook, *, resumed: bool, now: datetime
) -> SessionView:
    consent = playbook.consent
    return SessionView(
        token=token,
        conversation_id=conversation.id,
        language=conversation.language,
        direction=conversation.direction,
        resumed=resumed,
        consent=ConsentView(
            required=consent.required,
            text=consent.text.get(conversation.language) or consent.text[playbook.default_language],
            version=consent.version,
            agreed=conversation.consented_at is not None,
        ),
        seq=conversation.last_seq,
        now=now,
    )
