"""The mail with the code that proves an address."""

from functools import partial

from crm_bridge.contacts.models import IdentityProof
from crm_bridge.contacts.proof import code_of
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites.ics import Person
from crm_bridge.invites.letter import Letter
from crm_bridge.invites.mail import Envelope, build, thread_of
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts
from crm_bridge.settings import Settings


class CodeMail:
    """The outbox's handler of identity.code_wanted."""

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, post: PostOffice, texts: Texts
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._post = post
        self._texts = texts

    async def __call__(self, event: Event) -> None:
        """Mail the code, unless it is void by now. Raises MailRefused while the server does."""
        async with self._database.reading() as session:
            proof = await session.get(IdentityProof, event.data["conversation"])
            conversation = await session.get(Conversation, event.data["conversation"])
        if proof is None or conversation is None or proof.expires_at <= self._clock.now():
            return
        words = self._texts.of(conversation.language)
        code = code_of(proof, self._settings.secret_key.get_secret_value())
        letter = Letter(
            language=words.language,
            subject=words.say("code_subject", code=code),
            hello=words["hello_nameless"],
            lead=words.say("code_lead", code=code),
            closing=(words["code_holds"],),
        )
        envelope = Envelope(
            sender=Person(self._settings.mail.sender_name, self._settings.mail.sender),
            to=Person("", proof.email),
            key=f"{event.id}-code",
            thread=thread_of(proof.conversation_id, "code"),
            at=event.at,
        )
        await self._post.send(event.id, "code", partial(build, letter, envelope))
