"""Who a meeting is with, as the mails and the page need it: from a conversation's answers,
or from what an API client sent."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Answer
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation

FIELDS: Final = ("name", "email", "phone", "company")


async def of_conversation(session: AsyncSession, conversation: Conversation) -> dict[str, Any]:
    """What the visitor said of themselves, their language and zone."""
    answers = await conversations.answers(session, conversation.id)
    said = {field: _text(answers, field) for field in FIELDS}
    return {
        **said,
        "language": conversation.language,
        "timezone": conversation.timezone,
        "locale": conversation.locale,
    }


def _text(answers: Mapping[str, Answer], field: str) -> str | None:
    answer = answers.get(field)
    if answer is None or answer.status != "given" or not isinstance(answer.value, str):
        return None
    return answer.value.strip() or None
