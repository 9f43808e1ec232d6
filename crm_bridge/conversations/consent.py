"""What a visitor agrees to: text and version are stored before anything about the person is.

A playbook that requires consent shows its line when the chat opens; a visitor who goes
on under it has agreed ("continued"), one who says so in the dialogue too ("said").
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from crm_bridge.conversations import repository
from crm_bridge.core.ids import new_id
from crm_bridge.core.prepared import Runner

# Kinds of playbook questions whose answers say who somebody is.
PERSONAL_KINDS: Final = frozenset({"person", "company", "email", "phone"})
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words agreed to (as shown, in `language`), their version, and how; "refused" is a
    no, in the visitor's own words."""

    version: str
    language: str
    text: str
    how: Literal["continued", "said", "refused"]
    purpose: Literal["chat", "marketing"] = "chat"


async def store(on: Runner, conversation_id: str, agreed: Agreed, *, now: datetime) -> None:
    """Keep the proof of one agreement. A no takes back every yes before it."""
    if agreed.how == REFUSED:
        await repository.withdraw_consents(on, conversation_id, agreed.purpose, now=now)
    values = {
        "id": new_id("cns"),
        "conversation_id": conversation_id,
        "purpose": agreed.purpose,
        "version": agreed.version,
        "language": agreed.language,
        "text": agreed.text,
        "how": agreed.how,
        "at": now,
    }
    await repository.add_consent(on, values)
