"""A visitor asks for a person: the reps are told by mail, with all that is known so far."""

from functools import partial
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Answer
from crm_bridge.chat.facts import Playbooks
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.conversations.transcript import ConversationUnknown
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.answers import answer_rows, unanswered_rows
from crm_bridge.invites.ics import Person
from crm_bridge.invites.letter import Letter, Link, Section, rows, sections
from crm_bridge.invites.letters import language_name
from crm_bridge.invites.mail import Envelope, build, thread_of
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts
from crm_bridge.settings import Settings
from playbook.dates import locale_of
from playbook.model import Playbook

LANGUAGE: Final = "en"  # of the reps: they are many


class HandoverNotices:
    """The outbox's handler of conversation.handover_requested."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        post: PostOffice,
        texts: Texts,
        playbooks: Playbooks,
    ) -> None:
        self._database = database
        self._settings = settings
        self._post = post
        self._texts = texts
        self._playbooks = playbooks

    async def on_handover_requested(self, event: Event) -> None:
        """Mail the hand-over to every rep. Raises MailRefused while the server does."""
        reps = _addresses(self._settings.mail.reps)
        if not reps:
            return
        async with self._database.reading() as session:
            letter = await self._letter(session, event)
        if letter is None:
            return
        sender = Person(self._settings.mail.sender_name, self._settings.mail.sender)
        for number, address in enumerate(reps):
            recipient = f"rep-{number}"
            envelope = Envelope(
                sender=sender,
                to=Person("", address),
                key=f"{event.id}-{recipient}",
                thread=thread_of(event.data["conversation"], "handover"),
                at=event.at,
            )
            await self._post.send(event.id, recipient, partial(build, letter, envelope))

    async def _letter(self, session: AsyncSession, event: Event) -> Letter | None:
        try:
            conversation = await conversations.get(session, event.data["conversation"])
        except ConversationUnknown:
            return None
        if conversation.erased_at is not None:
            return None
        answers = await conversations.answers(session, conversation.id)
        published = await self._playbooks.get(session, conversation.playbook, conversation.version)
        url = f"{self._settings.public_url.rstrip('/')}/console/conversations/{conversation.id}"
        said = str(event.data.get("reason") or "")
        return self._written(conversation, answers, published.playbook, url=url, said=said)

    def _written(
        self,
        conversation: Conversation,
        answers: dict[str, Answer],
        playbook: Playbook,
        *,
        url: str,
        said: str,
    ) -> Letter:
        words = self._texts.of(LANGUAGE)
        locale = locale_of(LANGUAGE)
        visitor = _name(answers) or words["somebody"]
        page = conversation.source.get("url") or conversation.source.get("title")
        about = rows(
            (words["handover_reason"], said),
            (words["language"], language_name(conversation.language, LANGUAGE)),
            (words["source"], str(page) if page else None),
            (words["score"], str(conversation.score) if conversation.score is not None else None),
        )
        told = answer_rows(playbook, answers, words, locale)
        told += unanswered_rows(conversation.state, words)
        return Letter(
            language=LANGUAGE,
            subject=words.say("handover_subject", visitor=visitor),
            hello="",
            lead=words.say("handover_lead", visitor=visitor[:1].upper() + visitor[1:]),
            sections=sections([Section(about), Section(told, words["answers"])]),
            links=(Link(words["open_conversation"], url),),
        )


def _addresses(setting: str) -> list[str]:
    return [address.strip() for address in setting.split(",") if "@" in address]


def _name(answers: dict[str, Answer]) -> str | None:
    for question in ("name", "company", "email"):
        answer = answers.get(question)
        if answer is not None and isinstance(answer.value, str) and answer.value.strip():
            return answer.value.strip()
    return None
