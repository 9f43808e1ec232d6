"""Who may be met and for what: the advisors, the meeting and the rule of a search.

A conversation has the advisors of the route it was qualified for; before that, those of
the first route for its language. Over the API a playbook or an advisor is named: of a
playbook with several routes, any advisor whom they name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import together
from crm_bridge.booking.choose import Rule
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.grid import Grid, natural_step
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.errors import Invalid
from playbook.model import Meeting, Playbook, Route


class SomebodyNeeded(Invalid):
    code = "somebody_needed"


@dataclass(frozen=True, slots=True)
class Scope:
    """The advisors in the order of their route, and the meeting that is wanted. `owner` is
    the one of them who owns the visitor's contact, where the route wants them first."""

    advisors: tuple[str, ...]
    rule: Rule = "any"
    route: str = ""
    weights: Mapping[str, int] = field(default_factory=dict)
    owner: str | None = None
    length_minutes: int = 30
    notice: timedelta = timedelta(hours=2)
    window: timedelta = timedelta(days=30)
    titles: Mapping[str, str] = field(default_factory=dict)
    playbook: str | None = None
    playbook_version: int | None = None

    @property
    def grid(self) -> Grid:
        """How openings are spaced."""
        return Grid(step=natural_step(self.length_minutes))


async def of_conversation(session: AsyncSession, conversation: Conversation, desk: Desk) -> Scope:
    """What the visitor of a conversation may book."""
    published = await desk.playbooks.get(session, conversation.playbook, conversation.version)
    route = route_of(published.playbook, conversation.route, conversation.language)
    scope = _scope(published.playbook, published.version, route)
    if scope.rule != "owner_first":
        return scope
    # who only typed an address must not learn whose account it is, nor take that one's time
    contact = await contacts.proved_contact(session, conversation.id)
    return await _with_owner(session, scope, contact.owner if contact else None)


async def _with_owner(session: AsyncSession, scope: Scope, owner: str | None) -> Scope:
    """The scope with the owner of a contact (an advisor's id, or their address) in front,
    though they may be of another team."""
    if not owner:
        return scope
    named = owner.strip().casefold()
    for advisor in await advisors.list_advisors(session):
        if advisor.active and named in (advisor.id, advisor.email.casefold()):
            team = tuple(each for each in scope.advisors if each != advisor.id)
            return replace(scope, advisors=(advisor.id, *team), owner=advisor.id)
    return scope


async def of_conversation_id(
    session: AsyncSession, conversation_id: str, desk: Desk
) -> tuple[Conversation, Scope]:
    """The conversation and its scope. Raises ConversationUnknown."""
    conversation = await conversations.get(session, conversation_id)
    return conversation, await of_conversation(session, conversation, desk)


async def of_playbook(session: AsyncSession, name: str, desk: Desk) -> Scope:
    """Any advisor that a playbook's routes name, for its meeting. Raises NotFound."""
    published = await desk.playbooks.latest(session, name)
    routes = published.playbook.routes
    if len(routes) < 2:
        return _scope(published.playbook, published.version, next(iter(routes), None))
    everybody = tuple(dict.fromkeys(each for route in routes for each in route.advisors))
    weights = {name: each for route in reversed(routes) for name, each in route.weights.items()}
    whole = Route(id="", when=routes[0].when, advisors=everybody, weights=weights)
    return _scope(published.playbook, published.version, whole)


async def of_api(
    session: AsyncSession, desk: Desk, *, playbook: str | None, advisor: str | None
) -> Scope:
    """The advisor, the playbook's advisors, or the advisor with the playbook's meeting.

    Raises NotFound, and SomebodyNeeded when neither is named.
    """
    if advisor is None and playbook is None:
        raise SomebodyNeeded("name a playbook or an advisor")
    within = await of_playbook(session, playbook, desk) if playbook else None
    if advisor is None:
        assert within is not None  # noqa: S101 - one of the two is named
        return within
    await advisors.get(session, advisor)
    return of_advisor(advisor, within)


def of_advisor(advisor_id: str, within: Scope | None = None) -> Scope:
    """One advisor alone, for the meeting of another scope or the usual one."""
    alone = replace(within or Scope(advisors=()), advisors=(advisor_id,), rule="any")
    return replace(alone, route="", weights={}, owner=None)


async def of_booking(session: AsyncSession, booking: Booking, desk: Desk) -> Scope:
    """Where a booking may be moved to: its own advisors, its own length, the notice and
    window of its playbook."""
    scope = of_advisor(booking.advisor_id)
    if booking.playbook is not None and booking.playbook_version is not None:
        published = await desk.playbooks.get(session, booking.playbook, booking.playbook_version)
        scope = of_advisor(booking.advisor_id, _scope(published.playbook, published.version, None))
    minutes = (booking.end_at - booking.start_at) // timedelta(minutes=1)
    everybody = tuple(await together.ids_of(session, booking))
    rule: Rule = "all" if len(everybody) > 1 else "any"
    return replace(scope, length_minutes=minutes, advisors=everybody, rule=rule)


def route_of(playbook: Playbook, route_id: str | None, language: str) -> Route | None:
    """The route of that id, else the first for the language, else the first for any."""
    by_id = [route for route in playbook.routes if route.id == route_id]
    spoken = [route for route in playbook.routes if language in route.languages]
    anyone = [route for route in playbook.routes if not route.languages]
    return next(iter([*by_id, *spoken, *anyone]), None)


def _scope(playbook: Playbook, version: int, route: Route | None) -> Scope:
    meeting: Meeting = playbook.meeting
    return Scope(
        advisors=route.advisors if route else (),
        rule=route.choose if route else "any",
        route=route.id if route else "",
        weights=route.weights if route else {},
        length_minutes=(route and route.length_minutes) or meeting.length_minutes,
        notice=timedelta(hours=meeting.notice_hours),
        window=timedelta(days=meeting.window_days),
        titles=dict(meeting.title),
        playbook=playbook.name,
        playbook_version=version,
    )
