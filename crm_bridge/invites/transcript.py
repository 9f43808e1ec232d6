"""A visitor asked for the conversation by mail: what was said, as it was shown."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import leaving
from crm_bridge.conversations import repository
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.conversations.transcript import ConversationUnknown
from crm_bridge.core.database import AnyRow, Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.ics import Person
from crm_bridge.invites.letter import Letter, Row, Section
from crm_bridge.invites.mail import Envelope, build, thread_of
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts, Words
from crm_bridge.settings import Settings


class TranscriptMail:
    """The outbox's handler of conversation.transcript_requested."""

    def __init__(
        self, database: Database, settings: Settings, post: PostOffice, texts: Texts
    ) -> None:
        self._database = database
        self._settings = settings
        self._post = post
        self._texts = texts

    async def on_transcript_requested(self, event: Event) -> None:
        """Mail it, unless the conversation was erased meanwhile. Raises MailRefused while the
        server refuses."""
        async with self._database.reading() as session:
            found = await self._found(session, event.data["conversation"])
        if found is None:
            return
        conversation, address, lines = found
        letter = _written(conversation, lines, self._texts.of(conversation.language))
        envelope = Envelope(
            sender=Person(self._settings.mail.sender_name, self._settings.mail.sender),
            to=Person("", address),
            key=f"{event.id}-transcript",
            thread=thread_of(conversation.id, "transcript"),
            at=event.at,
        )
        await self._post.send(event.id, "visitor", partial(build, letter, envelope))

    async def _found(
        self, session: AsyncSession, conversation_id: str
    ) -> tuple[Conversation, str, Sequence[AnyRow]] | None:
        try:
            conversation = await conversations.get(session, conversation_id)
        except ConversationUnknown:
            return None
        address = await leaving.address_of(session, conversation_id)
        if conversation.erased_at is not None or address is None:
            return None
        return conversation, address, await repository.events_after(session, conversation_id, 0)


def _written(conversation: Conversation, lines: Sequence[AnyRow], words: Words) -> Letter:
    """The letter in the language of the conversation."""
    who = {"visitor": words["transcript_you"], "rep": words["transcript_rep"]}
    said = [
        Row(who.get(line.author, words["transcript_assistant"]), line.text)
        for line in lines
        if line.kind == "message" and line.text
    ]
    return Letter(
        language=words.language,
        subject=words["transcript_subject"],
        hello=words["hello_nameless"],
        lead=words.say("transcript_lead", date=f"{conversation.created_at:%Y-%m-%d}"),
        sections=(Section(tuple(said)),),
        links=(),
    )
