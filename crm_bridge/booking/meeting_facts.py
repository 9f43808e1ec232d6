"""A booking as the letters, the page and the calendars tell it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.lists import format_list
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import offer, scope, together, visitor
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.models import Advisor
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.invites.answers import answer_rows, unanswered_rows
from crm_bridge.invites.meeting import Background, Meeting, Side
from crm_bridge.invites.texts import Texts
from crm_bridge.scoring.service import standing_of
from playbook.dates import locale_of

OFFERED: Final = 3


class MeetingFacts:
    """Reads what there is to tell."""

    def __init__(self, desk: Desk, texts: Texts) -> None:
        self._desk = desk
        self._texts = texts

    async def of(
        self,
        session: AsyncSession,
        booking: Booking,
        *,
        before: str | None = None,
        advisor_id: str | None = None,
    ) -> Meeting:
        """The meeting; `before` is where it was, in ISO 8601. Where several advisors meet the
        visitor: as the visitor sees it, or (`advisor_id`) one of them."""
        everybody = await together.advisors_of(session, booking)
        advisor = next((each for each in everybody if each.id == advisor_id), everybody[0])
        name, others = _listed(everybody, booking.visitor.get("language") or "en"), ""
        if advisor_id is not None:
            name = advisor.name
            rest = [each for each in everybody if each is not advisor]
            others = _listed(rest, advisor.language)
        person = booking.visitor
        background, conversation = Background(), None
        if booking.conversation_id is not None:
            conversation = await session.get(Conversation, booking.conversation_id)
        if conversation is not None and conversation.erased_at is None:
            background = await self._background(session, conversation, advisor)
        settings = self._desk.settings
        return Meeting(
            booking=booking.id,
            uid=booking.uid,
            sequence=booking.sequence,
            start=booking.start_at,
            end=booking.end_at,
            before=datetime.fromisoformat(before) if before else None,
            visitor=_visitor(booking, advisor),
            advisor=Side(name, advisor.email, advisor.language, ZoneInfo(advisor.timezone)),
            others=others,
            titles=booking.titles,
            signed=settings.mail.sender_name,
            phone=person.get("phone") or "",
            company=person.get("company") or "",
            video_url=booking.video_url or "",
            video_later=settings.video.provider != "none" and not booking.video_url,
            page_url=self._desk.page_url(booking.id),
            by_advisor=booking.ended_by == "advisor",
            background=background,
        )

    async def with_openings(
        self, session: AsyncSession, booking: Booking, meeting: Meeting, *, now: datetime
    ) -> Meeting:
        """The same, by the advisor's doing, with the nearest times to meet instead."""
        where = await scope.of_booking(session, booking, self._desk)
        mine = offer.Ignored(bookings=(booking.id,))
        near = max(booking.start_at, now + timedelta(hours=1))
        found = await offer.nearest(session, where, near, now=now, ignored=mine)
        others = [each.start for each in found if each.start != booking.start_at]
        return replace(meeting, openings=tuple(sorted(others[:OFFERED])), by_advisor=True)

    async def _background(
        self, session: AsyncSession, conversation: Conversation, advisor: Advisor
    ) -> Background:
        said = await conversations.answers(session, conversation.id)
        answers = {each: answer for each, answer in said.items() if each not in visitor.FIELDS}
        published = await self._desk.playbooks.get(
            session, conversation.playbook, conversation.version
        )
        words = self._texts.of(advisor.language)
        standing = await standing_of(session, conversation.contact_id)
        public = self._desk.settings.public_url.rstrip("/")
        return Background(
            conversation_url=f"{public}/console/conversations/{conversation.id}",
            answers=(
                *answer_rows(published.playbook, answers, words, locale_of(words.language)),
                *unanswered_rows(conversation.state, words),
            ),
            score=conversation.score,
            reasons=tuple(_reason(each) for each in conversation.reasons),
            percent=standing.percent if standing else None,
            moved_by=tuple(f"{points:+.0f} {why}" for why, points in standing.reasons)
            if standing
            else (),
        )


def _listed(several: Sequence[Advisor], language: str) -> str:
    """ "Maja and Noam", in that language."""
    return format_list([each.name for each in several], locale=language) if several else ""


def _visitor(booking: Booking, advisor: Advisor) -> Side:
    person = booking.visitor
    zone = person.get("timezone") or advisor.timezone
    return Side(
        name=person.get("name") or "",
        email=person.get("email") or "",
        language=person.get("language") or "en",
        zone=ZoneInfo(zone),
        locale=person.get("locale"),
    )


def _reason(reason: dict[str, object]) -> str:
    points, because = reason.get("points"), str(reason.get("because", ""))
    return f"{points:+d} {because}" if isinstance(points, int) else because
