"""Which way words run, and what is as large as a thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, expect

from contracts.turn import Button
from crm_bridge.conversations.transcript import Line, status
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

THUMB = 44  # CSS pixels, WCAG 2.2 success criterion 2.5.5


def test_every_paragraph_finds_its_own_direction(visit: Callable[..., Chat]) -> None:
    chat = visit("/he")
    text = "שלום\n\nHello there, call +972 3 123 4567 or write to ann@acme.example"
    chat.house.write(Line("message", "bot", text=text, language="he"))
    chat.type("English in a Hebrew chat")
    chat.confirmed(1)
    paragraphs = chat.page.locator(".bubble p")
    assert paragraphs.evaluate_all("all => all.every(one => one.dir === 'auto')")
    english = chat.page.locator(".row.bot p", has_text="Hello there")
    assert english.evaluate("node => getComputedStyle(node).direction") == "ltr"
    apart = english.locator("bdi")
    assert apart.all_inner_texts() == ["+972 3 123 4567", "ann@acme.example"]
    assert apart.evaluate_all("all => all.every(one => one.dir === 'ltr')")
    assert chat.page.locator("textarea").get_attribute("dir") == "auto"
    host = chat.page.locator("#usher")
    assert (host.get_attribute("lang"), host.get_attribute("dir")) == ("he", "rtl")


@pytest.mark.parametrize(("language", "mirrored"), [("he", True), ("en", False)])
def test_the_arrow_points_where_the_words_go(
    visit: Callable[..., Chat], language: str, mirrored: bool
) -> None:
    chat = visit(f"/{language}")
    shape = chat.page.locator("form button svg").last
    turned = shape.evaluate("node => getComputedStyle(node).transform")
    assert turned == ("matrix(-1, 0, 0, 1, 0, 0)" if mirrored else "none")


def test_what_is_pressed_is_as_large_as_a_thumb(
    browser: Browser, site: HostSite, house: House
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/en")
    chat.open()
    buttons = [Button(title="Yes", payload="yes"), Button(title="No", payload="no")]
    house.write(Line("message", "bot", text="Shall we?", language="en", buttons=buttons))
    expect(chat.page.locator(".choice")).to_have_count(2, timeout=PATIENCE_MS)
    _are_large(chat.page.locator("button:visible"))
    chat.page.get_by_role("button", name="Menu").click()
    chat.page.locator(".menu select").wait_for()
    _are_large(chat.page.locator(".menu button:visible, .menu select:visible"))
    context.close()


def _are_large(controls: Locator) -> None:
    assert controls.count() >= 4
    for control in controls.all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= THUMB, control.evaluate("node => node.outerHTML")


def test_only_a_finished_message_is_read_aloud(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    aloud = chat.page.locator(".usher-announcer")
    before = aloud.inner_text()
    chat.house.write(status("typing"))
    expect(chat.page.locator(".row.bot:has(.dots)")).to_be_visible(timeout=PATIENCE_MS)
    assert aloud.inner_text() == before
    chat.house.write(Line("message", "bot", text="Here it is.", language="en"))
    expect(aloud).to_contain_text("Here it is.", timeout=PATIENCE_MS)
    assert aloud.inner_text().count("Here it is.") == 1
