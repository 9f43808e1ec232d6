"""Whether a visitor may be sent offers: what was said of it in the chat stands at the contact
too, also where it was said before an address was known, or before a wrong one was corrected."""

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.consent import REFUSED


async def stand_at_contact(
    session: AsyncSession, conversation_id: str, contact_id: str, *, verified: bool
) -> None:
    """Every yes and no of the conversation, each once a contact; call it whenever one is said
    and whenever the visitor has said, or proved, to be another contact. Tells nobody whether
    the contact was known before."""
    for said in await conversations.consents(session, conversation_id):
        if said.purpose == "marketing":
            await contacts.record_consent(
                session,
                contact_id=contact_id,
                conversation_id=conversation_id,
                purpose="marketing",
                granted=said.how != REFUSED,
                text=said.text,
                version=said.version,
                language=said.language,
                verified=verified,
                consent_id=f"{said.id}_{contact_id}",
                now=said.at,
            )
