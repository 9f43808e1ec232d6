"""What an interview came to, and the records that follow from it.

Asked again, it brings the same records up to date: one conversation has at most one
deal, and an outcome that stayed the same is neither logged nor announced twice.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.dialogue import QualificationView
from contracts.dialogue import Reason as ReasonView
from contracts.turn import Answer, AnswerChange
from crm_bridge.activities import service as activities
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.unanswered import unanswered
from crm_bridge.core.errors import Conflict
from crm_bridge.core.outbox import announce
from crm_bridge.deals import service as deals
from crm_bridge.deals.amount import Amount, expected
from crm_bridge.deals.models import Deal
from crm_bridge.deals.pipeline import CALL_BACK, LOST, NEW
from crm_bridge.routing.interview import Interview, read
from crm_bridge.routing.route import RouteChoice, route
from crm_bridge.routing.told import told
from crm_bridge.scoring.outcome import Decision, decide, missing, nothing_given
from crm_bridge.scoring.score import Score, score
from playbook.model import Playbook

log = logging.getLogger(__name__)

OPENS_A_DEAL: Mapping[str, str] = {"qualified": NEW, "call_back": CALL_BACK}  # outcome -> stage


class AnswersMissing(Conflict):
    code = "answers_missing"


async def qualify(
    session: AsyncSession,
    conversation_id: str,
    changes: Sequence[AnswerChange] = (),
    *,
    now: datetime,
) -> QualificationView:
    """Decide the outcome from the stored answers and those of the running turn; keep it.

    Opens the deal of a qualified visitor and of one who is to be called back, logs the
    interview and announces conversation.qualified. Raises ConversationUnknown, and
    AnswersMissing when not one question was answered: something is broken then.
    """
    interview = await read(session, conversation_id, changes, now=now, for_update=True)
    if nothing_given(interview.playbook, interview.answers):
        log.error("conversation %s came to its end without one answer", conversation_id)
        raise AnswersMissing("not one question was answered", missing=_missing(interview))
    scored, choice, decision = _decided(interview)
    reasons = [
        {"rule": reason.rule, "points": reason.points, "because": reason.because}
        for reason in (*scored.reasons, *decision.reasons)
    ]
    contact = interview.contact
    routed = choice.route if decision.outcome in OPENS_A_DEAL else None
    deal = await _keep_deal(
        session, interview, decision, contact, scored, reasons, route_id=routed, now=now
    )
    view = QualificationView(
        outcome=decision.outcome,
        score=scored.points,
        reasons=tuple(ReasonView(**reason) for reason in reasons),
        route=routed,
        advisors=choice.advisors if decision.outcome == "qualified" else (),
        deal=deal.id if deal is not None and decision.outcome in OPENS_A_DEAL else None,
    )
    await _keep_outcome(session, interview, view, reasons, contact, now=now)
    return view


def _missing(interview: Interview) -> list[str]:
    lacking = missing(interview.playbook, interview.answers, today=interview.today)
    return [question.id for question in lacking]


def _decided(interview: Interview) -> tuple[Score, RouteChoice, Decision]:
    playbook, answers, today = interview.playbook, interview.answers, interview.today
    scored = score(playbook, answers, today=today)
    choice = route(playbook, answers, language=interview.conversation.language, today=today)
    decision = decide(playbook, answers, scored, routed=choice.route is not None, today=today)
    return scored, choice, decision


async def _keep_deal(
    session: AsyncSession,
    interview: Interview,
    decision: Decision,
    contact: Contact | None,
    scored: Score,
    reasons: Sequence[Mapping[str, Any]],
    *,
    route_id: str | None,
    now: datetime,
) -> Deal | None:
    conversation_id = interview.conversation.id
    stage = OPENS_A_DEAL.get(decision.outcome)
    if stage is None:
        deal = await deals.of_conversation(session, conversation_id)
        if deal is not None and deal.closed_at is None:
            await deals.move_to_stage(session, deal.id, LOST, now=now)
        return deal
    return await deals.open_deal(
        session,
        deal_name(interview.playbook, interview.kept),
        conversation_id=conversation_id,
        contact_id=contact.id if contact else None,
        company_id=contact.company_id if contact else None,
        amount=deal_amount(interview.playbook, interview.kept),
        score=scored.points,
        reasons=reasons,
        route=route_id,
        stage=stage,
        now=now,
    )


async def _keep_outcome(
    session: AsyncSession,
    interview: Interview,
    view: QualificationView,
    reasons: Sequence[Mapping[str, Any]],
    contact: Contact | None,
    *,
    now: datetime,
) -> None:
    conversation = interview.conversation
    before = (conversation.outcome, conversation.score, conversation.route)
    same_deal = view.deal is None or view.deal == conversation.deal_id
    if before == (view.outcome, view.score, view.route) and same_deal:
        return
    contact_id = contact.id if contact else None
    await conversations.record_outcome(
        session,
        conversation.id,
        outcome=view.outcome,
        score=view.score,
        reasons=reasons,
        route=view.route,
        deal_id=view.deal,
        contact_id=contact_id,
        now=now,
    )
    lines = [str(line) for line in told(interview.playbook, interview.kept)]
    asked = unanswered(interview.conversation.state)
    lines += [f"Asked and not answered: “{each}”" for each in asked]
    lines += [f"{reason['points']:+d} {reason['because']}" for reason in reasons]
    await activities.log_activity(
        session,
        kind="chat",
        subject=f"Interview: {view.outcome}, {view.score} points",
        body="\n".join(lines),
        contact_id=contact_id,
        conversation_id=conversation.id,
        deal_id=view.deal,
        now=now,
    )
    if view.outcome == "qualified":
        if contact is not None and contacts.only_of(contact, conversation.id):
            await contacts.advance_stage(session, contact.id, "qualified", now=now)
        data = {"conversation": conversation.id, "deal": view.deal, "route": view.route}
        announce(session, "conversation.qualified", data, now=now, subject_id=conversation.id)


def deal_name(playbook: Playbook, answers: Mapping[str, Answer]) -> str:
    """What a deal is called in lists: who, then what they need."""
    lines = told(playbook, answers)
    kinds = {question.id: question.kind for question in playbook.questions}

    def first(kind: str) -> str | None:
        return next(
            (
                line.said
                for line in lines
                if kinds.get(line.question) == kind and answers[line.question].status == "given"
            ),
            None,
        )

    who = first("company") or first("person") or "Website visitor"
    what = first("option")
    return f"{who}: {what}" if what else who


def deal_amount(playbook: Playbook, answers: Mapping[str, Answer]) -> Amount | None:
    """What the first question about money says the deal may bring."""
    for question in playbook.questions:
        answer = answers.get(question.id)
        if question.kind == "money" and answer is not None and answer.status == "given":
            return expected(answer.value)
    return None
