"""Visitors' sessions: opened once, resumed from any tab, ended with an erasure.

Nothing of a visitor is stored before the first call here.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Utterance
from crm_bridge.chat import language, offers, repository, returning, service, turns
from crm_bridge.chat.facts import Published
from crm_bridge.chat.identity import (
    LINK_LIFE,
    IdentityExpired,
    IdentityRefused,
    link_secret,
    site_secret,
    verified_claims,
)
from crm_bridge.chat.sites import SiteFacts
from crm_bridge.contacts import proof
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.errors import NotSignedIn
from crm_bridge.core.ids import new_id, new_token, token_hash
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner

log = logging.getLogger(__name__)


class SessionUnknown(NotSignedIn):
    code = "session_unknown"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visitor who opens the chat: what the page and the browser say. Untrusted."""

    language: str | None
    page_language: str | None
    accept_language: str | None
    timezone: str | None
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever shows a valid token."""

    token_hash: str
    site: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What an identity token proves: `claims`, None for nothing. `mailed`: it stood in a link
    that we mailed; `over`: in one that held no longer."""

    claims: Mapping[str, str] | None = None
    mailed: bool = False
    over: bool = False


async def open_session(
    session: AsyncSession,
    site: SiteFacts,
    arrival: Arrival,
    *,
    published: Published,
    claims: Mapping[str, str] | None,
    lifetime: timedelta,
    now: datetime,
) -> tuple[str, Conversation]:
    """Begin a conversation and give the token for it. The greeting comes as the answer to
    a turn of the system's own."""
    playbook = published.playbook
    opening = language.choose(
        wanted=arrival.language,
        page=arrival.page_language,
        accept_language=arrival.accept_language,
        default=_default_language(site, published),
        offered=playbook.languages,
    )
    conversation = Conversation(
        id=new_id("cnv"),
        site=site.slug,
        playbook=playbook.name,
        version=published.version,
        language=opening.language,
        page_language=opening.page_language,
        locale=opening.locale,
        timezone=_timezone(arrival.timezone, site),
        identity="verified" if claims else "anonymous",
        claims=dict(claims or {}),
        source=dict(arrival.source),
        consent_required=playbook.consent.required,
        last_seq=0,
        last_turn=1,
        created_at=now,
        updated_at=now,
    )
    session.add(conversation)
    await session.flush()
    await _prove(session, conversation, claims, now=now)
    token = await hand_token(session, conversation, lifetime=lifetime, now=now)
    start = Utterance(system="start")
    await turns.queue(session, conversation.id, 1, start, event_seq=None, now=now)
    data = {"conversation": conversation.id, "site": site.slug}
    announce(session, "conversation.started", data, now=now, subject_id=conversation.id)
    return token, conversation


async def hand_token(
    session: AsyncSession, conversation: Conversation, *, lifetime: timedelta, now: datetime
) -> str:
    """A key to the conversation for one browser."""
    token = new_token()
    values = {
        "token_hash": token_hash(token),
        "site": conversation.site,
        "conversation_id": conversation.id,
        "created_at": now,
        "expires_at": now + lifetime,
    }
    await repository.add_session(session, values)
    return token


async def resume(
    session: AsyncSession,
    site: SiteFacts,
    holder: Holder | None,
    authorization: str | None,
    *,
    shown: Shown,
    lifetime: timedelta,
    now: datetime,
) -> tuple[str, Conversation] | None:
    """Go on with the conversation that a mailed link leads to, else with that of a token
    that is still good (`holder`); the browser's token for it. None: there is neither."""
    if shown.mailed and shown.claims:
        own = holder.conversation_id if holder is not None else None
        found = await returning.find(
            session, site.slug, shown.claims, own=own, lifetime=lifetime, now=now
        )
        if found is not None:
            await returning.go_on(session, found, shown.claims, now=now)
            found.identity = "verified"
            await _prove(session, found, shown.claims, now=now)
            return await hand_token(session, found, lifetime=lifetime, now=now), found
    if holder is None:
        return None
    conversation = await _resume_own(session, holder, shown, lifetime=lifetime, now=now)
    return (authorization or "").partition(" ")[2].strip(), conversation


async def _resume_own(
    session: AsyncSession, holder: Holder, shown: Shown, *, lifetime: timedelta, now: datetime
) -> Conversation:
    """The conversation of a token, which lives on from now. An identity proved only now
    counts from now; one proved before stays."""
    conversation = await conversations.get(session, holder.conversation_id)
    await repository.extend_session(session, holder.token_hash, now + lifetime)
    if shown.claims:
        before = conversation.identity
        conversation.identity = "verified"
        conversation.claims = dict(shown.claims)
        await _prove(session, conversation, shown.claims, now=now)
        if shown.mailed and before != "verified":
            await service.queue_system_turn(session, conversation.id, "proved", now=now)
    return conversation


async def _prove(
    session: AsyncSession,
    conversation: Conversation,
    claims: Mapping[str, str] | None,
    *,
    now: datetime,
) -> None:
    """What is stored of a visitor whose address is proved is known to the dialogue, which
    asks whether it still holds; what the token says stands before it."""
    email = (claims or {}).get("email")
    if claims and email:
        await proof.prove(session, conversation.id, email, now=now)
        conversation.claims = {**await proof.known_of(session, email), **claims}
        proved = await proof.proved_contact_id(session, conversation.id)
        conversation.contact_id = proved or conversation.contact_id
        if proved:
            await offers.stand_at_contact(session, conversation.id, proved, verified=True)


async def holder_of(on: Runner, authorization: str | None, *, now: datetime) -> Holder | None:
    """Who shows `Authorization: Bearer TOKEN`; None when it is no valid token."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    hashed = token_hash(token.strip())
    found = await repository.session_by_hash(on, hashed)
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return None
    return Holder(token_hash=hashed, site=found.site, conversation_id=found.conversation_id)


async def end_sessions(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """The visitor wants their data gone: no token opens the conversation from now on, no
    turn of it is tried, and privacy erases it on hearing conversation.erasure_requested."""
    await turns.skip(session, conversation_id, now=now)
    await repository.revoke_sessions(session, conversation_id, now=now)
    data = {"conversation": conversation_id}
    announce(session, "conversation.erasure_requested", data, now=now, subject_id=conversation_id)


def believed(token: str | None, secret_key: str, *, site: SiteFacts, now: datetime) -> Shown:
    """What an identity token (of the host site, or of a link that we mailed) proves; one that
    proves nothing is a line in the log."""
    if not token:
        return Shown()
    slug, version = site.slug, site.identity_key_version
    with suppress(IdentityRefused):
        mailed = link_secret(secret_key, slug, version=version)
        week = LINK_LIFE.total_seconds()
        try:
            claims = verified_claims(token, mailed, site=slug, now=now, longest_seconds=week)
        except IdentityExpired:
            log.info("a mailed link of site %s is over", slug)
            return Shown(over=True)
        return Shown(claims, mailed=True)
    try:
        secret = site_secret(secret_key, slug, version=version)
        return Shown(verified_claims(token, secret, site=slug, now=now))
    except IdentityRefused as fault:
        log.warning("problem identity_refused: site %s: %s", slug, fault)
        return Shown()


def _default_language(site: SiteFacts, published: Published) -> str:
    playbook = published.playbook
    own = site.default_language
    return own if own in playbook.languages else playbook.default_language


def _timezone(wanted: str | None, site: SiteFacts) -> str:
    return wanted if wanted is not None and wanted in _timezones() else site.timezone


@cache
def _timezones() -> frozenset[str]:
    """Six hundred names, read from the disk once."""
    return frozenset(available_timezones())
