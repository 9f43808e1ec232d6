"""A visitor who comes from somewhere, goes from page to page, and comes again."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from crm_bridge.conversations.transcript import Line
from tests.crm_bridge.chat.conftest import add_site
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, host_site, page_with

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

QUIET_MS = 400  # longer than a greeting takes
ROOT = "document.querySelector('#usher').shadowRoot"


def _greeting(
    context: BrowserContext, site: HostSite, house: House, path: str, attributes: str, **goto: str
) -> Chat:
    chat = Chat(context.new_page(), house)
    html = page_with(house.url, attributes=f'data-greeting="Hi!" {attributes}')
    chat.page.goto(site.put(path, html), **goto)  # type: ignore[arg-type]
    chat.page.locator(".launch").wait_for()
    return chat


@pytest.mark.parametrize(
    ("referrer", "greeted"),
    [("https://partner.example/list?x=1", True), ("https://other.example/", False), ("", False)],
)
def test_who_comes_from_a_named_site_is_greeted(
    context: BrowserContext, site: HostSite, house: House, referrer: str, greeted: bool
) -> None:
    goto = {"referer": referrer} if referrer else {}
    named = 'data-greeting-source="partner.example"'
    chat = _greeting(context, site, house, "/from", named, **goto)
    if not greeted:
        chat.page.wait_for_timeout(QUIET_MS)
    expect(chat.page.locator(".greet")).to_have_count(int(greeted))


def test_who_chatted_before_can_be_greeted_alone(
    context: BrowserContext, site: HostSite, house: House, visit: Callable[..., Chat]
) -> None:
    first = visit("/en")
    first.page.keyboard.press("Escape")
    first.page.close()
    chat = _greeting(context, site, house, "/again", 'data-greeting-returning="only"')
    expect(chat.page.locator(".greet")).to_contain_text("Hi!")
    never = _greeting(context, site, house, "/never", 'data-greeting-returning="never"')
    never.page.wait_for_timeout(QUIET_MS)
    expect(never.page.locator(".greet")).to_have_count(0)


@pytest.mark.parametrize("navigation", [True, False])
def test_a_page_that_changes_its_address_alone_is_looked_at_anew(
    context: BrowserContext, site: HostSite, house: House, navigation: bool
) -> None:
    if not navigation:  # browsers that lack it tell only of going back
        context.add_init_script("delete Window.prototype.navigation; delete window.navigation;")
    chat = _greeting(context, site, house, "/home", 'data-greeting-pages="/pricing*"')
    card, page = chat.page.locator(".greet"), chat.page
    page.wait_for_timeout(QUIET_MS)
    expect(card).to_have_count(0)
    page.evaluate("history.pushState(null, '', '/pricing')")
    page.mouse.click(5, 5)
    expect(card).to_contain_text("Hi!")
    page.evaluate("history.replaceState(null, '', '/pricing/pro')")
    page.mouse.click(5, 5)
    page.wait_for_timeout(QUIET_MS)
    expect(card).to_have_count(1)
    page.evaluate("history.pushState(null, '', '/about')")
    page.mouse.click(5, 5)
    expect(card).to_have_count(0)
    page.go_back()
    expect(card).to_contain_text("Hi!")
    assert page.locator("#usher").count() == 1


def test_who_opened_the_chat_is_not_greeted_on_the_next_page(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    chat = _greeting(context, site, house, "/one", 'data-greeting-after="1"')
    chat.page.evaluate("usher.open()")
    expect(chat.page.locator(".panel")).to_be_visible(timeout=PATIENCE_MS)
    chat.page.evaluate("usher.close()")
    chat.page.goto(site.put("/two", page_with(house.url, attributes='data-greeting="Hi!"')))
    chat.page.locator(".launch").wait_for()
    chat.page.wait_for_timeout(QUIET_MS)
    expect(chat.page.locator(".greet")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "count", "name"),
    [
        # one, two, and more; in Slovenian also of three and four, in Polish of two to four
        ("he", 1, "פתיחת הצ׳אט, הודעה אחת שלא נקראה"),
        ("he", 2, "פתיחת הצ׳אט, שתי הודעות שלא נקראו"),
        ("he", 3, "פתיחת הצ׳אט, 3 הודעות שלא נקראו"),
        ("sl", 2, "Odpri klepet, 2 neprebrani sporočili"),
        ("sl", 3, "Odpri klepet, 3 neprebrana sporočila"),
        ("sl", 5, "Odpri klepet, 5 neprebranih sporočil"),
        ("pl", 5, "Otwórz czat, 5 nieprzeczytanych wiadomości"),
    ],
)
def test_unread_messages_are_counted_in_the_languages_own_forms(
    visit: Callable[..., Chat], language: str, count: int, name: str
) -> None:
    chat = visit(f"/{language}")
    chat.page.keyboard.press("Escape")
    lines = (Line("message", "rep", text=f"line {n}", language="en") for n in range(count))
    chat.house.write(*lines)
    launcher = chat.page.locator(".launch")
    expect(launcher).to_have_attribute("aria-label", name, timeout=PATIENCE_MS)


def test_a_person_is_asked_for_in_the_menu(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.page.get_by_role("button", name="Menu").click()
    chat.page.get_by_role("button", name="Talk to a person").click()
    chat.confirmed(1)
    assert chat.texts("visitor") == ["Talk to a person"]
    assert chat.house.pressed(chat.conversation) == ["handoff"]


def test_the_menu_tells_where_the_transcript_goes(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.house.know_address(chat.conversation, "ann@acme.example")
    chat.page.get_by_role("button", name="Menu").click()
    chat.page.get_by_role("button", name="Send me this chat by e-mail").click()
    said = chat.page.locator(".menu [role=status]")
    expect(said).to_contain_text("@acme.example", timeout=PATIENCE_MS)


def test_the_focus_stays_in_the_chat_when_what_has_it_goes(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    page = chat.page
    page.route("**/w/menu-*.js*", lambda route: route.abort())
    page.get_by_role("button", name="Menu").click()
    again = page.locator(".note button")
    again.wait_for(timeout=30_000)
    again.focus()
    page.context.set_offline(True)
    expect(page.locator(".note[role=status]")).to_contain_text("No connection", timeout=PATIENCE_MS)
    expect(again).to_have_count(0)
    assert page.evaluate(f"{ROOT}.activeElement?.tagName") == "TEXTAREA"
    page.context.set_offline(False)


def test_an_end_elsewhere_takes_the_focus_from_nobody(
    visit: Callable[..., Chat], site: HostSite, house: House
) -> None:
    chat = visit("/en")
    chat.page.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), {id: 'own'}))"
    )
    chat.page.locator("#own").focus()
    other = visit("/en")
    other.page.get_by_role("button", name="Menu").click()
    other.page.get_by_role("button", name="End the chat").click()
    other.page.locator(".menu button").first.click()
    expect(chat.page.get_by_role("button", name="Start")).to_be_visible(timeout=PATIENCE_MS)
    assert chat.page.evaluate("document.activeElement.id") == "own"
    chat.page.wait_for_timeout(1500)  # longer than a tab waits for the others' word
    assert house.latest() == other.conversation, "nothing new began by itself"


def test_an_announcer_that_a_page_removed_comes_back(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.page.evaluate("document.querySelector('.usher-announcer').remove()")
    expect(chat.page.locator(".usher-announcer")).to_have_count(1)
    chat.house.write(Line("message", "bot", text="still said", language="en"))
    expect(chat.page.locator(".usher-announcer")).to_contain_text("still said")


def test_each_of_several_sites_answers_its_own_pages_alone(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    with host_site() as second:
        pages = {"first-shop": site, "second-shop": second}
        for slug, own in pages.items():
            house.run(add_site(house.database, slug, own.url))
        begun = {}
        for slug, where in itertools.product(pages, pages.values()):
            page = context.new_page()
            html = page_with(house.url).replace('data-site="demo"', f'data-site="{slug}"')
            page.goto(where.put(f"/{slug}", html))
            page.locator(".launch").click()
            if where is pages[slug]:
                expect(page.locator(".row.bot p")).to_be_visible(timeout=PATIENCE_MS)
                begun[slug] = house.latest()
            else:
                note = page.locator(".note[role=status]")
                expect(note).to_contain_text("not available", timeout=PATIENCE_MS)
            page.close()
    assert len(set(begun.values())) == 2, "each site has conversations of its own"
