"""A visitor asks for a person: one ticket a conversation, with all that was told so far."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.dialogue import HandoverView
from contracts.turn import AnswerChange
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations.unanswered import unanswered
from crm_bridge.routing.interview import Interview, read
from crm_bridge.routing.qualify import deal_name
from crm_bridge.routing.told import told
from crm_bridge.tickets import service as tickets

SUBJECTS = {
    "call_back": "Call back",
    "stuck": "Could not go on in the chat",
    "abuse": "Abusive chat",
}
ASKED = "Asked for a person"
OCCASION = "handover"


async def hand_over(
    session: AsyncSession,
    conversation_id: str,
    reason: str = "",
    changes: Sequence[AnswerChange] = (),
    *,
    now: datetime,
) -> HandoverView:
    """Open the ticket, or bring the conversation's own up to date. Announces
    ticket.opened, by which the reps are told. Raises ConversationUnknown."""
    interview = await read(session, conversation_id, changes, now=now)
    contact = await contacts.claimed_contact(session, conversation_id)
    who = deal_name(interview.playbook, interview.kept)
    ticket = await tickets.open_ticket(
        session,
        f"{SUBJECTS.get(reason, ASKED)}: {who}",
        body=_body(interview, reason),
        conversation_id=conversation_id,
        contact_id=contact.id if contact else None,
        occasion=f"{OCCASION}:{conversation_id}",
        now=now,
    )
    # Nobody is there as long as the console keeps no presence: the visitor is offered a
    # time instead of being left waiting.
    return HandoverView(ticket=ticket.id, staffed=False)


def _body(interview: Interview, reason: str) -> str:
    lines = [f"Reason: {reason}"] if reason else []
    lines += [f"Language: {interview.conversation.language}"]
    lines += [str(line) for line in told(interview.playbook, interview.kept)]
    asked = unanswered(interview.conversation.state)
    return "\n".join([*lines, *(f"Asked and not answered: “{each}”" for each in asked)])
