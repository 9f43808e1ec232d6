"""A no to offers, said in the chat, stands at whoever the visitor says or proves to be."""

from sqlalchemy import select

from contracts.turn import AnswerChange, News
from crm_bridge.contacts import proof
from crm_bridge.contacts import repository as contacts
from crm_bridge.contacts.models import ContactConsent
from crm_bridge.contacts.opt_out import opt_out, wants_no_offers
from crm_bridge.conversations.models import ConsentRow
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.privacy.service import erase_conversation
from crm_bridge.sync.models import CrmLink
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_bridge.chat.conftest import Desk
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.chat.test_commit import commit, newest_turn
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact
from tests.crm_bridge.sync.test_inbound import connected
from tests.fake_hubspot import FakeHubSpot

NO = News(name="opt_out_given", data={"text": "no newsletters please"})
YES = News(name="opt_in_given", data={"text": "Monthly letter", "version": "1"})
AGREED = News(name="consent_given")


def email(address: str) -> AnswerChange:
    return AnswerChange(question="email", value=address, text=address)


async def turn(desk: Desk, page: Page, *answers: AnswerChange, news: tuple[News, ...]) -> None:
    """One turn of the visitor, and everything that follows it."""
    await page.say("hello")
    done = await desk.commit(await newest_turn(desk), commit(answers=answers, news=news))
    assert done.status_code == 200, done.text
    while await desk.app.state.dispatcher.deliver_due():
        pass


async def refuses(desk: Desk, address: str) -> bool:
    async with desk.database.reading() as session:
        return await wants_no_offers(session, email=address)


async def said_of(desk: Desk, contact_id: str) -> list[tuple[bool, str, bool]]:
    async with desk.database.reading() as session:
        rows = await contacts.consents_of(session, contact_id)
    return [(row.granted, row.text, row.verified) for row in rows]


async def test_a_no_of_somebody_who_claims_stands_at_the_contact(desk: Desk) -> None:
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    page = await desk.page()
    await turn(desk, page, email("jane@acme.io"), news=(AGREED,))
    assert not await refuses(desk, "jane@acme.io")
    for _ in range(2):  # said twice, it stands
        await turn(desk, page, news=(NO,))
    assert await refuses(desk, "jane@acme.io")
    assert await said_of(desk, jane) == [(False, "no newsletters please", False)] * 2
    told = await desk.rows(
        select(DomainEvent.data).where(DomainEvent.name == "contact.consent_changed")
    )
    assert told == [{"contact_id": jane, "purpose": "marketing"}] * 2


async def test_a_no_before_any_address_comes_with_it_and_with_its_correction(desk: Desk) -> None:
    page = await desk.page()
    await turn(desk, page, news=(AGREED, NO))
    assert await desk.rows(select(ContactConsent)) == []
    await turn(desk, page, email("jnae@acme.io"), news=())
    assert await refuses(desk, "jnae@acme.io")
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    await turn(desk, page, email("jane@acme.io"), news=())
    assert await said_of(desk, jane) == [(False, "no newsletters please", False)]


async def test_a_no_needs_no_consent_and_no_words_and_takes_back_the_yes(desk: Desk) -> None:
    page = await desk.page()
    await turn(desk, page, news=(YES,))
    await turn(desk, page, news=(News(name="opt_out_given"),))
    rows = await desk.rows(
        select(ConsentRow).where(ConsentRow.purpose == "marketing").order_by(ConsentRow.id)
    )
    assert [(row.how, row.text, row.withdrawn_at is None) for row in rows] == [
        ("said", "Monthly letter", False),
        ("refused", "asked not to be written to", True),
    ]


async def test_a_mere_claim_does_not_lift_the_no_of_another(desk: Desk) -> None:
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    async with desk.database.transaction() as session:
        await opt_out(session, jane, by="rep:1", now=NOW)
    page = await desk.page()
    await turn(desk, page, email("jane@acme.io"), news=(AGREED, YES))
    assert await refuses(desk, "jane@acme.io")  # the owner's word


async def test_who_said_no_and_then_yes_in_one_chat_meant_yes(desk: Desk) -> None:
    page = await desk.page()
    await turn(desk, page, email("new@acme.io"), news=(AGREED, NO))
    await turn(desk, page, news=(YES,))
    assert not await refuses(desk, "new@acme.io")


async def test_a_proof_brings_what_was_said_before_it(desk: Desk) -> None:
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    page = await desk.page()
    await turn(desk, page, news=(NO,))
    async with desk.database.transaction() as session:
        await proof.begin(session, page.conversation, "jane@acme.io", now=NOW)
    waiting = (await desk.rows(select(proof.IdentityProof)))[0]
    settings = desk.app.state.settings
    secret = settings.secret_key.get_secret_value()
    answer = await page.http.post("identity/proof", json={"code": proof.code_of(waiting, secret)})
    assert answer.status_code == 200, answer.text
    assert await said_of(desk, jane) == [(False, "no newsletters please", True)]


async def test_a_no_outlives_the_chat_without_its_words(desk: Desk) -> None:
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    page = await desk.page()
    await turn(desk, page, email("jane@acme.io"), news=(AGREED, NO))
    async with desk.database.transaction() as session:
        await erase_conversation(
            session, page.conversation, mail_folder=desk.app.state.settings.var, now=NOW
        )
    (kept,) = await desk.rows(select(ContactConsent).where(ContactConsent.contact_id == jane))
    assert (kept.granted, kept.conversation_id, kept.text) == (
        False, None, "asked not to be written to",
    )  # fmt: skip
    assert await refuses(desk, "jane@acme.io")


async def test_a_no_in_the_chat_reaches_the_crm_by_the_outbox(desk: Desk) -> None:
    jane = await make_contact(desk.database, emails=["jane@acme.io"])
    syncer, fake = desk.app.state.crm_syncer, FakeHubSpot()
    with serving(fake.app) as url:
        await connected(desk.app, "hubspot", url=url, access_token="t")
        page = await desk.page()
        await turn(desk, page, email("jane@acme.io"), news=(AGREED,))
        await syncer.round()
        assert "usher_marketing" not in next(iter(fake.table().values())).fields
        await turn(desk, page, news=(NO,))
        (link,) = await desk.rows(select(CrmLink).where(CrmLink.record_id == jane))
        assert link.next_at is not None, "it waits in the outbox"
        await syncer.round()
        await syncer.close()
    (there,) = fake.table().values()
    assert there.fields["usher_marketing"] == "no"
    assert await said_of(desk, jane) == [(False, "no newsletters please", False)]
