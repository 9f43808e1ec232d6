"""Makers for tests: an API key's headers, and records with defaults."""

from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import AnswerChange
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.playbooks.models import PlaybookVersion
from crm_bridge.playbooks.parse import parse
from crm_bridge.web import api_keys
from tests.crm_bridge.conftest import INTERNAL_KEY, NOW

INTERNAL = {"Authorization": f"Bearer {INTERNAL_KEY}"}
CONSULTING = (Path(__file__).resolve().parents[2] / "data/playbooks/consulting.yml").read_text(
    "utf-8"
)
# An interview of the consulting playbook with every required answer: 80 points.
WHOLE: dict[str, Any] = {
    "need": "chatbot",
    "industry": "retail",
    "company_size": {"min": 25, "max": 25},
    "budget": {"min": 10000, "max": 15000, "currency": "EUR"},
    "timeline": {"by_months": 3},
    "name": "Jane Doe",
    "company": "Acme Ltd",
    "email": "jane.doe@acme.io",
}


async def key_headers(database: Database, *scopes: str) -> dict[str, str]:
    """Headers with a fresh API key; by default it may do everything."""
    async with database.transaction() as session:
        key = await api_keys.create_key(
            session, "tests", scopes=scopes or ("read", "write"), now=NOW
        )
    return {"Authorization": f"Bearer {key.secret}"}


async def make_contact(database: Database, **values: Any) -> str:
    """A contact that the company had before; its id."""
    values = {"name": "Jane Doe", "emails": ["jane@acme.io"], **values}
    async with database.transaction() as session:
        return (await contacts.create(session, values, by="api:key_1", now=NOW)).id


def given(values: dict[str, Any]) -> tuple[AnswerChange, ...]:
    """Answers as the action reports them; a value "declined" or "unknown" is that status."""
    return tuple(
        AnswerChange(question=question, status=value, text=f"{question} in words")
        if value in ("declined", "unknown")
        else AnswerChange(question=question, value=value, text=f"{question} in words")
        for question, value in values.items()
    )


async def published_as_it_is(session: AsyncSession, source: str) -> PlaybookVersion:
    """A source as version 1, without the half second that proving it sound takes."""
    name = parse(source, "consulting").name
    row = PlaybookVersion(name=name, version=1, source=source, sha256="", published_at=NOW)
    return await session.merge(row)


async def make_conversation(
    database: Database,
    answers: dict[str, Any] | None = None,
    *,
    conversation_id: str = "cnv_1",
    playbook: str = CONSULTING,
    claimed: bool = True,
    **columns: Any,
) -> str:
    """A conversation on the playbook written in `playbook`, with answers stored and (where an address
    or a number is among them) claimed; its id."""
    answers = WHOLE if answers is None else answers
    async with database.transaction() as session:
        published = await published_as_it_is(session, playbook)
        fields: dict[str, Any] = {
            "site": "demo",
            "playbook": published.name,
            "version": published.version,
            "language": "en",
            "timezone": "Europe/London",
            "consented_at": NOW,
            "created_at": NOW,
            "updated_at": NOW,
        }
        session.add(Conversation(id=conversation_id, **{**fields, **columns}))
        await session.flush()
        await conversations.add_answers(session, conversation_id, given(answers), now=NOW)
        if claimed and (answers.get("email") or answers.get("phone")):
            made = await contacts.claim(
                session,
                conversation_id=conversation_id,
                email=answers.get("email"),
                phone=answers.get("phone"),
                name=answers.get("name"),
                company=answers.get("company"),
                now=NOW,
            )
            await conversations.attach_contact(session, conversation_id, made.contact_id)
    return conversation_id
