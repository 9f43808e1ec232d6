"""A very bad network, a restart and an outage: no message is lost, doubled, or out of order,
and no tab shows anything twice."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.crm_bridge.chat.serving import Served
from tests.widget.chat import Chat
from tests.widget.faults import Faults
from tests.widget.house import House, house_in
from tests.widget.nginx import in_front_of
from tests.widget.pages import HostSite, page_with

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MESSAGES = 200
LONGEST_SECONDS = 240


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A bridge that may be killed: the other tests have another."""
    with house_in(tmp_path) as house:
        yield house


@pytest.fixture
def faults(own_house: House, tmp_path: Path) -> Iterator[tuple[Faults, str]]:
    folder = tmp_path / "nginx"
    folder.mkdir(mode=0o777)
    with in_front_of(own_house.url, folder) as nginx:
        faults = Faults(nginx, share=0.3, seed=7)
        server = Served(faults.app)
        own_house.run(server.start())
        yield faults, server.url
        own_house.run(server.crash())
        own_house.run(faults.close())


def _shown(chat: Chat, author: str) -> list[str]:
    found: list[str] = chat.page.evaluate(
        """author => [...document.querySelector('#usher').shadowRoot
            .querySelectorAll(`.row.${author} .bubble`)].filter((node) => !node.querySelector('.dots'))
            .map((node) => [...node.querySelectorAll('p')].map((p) => p.textContent).join('\\n'))""",
        author,
    )
    return found


def _type_quickly(chat: Chat, texts: list[str]) -> None:
    chat.page.evaluate(
        """texts => {
            const root = document.querySelector('#usher').shadowRoot;
            for (const text of texts) {
                root.querySelector('textarea').value = text;
                root.querySelector('form').requestSubmit();
            }
        }""",
        texts,
    )


@pytest.mark.timeout(LONGEST_SECONDS + 120)
def test_two_hundred_messages_through_chaos(
    faults: tuple[Faults, str], own_house: House, site: HostSite, context: BrowserContext
) -> None:
    chaos, url = faults
    address = site.put("/chaos", page_with(url))
    tabs = [Chat(context.new_page(), own_house) for _ in range(2)]
    for tab in tabs:
        tab.page.goto(address)
        tab.open()
    conversation = own_house.latest()
    half = MESSAGES // 2
    written = [[f"m{tab}-{number:03}" for number in range(half)] for tab in range(2)]
    for start in range(0, half, 20):
        for tab, texts in zip(tabs, written, strict=True):
            _type_quickly(tab, texts[start : start + 20])
        if start == 40:
            own_house.restart()
        if start == 60:
            chaos.down = True
            tabs[0].page.wait_for_timeout(3000)
            chaos.down = False
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        if all(len(_shown(tab, "bot")) > MESSAGES for tab in tabs):
            break
        tabs[0].page.wait_for_timeout(500)
    stored = own_house.said_by_visitor(conversation)
    assert sorted(stored) == sorted(written[0] + written[1]), "lost or doubled"
    for texts in written:
        assert [text for text in stored if text in set(texts)] == texts, "order"
    said = own_house.said_by_bot(conversation)
    for tab in tabs:
        tab.confirmed(MESSAGES)
        assert _shown(tab, "visitor") == stored
        assert _shown(tab, "bot") == said
    assert min(chaos.count.values()) > 5, f"too quiet to prove anything: {chaos.count}"
    kept = "Object.keys(localStorage).filter((key) => key.includes(':out:'))"
    assert tabs[0].page.evaluate(kept) == []


def test_offline_is_shown_and_everything_is_sent_later(
    visit: Callable[..., Chat], context: BrowserContext
) -> None:
    chat = visit("/en")
    note = chat.page.locator(".note[role=status]")
    expect(note).to_be_hidden()
    context.set_offline(True)
    expect(note).to_contain_text("No connection")
    chat.type("one")
    chat.type("two")
    expect(chat.page.locator(".row.pending")).to_have_count(2)
    context.set_offline(False)
    chat.confirmed(2)
    expect(note).to_be_hidden()
    assert chat.texts("visitor") == ["one", "two"]


def test_a_message_typed_offline_survives_a_reload(
    visit: Callable[..., Chat], context: BrowserContext
) -> None:
    chat = visit("/en")
    chat.page.route("**/chat/v1/messages", lambda route: route.abort())
    chat.type("do not lose me")
    expect(chat.page.locator(".row.pending")).to_have_count(1)
    chat.page.unroute("**/chat/v1/messages")
    chat.page.reload()
    chat.open()
    chat.confirmed(1)
    assert chat.texts("visitor") == ["do not lose me"]
