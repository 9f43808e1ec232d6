"""What people expect of a chat on a page, and the page of the chat."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from contracts.turn import Button
from crm_bridge.conversations.transcript import Line, status
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with
from tests.widget.test_accessible import in_booked, in_menu, in_openings, openings, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def _on(context: BrowserContext, site: HostSite, house: House, path: str, attributes: str) -> Chat:
    html = page_with(house.url, attributes=attributes, more="<div style='height:4000px'></div>")
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(path.partition("?")[0], html) + path[len(path.partition("?")[0]) :])
    chat.page.locator(".launch").wait_for()
    return chat


@pytest.mark.parametrize(
    ("language", "name"),
    [("en", "Open chat, 2 unread messages"), ("pl", "Otwórz czat, 2 nieprzeczytane wiadomości")],
)
def test_what_comes_while_it_is_shut_is_counted(
    visit: Callable[..., Chat], language: str, name: str
) -> None:
    chat = visit(f"/{language}")
    chat.page.keyboard.press("Escape")
    chat.house.write(*(Line("message", "rep", text=f"line {n}", language="en") for n in range(2)))
    launcher = chat.page.locator(".launch")
    expect(launcher).to_have_attribute("aria-label", name, timeout=PATIENCE_MS)
    expect(chat.page.locator(".badge")).to_have_text("2")
    launcher.click()
    expect(chat.page.locator(".badge")).to_be_hidden()


def test_the_chat_stays_open_on_the_next_page(visit: Callable[..., Chat], site: HostSite) -> None:
    chat = visit("/en")
    chat.page.goto(site.url + "/en")
    expect(chat.page.locator(".panel")).to_be_visible(timeout=PATIENCE_MS)
    assert chat.page.evaluate("document.activeElement.tagName") == "BODY", "focus was not taken"
    chat.page.locator("header button").last.click()
    chat.page.goto(site.url + "/en")
    chat.page.locator(".launch").wait_for()
    chat.page.wait_for_timeout(300)
    expect(chat.page.locator(".panel")).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "attributes", "greeted"),
    [
        ("/pricing/pro", 'data-greeting="Hi!" data-greeting-pages="/pricing/*"', True),
        ("/about", 'data-greeting="Hi!" data-greeting-pages="/pricing/*"', False),
        (
            "/ads?utm_source=newsletter",
            'data-greeting="Hi!" data-greeting-source="newsletter"',
            True,
        ),
        ("/ads?utm_source=other", 'data-greeting="Hi!" data-greeting-source="newsletter"', False),
        ("/new", 'data-greeting="Hi!" data-greeting-returning="only"', False),
        ("/first", 'data-greeting="Hi!" data-greeting-returning="never"', True),
        ("/time", 'data-greeting="Hi!" data-greeting-after="0.2"', True),
    ],
)
def test_a_greeting_comes_where_it_is_wanted_and_stores_nothing(
    context: BrowserContext, site: HostSite, house: House, path: str, attributes: str, greeted: bool
) -> None:
    chat = _on(context, site, house, path, attributes)
    card = chat.page.locator(".greet")
    if greeted:
        expect(card).to_contain_text("Hi!")
    else:
        chat.page.wait_for_timeout(400)
        expect(card).to_have_count(0)
    assert chat.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_greeting_waits_for_the_scroll_opens_the_chat_and_can_be_sent_away(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    chat = _on(context, site, house, "/long", 'data-greeting="Hi!" data-greeting-scroll="50"')
    card = chat.page.locator(".greet")
    expect(card).to_have_count(0)
    chat.page.evaluate("scrollTo(0, 3000)")
    expect(card).to_be_visible()
    card.get_by_role("button", name="Dismiss").click()
    expect(card).to_have_count(0)
    chat.page.reload()
    chat.page.evaluate("scrollTo(0, 3000)")
    chat.page.wait_for_timeout(300)
    expect(card).to_have_count(0)
    chat.page.evaluate("sessionStorage.clear()")
    chat.page.reload()
    chat.page.evaluate("scrollTo(0, 0); scrollTo(0, 3000)")
    card.get_by_role("button", name="Hi!").click()
    expect(chat.page.locator(".panel")).to_be_visible(timeout=PATIENCE_MS)


def test_openings_come_by_day_in_the_visitors_zone_with_more_on_demand(
    visit: Callable[..., Chat],
) -> None:
    chat = visit("/en")
    chat.house.write(
        Line("message", "bot", text="When?", language="en", openings=openings(20)),
    )
    days = chat.page.locator("fieldset")
    expect(days.first).to_be_visible(timeout=PATIENCE_MS)
    assert days.first.locator("legend").inner_text().replace(",", "") == "Tuesday 17 March"
    assert days.first.locator("button").first.inner_text() == "9:00", "08:00 UTC in Ljubljana"
    expect(chat.page.locator(".zone")).to_contain_text("Europe/Ljubljana")
    assert days.locator("visible=true").count() <= 3 * 7
    shown = chat.page.locator("fieldset button:visible").count()
    chat.page.get_by_role("button", name="More times").click()
    assert chat.page.locator("fieldset button:visible").count() == 20 > shown


def test_a_hold_counts_down_and_then_says_so(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    start = "2026-03-17T08:00:00+00:00"
    ends = (chat.house.now() + timedelta(minutes=4, seconds=58)).isoformat()
    chat.house.write(status("held", start=start, end=start, expires_at=ends))
    line = chat.page.locator(".hold")
    expect(line).to_contain_text("Kept for you: 9:00, 4:", timeout=PATIENCE_MS)
    expect(chat.page.locator(".usher-announcer p").last).to_have_text("Kept for you for 5 minutes")
    soon = (chat.house.now() + timedelta(seconds=2)).isoformat()
    chat.house.write(status("held", start=start, end=start, expires_at=soon))
    expect(line).to_contain_text("choose again", timeout=PATIENCE_MS)
    in_booked(chat)
    expect(line).to_be_hidden()


def test_a_booking_has_a_card_with_everything_to_do(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    in_booked(chat)
    card = chat.page.locator(".card")
    expect(card).to_contain_text(re.compile("Tuesday,? 17 March 2026"))
    expect(card).to_contain_text("Maja Novak")
    links = {link.inner_text(): link.get_attribute("href") for link in card.locator("a").all()}
    assert links == {
        "Join the video call": "https://meet.example/x",
        "Add to calendar": "https://bridge.example/b/x/invite.ics",
        "Change or cancel": "https://bridge.example/b/x",
    }


def test_consent_can_be_a_step_of_its_own(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    chat = _on(context, site, house, "/consent", 'data-consent="ask"')
    chat.page.locator(".launch").click()
    agree = chat.page.get_by_role("button", name="I agree, start the chat")
    expect(agree).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.page.locator("form")).to_be_hidden()
    house.write(
        Line(
            "message",
            "bot",
            text="a late greeting",
            language="en",
            buttons=[Button(title="CRM", payload="x")],
        )
    )
    expect(chat.page.locator(".row.bot", has_text="a late greeting")).to_be_visible()
    expect(chat.page.get_by_role("button", name="CRM")).to_be_hidden()
    chat.page.reload()
    expect(agree).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.page.locator("form")).to_be_hidden()
    assert violations(chat.page) == []
    another = Chat(context.new_page(), house)
    another.page.goto(chat.page.url)
    expect(another.page.locator(".step")).to_be_visible(timeout=PATIENCE_MS)
    agree.click()
    expect(chat.page.locator("textarea")).to_be_focused()
    chat.confirmed(1)
    expect(another.page.locator("textarea")).to_be_visible(timeout=PATIENCE_MS)
    expect(another.page.locator(".step")).to_have_count(0)
    assert [kept.how for kept in house.agreed(house.latest())] == ["said"]
    chat.page.reload()
    expect(chat.page.locator("textarea")).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.page.locator(".step")).to_have_count(0)


def test_who_it_is_is_told_only_after_the_agreement(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    chat = _on(context, site, house, "/consent-first", 'data-consent="ask"')
    told: list[bool] = []
    chat.page.on(
        "request",
        lambda request: (
            request.url.endswith("/sessions")
            and request.method == "POST"
            and told.append("identity_token" in (request.post_data or ""))
        ),
    )
    chat.page.evaluate("usher.identify('signed')")
    chat.page.locator(".launch").click()
    chat.page.locator(".step button").first.click(timeout=PATIENCE_MS)
    chat.confirmed(1)
    chat.page.wait_for_timeout(500)
    assert told == [False, True]


def test_a_step_that_cannot_be_loaded_is_never_left_out(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    chat = _on(context, site, house, "/consent-away", 'data-consent="ask"')
    chat.page.route("**/w/rare-*.js*", lambda route: route.abort())
    # the pauses between its tries, gone
    chat.page.evaluate(
        "setTimeout = ((real) => (work, ms) => real(work, ms > 900 ? 0 : ms))(setTimeout)"
    )
    chat.page.locator(".launch").click()
    note = chat.page.locator(".note", has_text="Something could not be loaded.")
    expect(note).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.page.locator("form")).to_be_hidden()
    assert chat.page.locator(".log").evaluate("node => node.inert"), "no button in its stead"
    assert violations(chat.page) == []
    chat.page.unroute_all()
    note.get_by_role("button", name="Try again").click()
    expect(chat.page.locator(".step")).to_be_visible(timeout=PATIENCE_MS)
    expect(note).to_be_hidden()
    chat.page.locator(".step button").first.click()
    chat.confirmed(1)


def test_a_code_is_asked_for_with_digits_at_hand(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    line = chat.page.locator("textarea")
    how = "node => [node.inputMode, node.getAttribute('autocomplete')]"
    chat.house.write(status("code", wanted=True), Line("message", "bot", text="?", language="en"))
    expect(chat.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    assert line.evaluate(how) == ["numeric", "one-time-code"]
    chat.house.write(status("code", wanted=False), Line("message", "bot", text="!", language="en"))
    expect(chat.bubbles("bot")).to_have_count(3, timeout=PATIENCE_MS)
    assert line.evaluate(how) == ["", ""]


def test_the_chat_can_be_ended_and_begun_again(visit: Callable[..., Chat], house: House) -> None:
    chat = visit("/en")
    chat.type("hello")
    chat.confirmed(1)
    in_menu(chat)
    chat.page.get_by_role("button", name="End the chat").click()
    chat.page.locator(".menu button").first.click()
    again = chat.page.get_by_role("button", name="Start again")
    expect(again).to_be_visible(timeout=PATIENCE_MS)
    assert chat.page.evaluate("localStorage['usher:demo:token']") is None
    again.click()
    expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
    assert house.latest() != chat.conversation
    assert chat.texts("visitor") == []


def test_erasure_empties_every_tab_and_begins_nothing_by_itself(
    visit: Callable[..., Chat], house: House
) -> None:
    first, second = visit("/en"), visit("/en")
    first.type("my secret")
    second.confirmed(1)
    before = house.latest()
    in_menu(second)
    second.page.get_by_role("button", name="Delete my data").click()
    second.page.locator(".menu button").first.click()
    for chat in (first, second):
        expect(
            chat.page.locator(".log .system", has_text="Your data has been deleted")
        ).to_be_visible(timeout=PATIENCE_MS)
        assert chat.bubbles("visitor").count() == 0
    first.page.wait_for_timeout(1000)
    assert house.latest() == before, "no conversation that nobody asked for"
    second.page.get_by_role("button", name="Start again").click()
    for chat in (first, second):
        expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)


def test_sound_is_off_until_it_is_wanted(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.page.evaluate(
        "window.played = 0; AudioContext = class { constructor() { window.played++; throw 0; } }; 0"
    )
    chat.page.keyboard.press("Escape")
    chat.house.write(Line("message", "rep", text="ping", language="en"))
    expect(chat.page.locator(".badge")).to_have_text("1", timeout=PATIENCE_MS)
    assert chat.page.evaluate("played") == 0
    chat.page.locator(".launch").click()
    in_menu(chat)
    chat.page.get_by_role("checkbox").check()
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    chat.house.write(Line("message", "rep", text="ping", language="en"))
    for _ in range(100):  # a strict page lets no wait_for_function be compiled
        if chat.page.evaluate("played"):
            break
        chat.page.wait_for_timeout(50)
    assert chat.page.evaluate("played") == 1


def test_the_page_can_open_fill_listen_and_close(visit: Callable[..., Chat]) -> None:
    chat = visit("/en", opened=False)
    page = chat.page
    page.locator(".launch").wait_for()
    page.evaluate(
        """() => {
            window.heard = [];
            for (const name of ["open", "message", "booked", "close"]) usher.on(name, (event) => heard.push([name, event.detail?.text ?? event.detail?.status?.name ?? null]));
            window.stranger = () => heard.push(["stranger"]);
            usher.on("open", stranger);
            usher.off("open", stranger);
        }"""
    )
    page.evaluate("usher.prefill('about the CRM')")
    expect(page.locator("textarea")).to_have_value("about the CRM", timeout=PATIENCE_MS)
    expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
    assert chat.bubbles("visitor").count() == 0, "typed, not sent"
    chat.house.write(status("booked", start="2026-03-17T08:00:00+00:00"))
    page.locator(".card").wait_for()
    page.evaluate("usher.close()")
    expect(page.locator(".panel")).to_be_hidden()
    names = [name for name, _ in page.evaluate("heard")]
    assert names == ["open", "message", "booked", "close"]
    assert json.loads(json.dumps(page.evaluate("Object.keys(usher).sort()"))) == [
        "close", "identify", "off", "on", "open", "prefill", "reset", "version",
    ]  # fmt: skip


def test_a_single_page_application_may_replace_its_body(
    visit: Callable[..., Chat], site: HostSite, house: House
) -> None:
    site.put("/spa", page_with(house.url))
    chat = visit("/spa")
    chat.type("before")
    chat.confirmed(1)
    chat.page.evaluate("document.body.replaceChildren(document.createElement('main'))")
    expect(chat.page.locator(".panel")).to_be_visible()
    chat.page.evaluate(
        "document.documentElement.replaceChild(document.createElement('body'), document.body)"
    )
    expect(chat.page.locator(".panel")).to_be_visible()
    chat.type("after")
    chat.confirmed(2)
    assert chat.page.locator("#usher").count() == 1
    chat.page.evaluate(
        """() => { const again = document.createElement('script');
            again.src = document.querySelector('script').src; again.dataset.site = 'demo'; document.head.append(again); }"""
    )
    chat.page.wait_for_timeout(300)
    assert chat.page.locator("#usher").count() == 1


def test_reset_forgets_the_visitor_on_this_browser(
    visit: Callable[..., Chat], house: House
) -> None:
    chat = visit("/en")
    chat.page.evaluate("usher.reset()")
    expect(chat.page.locator(".panel")).to_be_hidden()
    assert chat.page.evaluate("localStorage['usher:demo:token']") is None


def test_a_failing_part_is_asked_for_again(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    failed = []

    def once(route) -> None:  # type: ignore[no-untyped-def]
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    chat.page.route("**/w/booking-*.js*", once)
    in_openings(chat)
    assert failed
