"""What visitors, the bot and reps write is shown to staff as in the chat, and never runs there:
whoever attacks the staff does it with a visitor's words."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contracts.turn import AnswerChange
from crm_bridge.console import service
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.transcript import Line, status
from tests.crm_bridge.records import make_contact
from tests.widget.attacks import CORPUS
from tests.widget.chat import PATIENCE_MS
from tests.widget.house import House
from tests.widget.pages import HostSite
from tests.widget.test_accessible import violations
from tests.widget.test_safe import WATCHED

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "correct horse battery"
MADE = """() => {
    const allowed = /^(LI|DIV|P|TIME|STRONG|EM|CODE|UL|BR|WBR|A|BDI)$/;
    const nodes = [...document.querySelectorAll('body *')], talk = [...document.querySelectorAll('.talk *')];
    return {
        executed: window.executed,
        tags: [...new Set(talk.map((node) => node.tagName))].filter((name) => !allowed.test(name)),
        handlers: nodes.flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on')),
        addresses: [...document.querySelectorAll('a')].map((a) => a.protocol)
            .filter((name) => !/^(https?|mailto|tel):$/.test(name)),
        opened: talk.filter((node) => node.tagName === 'A' && node.rel !== 'noopener noreferrer nofollow').length,
        reports: window.reports,
    };
}"""
HARMLESS = {
    "executed": None, "tags": [], "handlers": [], "addresses": [], "opened": 0, "reports": [],
}  # fmt: skip


def _do(house: House, work: Any) -> None:
    """A change to the database of the house."""

    async def change() -> None:
        async with house.database.transaction() as session:
            await work(session)

    house.run(change())


@pytest.fixture(scope="module")
def staff(browser: Browser, house: House) -> Iterator[Page]:
    """A rep's browser, signed in."""
    _do(
        house,
        lambda session: service.create_user(
            session, "ann@x.example", name="Ann", role="rep", password=PASSWORD, now=house.now()
        ),
    )
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(WATCHED)
    page = context.new_page()
    page.goto(f"{house.url}/console")
    page.get_by_label("E-mail").fill("ann@x.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Meetings").wait_for()
    yield page
    context.close()


def _begun(context: BrowserContext, site: HostSite, house: House) -> str:
    """A conversation of its own."""
    page = context.new_page()
    page.goto(f"{site.url}/en")
    page.locator(".launch").click()
    page.locator(".row.bot").first.wait_for()
    page.close()
    return house.latest()


def _answer(house: House, conversation: str, question: str, text: str) -> None:
    change = AnswerChange(question=question, value=text, text=f"{text}!")
    _do(
        house,
        lambda session: conversations.add_answers(session, conversation, [change], now=house.now()),
    )


@pytest.mark.parametrize("author", ["bot", "rep", "visitor"])
def test_nothing_that_is_written_runs_at_the_console(
    staff: Page, context: BrowserContext, site: HostSite, house: House, author: str
) -> None:
    conversation = _begun(context, site, house)
    half = len(CORPUS) // 2
    for part in itertools.batched(CORPUS[:half], 60):
        house.write(
            *(Line("message", author, text=text, language="en") for text in part),
            conversation=conversation,
        )
    for question, text in zip(("name", "company", "need", "email"), CORPUS, strict=False):
        _answer(house, conversation, question, text)
    staff.goto(f"{house.url}/console/conversations/{conversation}")
    rows = staff.locator(f".talk .{author}")
    shown = half + (1 if author == "bot" else 0)
    expect(rows).to_have_count(shown)
    assert rows.locator(".bubble:has(p, ul)").count() == shown, "by the widget's renderer"
    # the other half comes while the page is open
    for part in itertools.batched(CORPUS[half:], 60):
        house.write(
            *(Line("message", author, text=text, language="en") for text in part),
            conversation=conversation,
        )
    expect(rows).to_have_count(shown + len(CORPUS) - half, timeout=PATIENCE_MS)
    assert staff.evaluate(MADE) == HARMLESS
    staff.goto(f"{house.url}/console/conversations")
    expect(staff.get_by_text(CORPUS[0]).first).to_be_visible()
    assert staff.evaluate(MADE) == HARMLESS


