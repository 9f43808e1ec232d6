"""Conversations at the console: the list, one with all that was said, and contacts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, get_args

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.dialogue import Outcome
from contracts.turn import Answer
from crm_bridge.activities import repository as activities
from crm_bridge.booking import service as bookings
from crm_bridge.console import repository as users
from crm_bridge.console.render import HEADERS, page
from crm_bridge.console.signed_in import Person, SignedIn
from crm_bridge.console.talk import lines
from crm_bridge.console.views import ContactCard
from crm_bridge.contacts import repository as contact_rows
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import repository as conversation_rows
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.pagination import PageRequest
from crm_bridge.files import repository as files
from crm_bridge.playbooks import service as playbooks
from crm_bridge.web.dependencies import Reading
from playbook.model import Playbook

# What the console writes times in; an advisor's own zone stands with each meeting.
ZONE: Final = "UTC"
OUTCOMES: Final[tuple[str, ...]] = get_args(Outcome)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    conversation: Conversation
    who: str


def _said_name(answers: Mapping[str, Answer]) -> str | None:
    given = (answers.get(question) for question in ("name", "company", "email"))
    return next((str(answer.value) for answer in given if answer and answer.value), None)


async def _who(session: AsyncSession, conversation: Conversation) -> str:
    """The visitor's own words for themselves, else their contact, else a stranger."""
    said = _said_name(await conversations.answers(session, conversation.id))
    if said:
        return said
    card = await ContactCard.find(session, conversation.contact_id)
    return (card and (card.name or next(iter(card.emails), None))) or "A visitor"


def _english(text: Mapping[str, str], playbook: Playbook) -> str:
    """A playbook's text for the console, which is in English; in the playbook's own language
    where it knows no English."""
    return text.get("en") or text[playbook.default_language]


def _source(conversation: Conversation) -> Iterator[tuple[str, str]]:
    for name, what in (conversation.source or {}).items():
        if isinstance(what, Mapping):
            yield from ((f"{name} {key}", str(value)) for key, value in what.items())
        elif what:
            yield name, str(what)


async def _colleague(
    session: AsyncSession, conversation: Conversation, person: Person
) -> str | None:
    """Which other rep has taken the conversation over; None: the bot or the reader has it."""
    if conversation.owner is None or conversation.owner == person.user_id:
        return None
    user = await users.get_user(session, conversation.owner)
    return user.name if user else "A colleague"


@router.get("/conversations")
async def conversation_list(
    session: Reading, person: SignedIn, outcome: str = "", cursor: str | None = None
) -> Response:
    """Every conversation, newest first."""
    wanted = conversation_rows.matching(outcome=outcome or None)
    found = await conversation_rows.page(session, wanted, PageRequest(cursor=cursor or None))
    rows = [Row(one, await _who(session, one)) for one in found.items]
    return page(
        "conversations.html",
        live=True,
        person=person,
        section="Conversations",
        zone=ZONE,
        rows=rows,
        older=found.next,
        outcomes=OUTCOMES,
        chosen=outcome,
        cursor=cursor or "",
    )


@router.get("/conversations/{conversation_id}")
async def conversation_page(conversation_id: str, session: Reading, person: SignedIn) -> Response:
    """One conversation: transcript, answers, score with its reasons, contact, meeting."""
    conversation = await conversations.get(session, conversation_id)
    events, _news = await conversations.events(session, conversation_id)
    playbook = await playbooks.parsed(session, conversation.playbook, conversation.version)
    return page(
        "conversation.html",
        person=person,
        section="Conversations",
        zone=conversation.timezone,
        conversation=conversation,
        who=await _who(session, conversation),
        answers=await conversations.answers(session, conversation_id),
        labels={one.id: _english(one.label, playbook) for one in playbook.questions},
        titles={
            one.id: {option.id: _english(option.title, playbook) for option in one.options}
            for one in playbook.questions
        },
        lines=lines(events, conversation.timezone),
        colleague=await _colleague(session, conversation, person),
        seq=max((event["seq"] for event in events), default=0),
        files=await files.of_conversation(session, conversation_id),
        source=list(_source(conversation)),
        contact=await ContactCard.find(session, conversation.contact_id),
        booking=await bookings.view_for_conversation(session, conversation_id),
    )


@router.get("/conversations/{conversation_id}/transcript")
async def transcript_part(
    conversation_id: str, session: Reading, _person: SignedIn, after: int = 0
) -> Response:
    """What was said since: the open page asks for it every few seconds."""
    conversation = await conversations.get(session, conversation_id)
    events, _news = await conversations.events(session, conversation_id, after=after)
    return JSONResponse({"lines": lines(events, conversation.timezone)}, headers=HEADERS)


@router.get("/contacts")
async def contact_list(
    session: Reading,
    person: SignedIn,
    query: Annotated[str, Query(max_length=200)] = "",
    cursor: str | None = None,
) -> Response:
    """Contacts, newest first; `query` finds by name, address or number."""
    request = PageRequest(cursor=cursor or None)
    found = await contact_rows.list_page(session, request, query=query.strip() or None)
    cards = [await ContactCard.of(session, contact) for contact in found.items]
    return page(
        "contacts.html",
        person=person,
        section="Contacts",
        rows=cards,
        older=found.next,
        query=query,
    )


@router.get("/contacts/{contact_id}")
async def contact_page(contact_id: str, session: Reading, person: SignedIn) -> Response:
    """One contact with their conversations and activities."""
    contact = await contacts.get(session, contact_id)
    wanted = conversation_rows.matching(contact_id=contact_id)
    talks = await conversation_rows.page(session, wanted, PageRequest())
    done = await activities.list_page(session, PageRequest(), contact_id=contact_id)
    return page(
        "contact.html",
        person=person,
        section="Contacts",
        zone=ZONE,
        contact=await ContactCard.of(session, contact),
        conversations=talks.items,
        activities=done.items,
    )
