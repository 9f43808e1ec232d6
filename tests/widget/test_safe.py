"""Nothing that anybody writes becomes code on the host's page, and strict pages stay quiet."""

import itertools
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha384

import pytest
from playwright.sync_api import BrowserContext, expect

from contracts.turn import Button
from crm_bridge.conversations.transcript import Line, status
from crm_bridge.web.assets import STATIC
from tests.widget.attacks import CORPUS
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with, strict_policy

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Reports what a strict policy stops, and what should never come to be.
WATCHED = """
    window.reports = [];
    document.addEventListener("securitypolicyviolation", (event) => reports.push(`${event.effectiveDirective} ${event.sample} ${event.blockedURI}`));
"""
MADE = """() => {
    const root = document.querySelector('#usher').shadowRoot;
    const allowed = /^(DIV|P|SPAN|STRONG|EM|CODE|UL|LI|BR|WBR|A|BDI|BUTTON|I|FIELDSET|LEGEND)$/;
    const nodes = [...root.querySelectorAll('.log *')];
    return {
        executed: window.executed,
        tags: [...new Set(nodes.map((node) => node.tagName))].filter((name) => !allowed.test(name)),
        handlers: nodes.flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on')),
        addresses: [...root.querySelectorAll('a')].map((a) => a.protocol)
            .filter((name) => !/^(https?|mailto|tel):$/.test(name)),
        opened: [...root.querySelectorAll('a')].filter((a) => a.rel !== 'noopener noreferrer nofollow').length,
        reports: window.reports,
    };
}"""
HARMLESS = {
    "executed": None,
    "tags": [],
    "handlers": [],
    "addresses": [],
    "opened": 0,
    "reports": [],
}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 200


@pytest.mark.parametrize("author", ["bot", "rep", "visitor"])
def test_nothing_that_is_written_becomes_code(
    visit: Callable[..., Chat], context: BrowserContext, author: str
) -> None:
    context.add_init_script(WATCHED)
    chat = visit("/en")
    for part in itertools.batched(CORPUS, 60):
        chat.house.write(*(Line("message", author, text=text, language="en") for text in part))
    expected = len(CORPUS) + (1 if author == "bot" else 0)
    expect(chat.bubbles(author)).to_have_count(expected, timeout=PATIENCE_MS)
    chat.page.evaluate(
        "document.querySelector('#usher').shadowRoot.querySelectorAll('.log a').forEach((a) => { a.target = ''; })"
    )
    assert chat.page.evaluate(MADE) == HARMLESS
    assert chat.faults == []


def test_buttons_cards_titles_and_addresses_are_text_too(
    visit: Callable[..., Chat], context: BrowserContext
) -> None:
    context.add_init_script(WATCHED)
    chat = visit("/en")
    evil = CORPUS[0]
    chat.house.write(
        status(
            "booked",
            start="2026-03-17T08:00:00+00:00",
            advisor_name=evil,
            video_url="javascript:window.executed=1",
            page_url="javascript:window.executed=1",
        ),
        Line(
            "message",
            "bot",
            text="x",
            language="en",
            buttons=[Button(title=text, payload=f"p{n}") for n, text in enumerate(CORPUS[:40])],
        ),
    )
    expect(chat.page.locator(".choices .choice")).to_have_count(40, timeout=PATIENCE_MS)
    expect(chat.page.locator(".card")).to_contain_text(evil)
    assert chat.page.locator(".card a").count() == 0
    assert chat.page.evaluate(MADE) == HARMLESS


def test_the_hosts_styles_and_the_widgets_do_not_meet(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    hostile = "<style>* { color: red !important; } button { display: none } #usher { contain: none }</style>"
    page = context.new_page()
    page.goto(site.put("/styled", page_with(house.url, more=hostile)))
    chat = Chat(page, house)
    before = page.evaluate("[...document.styleSheets, ...document.adoptedStyleSheets].length")
    chat.open()
    assert (
        page.evaluate("[...document.styleSheets, ...document.adoptedStyleSheets].length") == before
    )
    assert (
        chat.page.locator("form button").evaluate("node => getComputedStyle(node).display")
        == "block"
    )
    bubble = chat.bubbles("bot").first
    assert bubble.evaluate("node => getComputedStyle(node).color") != "rgb(255, 0, 0)"
    assert page.evaluate("Object.keys(window).filter((key) => /usher/i.test(key))") == ["usher"]


def test_the_token_travels_in_a_header_alone(visit: Callable[..., Chat]) -> None:
    chat = visit("/en", opened=False)
    seen: list[str] = []
    chat.page.on("request", lambda request: seen.append(request.url))
    chat.open()
    token = chat.page.evaluate("localStorage['usher:demo:token']")
    assert len(token) >= 22
    assert not [url for url in seen if token in url]
    assert chat.page.evaluate("document.cookie") == ""


@pytest.mark.parametrize("right", [True, False])
def test_a_pinned_version_runs_only_as_it_was(
    context: BrowserContext, site: HostSite, house: House, right: bool
) -> None:
    (loader,) = (STATIC / "w").glob("loader-*.js")
    digest = b64encode(sha384(loader.read_bytes() + (b"" if right else b" ")).digest()).decode()
    html = page_with(house.url).replace(
        f'src="{house.url}/w.js"',
        f'src="{house.url}/w/{loader.name}" integrity="sha384-{digest}" crossorigin="anonymous"',
    )
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(f"/pinned-{right}", html, policy=strict_policy(house.url)))
    if right:
        chat.open()
    else:
        chat.page.wait_for_timeout(500)
        assert chat.page.locator("#usher").count() == 0
