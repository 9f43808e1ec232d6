"""How the chat stays in touch where the way to the bridge is a poor one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import BrowserContext, Request, Route, expect

from crm_bridge.conversations.transcript import Line
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with
from tests.widget.test_accessible import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TABS = 7  # one more than a browser keeps connections to a host


def _is_stream(request: Request) -> bool:
    return "/chat/v1/events" in request.url and "wait=" not in request.url


def test_where_a_stream_sends_nothing_the_log_is_asked_for(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    def swallow(route: Route) -> None:
        if not _is_stream(route.request):
            route.continue_()  # a stream is left without a first byte, as by a proxy that buffers

    page = context.new_page()
    page.route("**/chat/v1/events*", swallow)
    chat = Chat(page, house)
    page.goto(site.url + "/en")
    page.locator(".launch").click()
    expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
    chat.type("by long poll")
    chat.confirmed(1)
    house.write(Line("message", "rep", text="heard", language="en"))
    expect(chat.bubbles("rep")).to_have_count(1, timeout=PATIENCE_MS)


def test_a_stream_that_fell_silent_is_asked_for_again(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    page = context.new_page()
    page.clock.install()
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if _is_stream(request) else None)
    chat = Chat(page, house)
    page.goto(site.url + "/en")
    chat.open()
    assert len(streams) == 1
    page.clock.fast_forward(34_000)
    page.wait_for_timeout(300)
    assert len(streams) == 1, "the bridge is silent for no more than 15 s"
    page.clock.fast_forward(2_000)
    page.clock.run_for(2_000)
    chat.type("still there")
    chat.confirmed(1)
    assert len(streams) > 1


def test_a_seventh_tab_is_not_shut_out(visit: Callable[..., Chat]) -> None:
    tabs = [visit("/en") for _ in range(TABS)]
    tabs[-1].type("from the last one")
    for tab in tabs:
        tab.confirmed(1)
    tabs[0].house.write(Line("message", "rep", text="to all", language="en"))
    for tab in tabs:
        expect(tab.bubbles("rep")).to_have_count(1, timeout=PATIENCE_MS)


def test_the_bridges_cookies_are_left_at_home(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    context.add_cookies([{"name": "staff", "value": "signed-in", "url": house.url}])
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one) if "/chat/v1/" in one.url else None)
    chat = Chat(page, house)
    page.goto(site.url + "/en")
    chat.open()
    chat.type("no cookie")
    chat.confirmed(1)
    assert len(asked) >= 3
    assert all("cookie" not in one.all_headers() for one in asked)


def test_one_failed_try_is_not_called_offline_for_long(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    note = chat.page.locator(".note[role=status]")
    failed: list[Route] = []

    def once(route: Route) -> None:
        failed.append(route)
        route.abort() if len(failed) == 1 else route.continue_()

    chat.page.route("**/chat/v1/messages", once)
    chat.type("hello")
    expect(note).to_contain_text("No connection")
    chat.confirmed(1)
    expect(note).to_be_hidden()


def test_where_nothing_can_be_sent_nothing_can_be_typed(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    html = page_with(house.url).replace('data-site="demo"', 'data-site="nowhere"')
    page = context.new_page()
    page.goto(site.put("/nowhere", html))
    page.locator(".launch").click()
    expect(page.locator(".note[role=status]")).to_contain_text("not available")
    expect(page.locator("form")).to_be_hidden()
    assert page.evaluate(f"{ROOT}.activeElement.ariaLabel") == "Close chat"


def test_tries_grow_rarer_by_chance_and_a_page_that_is_looked_at_tries_at_once(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    page = context.new_page()
    page.clock.install(time=datetime(2026, 1, 1, 8))
    page.add_init_script("Math.random = () => 1")
    tried: list[Route] = []

    def fail(route: Route) -> None:
        tried.append(route)
        route.abort()

    def tries_are(count: int) -> None:
        for _ in range(100):
            if len(tried) >= count:
                break
            page.wait_for_timeout(50)
        page.wait_for_timeout(200)
        assert len(tried) == count

    page.route("**/chat/v1/events*", fail)
    page.goto(site.url + "/en")
    page.locator(".launch").wait_for()
    page.clock.pause_at(datetime(2026, 1, 1, 9))
    page.locator(".launch").click()
    tries_are(1)
    # 250, 500, 1000 …, of which chance takes up to a half: it does so with the third pause
    for count, pause_ms in ((2, 250), (3, 500), (4, 500)):
        page.clock.run_for(pause_ms - 1)
        tries_are(count - 1)
        page.evaluate(f"Math.random = () => {0 if count == 3 else 1}")
        page.clock.run_for(1)
        tries_are(count)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); 0")
    tries_are(5)
