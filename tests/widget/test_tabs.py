"""Two tabs of one visitor: one connection, one conversation, nothing missed, nothing twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from crm_bridge.conversations.transcript import Line
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# A store that never shows what another tab wrote, as a slow machine does for a while.
LATE_STORE = """
    const real = localStorage, own = new Set();
    const foreign = (key) => String(key).includes(":out:") && !own.has(key);
    Object.defineProperty(window, "localStorage", { value: new Proxy(real, {
        ownKeys: (store) => Reflect.ownKeys(store).filter((key) => !foreign(key)),
        set: (store, key, value) => { own.add(key); store[key] = value; return true; },
        get: (store, key) => (foreign(key) ? undefined : store[key]),
    }) });
    addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
"""


def test_a_message_of_another_tab_is_sent_though_the_store_shows_it_late(
    visit: Callable[..., Chat], context: BrowserContext
) -> None:
    leader = visit("/en", opened=False)
    leader.page.add_init_script(LATE_STORE)
    leader.page.reload()
    leader.open()
    follower = visit("/en")
    follower.type("from the second tab")
    follower.confirmed(1)
    leader.confirmed(1)
    assert leader.texts("visitor") == follower.texts("visitor") == ["from the second tab"]
    kept = "Object.keys(localStorage).filter((key) => key.includes(':out:'))"
    assert follower.page.evaluate(kept) == []


def test_what_is_broadcast_before_the_history_came_is_shown_after_it(
    visit: Callable[..., Chat], context: BrowserContext, house: House
) -> None:
    leader = visit("/en")
    leader.type("one")
    leader.confirmed(1)
    expect(leader.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    held: list[Route] = []
    context.route("**/events?after=0&wait=0", lambda route: held.append(route))
    follower = visit("/en", opened=False)
    while not held:
        follower.page.wait_for_timeout(20)
    answer = held[0].fetch()  # the history as it is now …
    house.write(Line("message", "rep", text="and hello from a person", language="en"))
    expect(leader.bubbles("rep")).to_have_count(1, timeout=PATIENCE_MS)
    follower.page.wait_for_timeout(100)
    held[0].fulfill(response=answer)  # … arrives after the news
    expect(follower.bubbles("rep")).to_have_count(1, timeout=PATIENCE_MS)
    expect(follower.bubbles("visitor")).to_have_count(1, timeout=PATIENCE_MS)
    assert [follower.texts(who) for who in ("visitor", "bot", "rep")] == [
        leader.texts(who) for who in ("visitor", "bot", "rep")
    ]


def test_a_history_that_fails_is_asked_for_again(
    visit: Callable[..., Chat], context: BrowserContext
) -> None:
    leader = visit("/en")
    leader.type("one")
    leader.confirmed(1)
    faults = iter([True, True])
    context.route(
        "**/events?after=0&wait=0",
        lambda route: route.abort() if next(faults, False) else route.continue_(),
    )
    follower = visit("/en", opened=False)
    follower.confirmed(1)


def test_two_tabs_opened_at_once_end_in_one_conversation(
    visit: Callable[..., Chat], house: House
) -> None:
    first, second = visit("/en", opened=False), visit("/en", opened=False)
    # each is given a conversation of its own before it can know of the other's
    held: list[Route] = []
    for chat in (first, second):
        chat.page.route("**/chat/v1/sessions", lambda route: held.append(route))
        chat.page.locator(".launch").click()
    while len(held) < 2:
        first.page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    for chat in (first, second):
        expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
    second.type("hello")
    for chat in (first, second):
        chat.confirmed(1)
    token = "localStorage.getItem('usher:demo:token')"
    assert first.page.evaluate(token) == second.page.evaluate(token)


def test_the_second_tab_goes_on_when_the_first_is_closed(
    visit: Callable[..., Chat], site: HostSite
) -> None:
    leader, follower = visit("/en"), visit("/en")
    leader.type("one")
    follower.confirmed(1)
    leader.page.close()
    follower.type("two")
    follower.confirmed(2)
    expect(follower.bubbles("bot")).to_have_count(3, timeout=PATIENCE_MS)