def test_staff_reads_what_the_visitor_read(
    staff: Page, context: BrowserContext, site: HostSite, house: House
) -> None:
    conversation = _begun(context, site, house)
    told = "See **this**:\n\n- one\n- two\n\nCall +386 1 234 56 78, https://polaris.example/a"
    house.write(
        Line("message", "bot", text=told, language="en"),
        Line("message", "visitor", text="**mine** https://evil.example/", language="en"),
        conversation=conversation,
    )
    staff.goto(f"{house.url}/console/conversations/{conversation}")
    bot = staff.locator(".talk .bot .bubble").last
    expect(bot.locator("strong")).to_have_text("this")
    expect(bot.locator("li")).to_have_text(["one", "two"])
    expect(bot.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    visitor = staff.locator(".talk .visitor .bubble")
    expect(visitor).to_have_text("**mine** https://evil.example/")
    assert visitor.locator("a, strong").count() == 0, "nothing of a visitor's can be followed"
    house.write(status("handed_over"), conversation=conversation)
    expect(staff.locator(".talk .note")).to_contain_text("handed over", timeout=PATIENCE_MS)


def test_a_rep_answers_in_the_chat(
    staff: Page, context: BrowserContext, site: HostSite, house: House
) -> None:
    visitor = context.new_page()
    visitor.goto(f"{site.url}/en")
    visitor.locator(".launch").click()
    visitor.locator(".row.bot").first.wait_for()
    staff.goto(f"{house.url}/console/conversations/{house.latest()}")
    staff.get_by_role("button", name="Take over").click()
    expect(staff.get_by_role("textbox", name="To the visitor")).to_be_focused()
    staff.keyboard.type("Hello, Ann here.")
    staff.get_by_role("button", name="Send").click()
    expect(visitor.locator(".row.rep .bubble")).to_contain_text("Hello, Ann here.")
    visitor.locator("textarea").fill("Good morning!")
    visitor.keyboard.press("Enter")
    expect(staff.locator(".talk .visitor .bubble")).to_have_text(
        "Good morning!", timeout=PATIENCE_MS
    )
    bot = visitor.locator(".row.bot:not(:has(.dots))").count()
    staff.get_by_role("button", name="Give back to the assistant").click()
    expect(staff.get_by_role("button", name="Take over")).to_be_visible()
    visitor.locator("textarea").fill("And the bot?")
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".row.bot:not(:has(.dots))")).to_have_count(bot + 1, timeout=PATIENCE_MS)
    visitor.close()


def test_an_open_page_leads_to_the_sign_in_when_it_is_over(
    browser: Browser, staff: Page, context: BrowserContext, site: HostSite, house: House
) -> None:
    conversation = _begun(context, site, house)
    other = browser.new_context(storage_state=staff.context.storage_state())
    page = other.new_page()
    page.goto(f"{house.url}/console/conversations/{conversation}")
    page.locator(".talk .bot").first.wait_for()
    other.clear_cookies()
    page.get_by_role("heading", name="Sign in").wait_for(timeout=PATIENCE_MS)
    other.close()


def test_every_page_of_the_console_fits_a_phone_and_axe_finds_nothing(
    browser: Browser, staff: Page, context: BrowserContext, site: HostSite, house: House
) -> None:
    conversation = _begun(context, site, house)
    long = "Averyverylongsurname-Withhyphenandmore"
    house.write(
        Line(
            "message", "bot", text=f"{long * 3}\n\n- https://polaris.example/{long}", language="en"
        ),
        Line("message", "rep", text="שלום, כאן מאיה", language="he"),
        status("handed_over"),
        conversation=conversation,
    )
    _answer(house, conversation, "name", f"Jane {long}")
    made = make_contact(house.database, emails=[f"jane.{long}@a.example"], name=f"Jane {long}")
    contact = house.run(made)
    phone = browser.new_context(
        viewport={"width": 320, "height": 568}, storage_state=staff.context.storage_state()
    )
    page = phone.new_page()
    found = {}
    for path in (
        "meetings",
        "conversations",
        f"conversations/{conversation}",
        "contacts",
        f"contacts/{contact}",
        "records",
        "sign-in",
        "nothing",
    ):
        page.goto(f"{house.url}/console/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
        found[path] = violations(page)
    assert {path: faults for path, faults in found.items() if faults} == {}
    phone.close()


def test_a_list_stays_fresh_and_the_focus_where_it_is(
    browser: Browser, staff: Page, context: BrowserContext, site: HostSite, house: House
) -> None:
    _begun(context, site, house)
    staff.clock.install()
    staff.goto(f"{house.url}/console/conversations")
    rows = staff.locator("tbody tr")
    before = rows.count()
    rows.first.get_by_role("link").focus()
    at = staff.evaluate("document.activeElement.href")
    somebody = browser.new_context()
    _begun(somebody, site, house)
    somebody.close()
    staff.clock.fast_forward(16_000)
    expect(rows).to_have_count(before + 1)
    assert staff.evaluate("document.activeElement.href") == at
    assert staff.evaluate("[window.executed, window.reports]") == [None, []]
    staff.get_by_label("Outcome").select_option("qualified")
    expect(staff.locator("p.empty")).to_contain_text("with this outcome")
    assert staff.url.endswith("?outcome=qualified")
