"""The only wiring of the bridge: which parts there are and how they meet.

`create_app` connects nothing; the database is opened and background work begins when
the server starts (lifespan) and ends with it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI

from crm_bridge.activities import endpoints as activities
from crm_bridge.booking import endpoints as booking
from crm_bridge.booking import endpoints_internal as booking_internal
from crm_bridge.booking import no_offers
from crm_bridge.booking import page as booking_page
from crm_bridge.booking import parts as booking_parts
from crm_bridge.booking.aftercare import Aftercare
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import Sweeper
from crm_bridge.booking.hold_news import HoldNews
from crm_bridge.booking.host_changes import HostChanges
from crm_bridge.booking.repository import bookings_among
from crm_bridge.booking.standing import Standings
from crm_bridge.calendars import endpoints as calendars
from crm_bridge.calendars import parts as calendar_parts
from crm_bridge.calendars.health import calendar_checks
from crm_bridge.calendars.parts import CalendarParts
from crm_bridge.chat import endpoints as chat
from crm_bridge.chat import file_endpoints as files
from crm_bridge.chat import identity_endpoints as identity
from crm_bridge.chat import internal_endpoints as turns
from crm_bridge.chat import parts as chat_parts
from crm_bridge.chat.facts import Shelf
from crm_bridge.chat.parts import ChatParts
from crm_bridge.chat.proving import CodeWanted
from crm_bridge.companies import endpoints as companies
from crm_bridge.companies import order_endpoints as company_order
from crm_bridge.console import endpoints as console
from crm_bridge.contacts import endpoints as contacts
from crm_bridge.contacts import order_endpoints as contact_order
from crm_bridge.contacts.quick_lookup import QuickLookup
from crm_bridge.conversations import endpoints as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.outbox import Dispatcher, Handler
from crm_bridge.deals import endpoints as deals
from crm_bridge.deals.in_force import read_file
from crm_bridge.demo import endpoints as demo
from crm_bridge.durable import parts as durable_parts
from crm_bridge.enrichment import endpoints as enrichment
from crm_bridge.enrichment import parts as enrichment_parts
from crm_bridge.enrichment.service import ContactEnricher
from crm_bridge.faq import endpoints as faq
from crm_bridge.faq.shelf import Shelf as FaqShelf
from crm_bridge.files.folder import Folder
from crm_bridge.files.handlers import ForgetFiles
from crm_bridge.invites import parts as mail_parts
from crm_bridge.invites.calendar_notices import CalendarNotices
from crm_bridge.invites.code_mail import CodeMail
from crm_bridge.invites.handover import HandoverNotices
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.transcript import TranscriptMail
from crm_bridge.playbooks import endpoints as playbooks
from crm_bridge.playbooks.service import Library, seed_at_first_start
from crm_bridge.privacy import endpoints as privacy
from crm_bridge.privacy.handlers import EraseRequested, ForgetTracker
from crm_bridge.privacy.nightly import Nightly
from crm_bridge.routing import endpoints as routing
from crm_bridge.routing.follow import (
    AnswersFollower,
    HandoverFollower,
    OffersFollower,
)
from crm_bridge.routing.rescore import Rescorer
from crm_bridge.scoring.service import ScoreFollower
from crm_bridge.settings import Settings
from crm_bridge.sync import inbound as crm_webhooks
from crm_bridge.sync.worker import Syncer
from crm_bridge.tickets import endpoints as tickets
from crm_bridge.video.providers import rooms_of
from crm_bridge.web import assets, health, problems
from crm_bridge.web.closing import told_before_the_end
from crm_bridge.web.cors import CrossOrigin
from crm_bridge.web.health import Checks, database_check
from crm_bridge.web.idempotency import Forgetter
from crm_bridge.web.rate_limit import RateLimit
from crm_bridge.webhooks import endpoints as webhooks
from crm_bridge.webhooks.sender import WebhookSender
from crm_bridge.webhooks.service import fan_out as fan_out_to_webhooks

log = logging.getLogger(__name__)

SIGN_INS_PER_MINUTE = 10
# what outside CRMs alone are told of
CRM_NEWS = (
    "company.created",
    "company.changed",
    "company.merged",
    "company.unmerged",
    "contact.consent_changed",
    "contact.unmerged",
    "deal.opened",
    "deal.changed",
    "deal.moved",
)

Background = Callable[[], Coroutine[Any, Any, None]]


def handlers(app: FastAPI) -> Mapping[str, Sequence[tuple[str, Handler]]]:
    """The one table from event to handlers: name -> (handler's stable name, function)."""
    parts = (app.state.database, app.state.clock)
    settings: Settings = app.state.settings
    eraser = EraseRequested(*parts, mail_folder=settings.var / "outbox")
    forget_tracker = ForgetTracker(settings.bots, settings.internal_key.get_secret_value())
    enricher = ContactEnricher(*parts)
    care: Aftercare = app.state.aftercare
    points = ScoreFollower(*parts)
    hosts = HostChanges(*parts, app.state.desk)
    mail: MailParts = app.state.mail
    library: Library = app.state.playbooks
    syncer: Syncer = app.state.crm_syncer
    codes = CodeMail(*parts, settings, mail.post, mail.texts)
    transcripts = TranscriptMail(app.state.database, settings, mail.post, mail.texts)
    reps = HandoverNotices(app.state.database, settings, mail.post, mail.texts, library)
    stale = CalendarNotices(app.state.database, settings, mail.post, mail.texts)
    return {
        "contact.created": [("enrich_contact", enricher), ("crm_outbox", syncer.on_news)],
        "contact.changed": [
            ("enrich_contact", enricher),
            ("count_points", points),
            ("crm_outbox", syncer.on_news),
        ],
        **{name: [("crm_outbox", syncer.on_news)] for name in CRM_NEWS},
        "crm.webhook_received": [("hear_crm", syncer.on_received)],
        "crm.record_erased": [("erase_in_crm", syncer.on_erased)],
        "contact.merged": [("count_points", points), ("crm_outbox", syncer.on_news)],
        "conversation.outcome": [("count_points", points)],
        "conversation.answered": [
            ("records_follow_answers", AnswersFollower(*parts, Shelf(app.state.database, library))),
            ("ask_registers", app.state.asking.on_answered),
        ],
        "company.enriched": [("score_anew", Rescorer(*parts))],
        "conversation.opt_in_given": [("consent_of_contact", OffersFollower(*parts))],
        "conversation.opt_out_given": [("consent_of_contact", OffersFollower(*parts))],
        "conversation.transcript_requested": [
            ("mail_transcript", transcripts.on_transcript_requested)
        ],
        "conversation.handover_requested": [
            ("ticket_for_handover", HandoverFollower(*parts)),
            ("mail_handover", reps.on_handover_requested),
        ],
        "conversation.code_wanted": [("begin_proof", CodeWanted(*parts))],
        "identity.code_wanted": [("mail_code", codes)],
        "hold.expired": [("say_hold_expired", HoldNews(*parts).on_hold_expired)],
        "booking.confirmed": [("aftercare", care.on_change)],
        "booking.moved": [("aftercare", care.on_change)],
        "booking.cancelled": [("aftercare", care.on_change)],
        "calendar.entry_moved": [("booking_follows_calendar", hosts.on_entry_moved)],
        "calendar.entry_gone": [("booking_leaves_calendar", hosts.on_entry_gone)],
        "booking.no_show": [("aftercare_of_no_show", care.on_no_show)],
        "booking.came": [("aftercare_of_no_show", care.on_no_show)],
        "calendar.stale": [("mail_stale_calendar", stale.on_calendar_stale)],
        "conversation.erasure_requested": [("erase_conversation", eraser)],
        "conversation.erased": [
            ("forget_tracker", forget_tracker),
            ("forget_files", ForgetFiles(Folder(settings.var / "files"))),
        ],
    }


def _dispatcher(app: FastAPI) -> Dispatcher:
    return Dispatcher(
        app.state.database,
        app.state.clock,
        handlers(app),
        also=fan_out_to_webhooks,
        listens={
            "crm_outbox": app.state.crm_syncer.listens,
            "ask_registers": app.state.asking.listens,
        },
    )


def background(app: FastAPI) -> Sequence[Background]:
    """What runs beside the requests for as long as the process lives."""
    gateway: ChatParts = app.state.chat
    calendars_of_advisors: CalendarParts = app.state.calendars
    forgetter = Forgetter(app.state.database, app.state.clock)
    return [
        app.state.dispatcher.run,
        app.state.durable.run,
        app.state.sweeper.run,
        calendars_of_advisors.syncer.run,
        app.state.crm_syncer.run,
        app.state.webhook_sender.run,
        forgetter.run,
        Nightly(app.state.database, app.state.clock, app.state.settings).run,
        *gateway.background(),
    ]


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    folder = app.state.settings.data / "playbooks"
    await seed_at_first_start(app.state.database, folder, now=app.state.clock.now())
    await read_file(app.state.database, app.state.settings.data / "deals.yml")
    tasks = [asyncio.create_task(work(), name=work.__qualname__) for work in background(app)]
    try:
        with told_before_the_end(app.state.chat.notifier.close):
            yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await app.state.chat.close()
        await app.state.calendars.egress.close()
        await app.state.crm_syncer.close()
        await app.state.database.close()


def create_app(settings: Settings) -> FastAPI:
    """The bridge as an ASGI application."""
    app = FastAPI(
        title="Usher",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.clock = Clock(settings.now)
    app.state.database = Database(make_engine(settings.database))
    app.state.playbooks = Library()
    app.state.faq = FaqShelf(settings.data / "faq")
    app.state.calendars = calendar_parts.make(
        settings, app.state.database, app.state.clock, ours=bookings_among
    )
    app.state.desk = Desk(
        settings, rooms_of(settings), app.state.playbooks, app.state.calendars.desk
    )
    app.state.sweeper = Sweeper(app.state.database, app.state.clock)
    app.state.crm_syncer = Syncer(
        app.state.database,
        app.state.clock,
        secret_key=settings.secret_key.get_secret_value(),
        data=settings.data,
    )
    app.state.mail = mail_parts.make(settings, app.state.database, app.state.clock)
    app.state.durable = durable_parts.make(settings, app.state.clock)
    enrichment_parts.install(app)
    booking_parts.install(app)
    app.state.webhook_sender = WebhookSender(
        app.state.database,
        app.state.clock,
        secret_key=settings.secret_key.get_secret_value(),
        egress=app.state.calendars.egress,
    )
    app.state.dispatcher = _dispatcher(app)
    app.state.chat = chat_parts.make(
        settings,
        app.state.database,
        app.state.clock,
        facts=Standings(app.state.desk),
        playbooks=app.state.playbooks,
    )
    app.state.checks = _checks(app)
    app.add_middleware(
        CrossOrigin, prefix="/chat/v1/", allowed=app.state.chat.sites.is_known_origin
    )
    app.add_middleware(QuickLookup)
    app.state.sign_in_limit = RateLimit(SIGN_INS_PER_MINUTE)
    problems.install(app)
    console.install(app)
    _mount(app)
    return app


def _checks(app: FastAPI) -> Checks:
    """What /readyz asks, in this order."""
    checks = Checks()
    checks.add("database", database_check(app.state.database))
    for name, check in app.state.chat.bots.checks():
        checks.add(name, check)
    checks.add("actions", app.state.chat.actions_check)
    checks.add("durable", app.state.durable.check, needed=False)  # works wait in the outbox
    checks.add("mail", app.state.mail.post.check, needed=False)  # bookings go on, mail waits
    checks.add_several(calendar_checks(app.state.database, app.state.clock), needed=False)
    return checks


def _mount(app: FastAPI) -> None:
    """Every router of the bridge, one line each; those asked the most come first."""
    app.include_router(health.router)
    app.include_router(chat.router)
    app.include_router(identity.router)
    app.include_router(files.router)
    app.include_router(turns.router)
    app.include_router(conversations.router)
    app.include_router(booking.router)
    app.include_router(booking_internal.router)
    app.include_router(booking_page.router)
    app.include_router(no_offers.router)
    app.include_router(calendars.router)
    app.include_router(assets.router)
    app.include_router(faq.router, include_in_schema=False)
    app.include_router(privacy.internal)
    app.include_router(privacy.companies)
    app.include_router(crm_webhooks.router)
    app.include_router(console.router)
    app.include_router(demo.router)
    for records in (
        playbooks,
        enrichment,
        routing,
        privacy,
        contact_order,
        contacts,
        company_order,
        companies,
        deals,
        tickets,
        activities,
        webhooks,
    ):
        app.include_router(records.router)
