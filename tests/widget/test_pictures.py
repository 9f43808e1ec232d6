"""What the pictures showed once: lines, directions, and where the focus goes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from crm_bridge.conversations.transcript import Line, status
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite
from tests.widget.test_accessible import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_what_the_pictures_showed(visit: Callable[..., Chat]) -> None:
    chat = visit("/he")
    line = chat.page.locator("textarea").bounding_box()
    assert line is not None
    assert line["height"] < 60, "one line to type in, until there are more"
    chat.type("two words")
    chat.confirmed(1)
    one = chat.bubbles("visitor").last.evaluate("node => node.getClientRects()[0].height")
    assert one < 50, "a short message is not broken"
    chat.house.write(Line("message", "bot", text="- CRM\n- צ׳אטבוט", language="he"))
    item = chat.page.locator(".row.bot li").first
    item.wait_for()
    assert item.evaluate("node => getComputedStyle(node).direction") == "rtl"


def test_what_only_tells_the_direction_is_no_part_of_a_link(visit: Callable[..., Chat]) -> None:
    chat = visit("/he")
    address = "https://polaris.example/b/konF"
    chat.house.write(Line("message", "bot", text=f"כאן: \u2068{address}\u2069", language="he"))
    link = chat.page.locator(".row.bot a").last
    link.wait_for()
    assert link.get_attribute("href") == address


def test_focus_is_not_lost_with_what_is_hidden(
    browser: Browser, site: HostSite, house: House
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/he")
    chat.open()
    lines = [Line("message", "bot", text=f"line {n}\n\nmore", language="en") for n in range(20)]
    house.write(*lines)
    expect(chat.bubbles("bot")).to_have_count(21, timeout=PATIENCE_MS)
    log, below = chat.page.locator(".log"), chat.page.locator(".below")
    log.evaluate("node => { node.scrollTop = 0; }")
    house.write(Line("message", "bot", text="news", language="en"))
    expect(below).to_be_visible(timeout=PATIENCE_MS)
    below.focus()
    log.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    expect(below).to_be_hidden()
    assert chat.page.evaluate(f"{ROOT}.activeElement?.role") == "log"
    house.want_file()
    clip = chat.page.locator(".clip")
    expect(clip).to_be_visible(timeout=PATIENCE_MS)
    clip.focus()
    house.write(status("question", id="need"))
    expect(clip).to_be_hidden(timeout=PATIENCE_MS)
    assert chat.page.evaluate(f"{ROOT}.activeElement?.tagName") == "TEXTAREA"
    context.close()


def test_a_full_stop_never_begins_a_line(browser: Browser, site: HostSite, house: House) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/en")
    chat.open()
    address = "https://polaris.example/" + "p" * 6
    texts = [f"see {address}{'s' * more}." for more in range(12)]
    house.write(*(Line("message", "bot", text=text, language="en") for text in texts))
    expect(chat.bubbles("bot")).to_have_count(13, timeout=PATIENCE_MS)
    alone = chat.page.evaluate(
        f"""() => [...{ROOT}.querySelectorAll('.row.bot .bubble p')].slice(1).map((p) => {{
            const range = document.createRange();
            range.setStart(p.lastChild, 0);
            range.setEnd(p.lastChild, 1);
            const [stop] = range.getClientRects();
            const before = [...p.querySelector('a').getClientRects()].at(-1);
            return Math.abs(stop.top - before.top) > 8 ? p.textContent : '';
        }}).filter(Boolean)"""
    )
    assert alone == []
    context.close()


def test_a_number_to_call_stays_in_one_piece(
    browser: Browser, site: HostSite, house: House
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/he")
    chat.open()
    texts = [f"{'אבג ' * more}+972 3 123 4567." for more in range(1, 11)]
    house.write(*(Line("message", "bot", text=text, language="he") for text in texts))
    expect(chat.bubbles("bot")).to_have_count(11, timeout=PATIENCE_MS)
    broken = chat.page.evaluate(
        f"""() => [...{ROOT}.querySelectorAll('.row.bot .bubble p')].slice(1).map((p) => {{
            const [number, stop] = [p.querySelector('bdi').firstChild, p.lastChild].map((text) => {{
                const range = document.createRange();
                range.selectNodeContents(text);
                return [...range.getClientRects()];
            }});
            const bottoms = new Set([...number, ...stop].map((box) => Math.round(box.bottom)));
            return bottoms.size > 1 ? p.textContent : '';
        }}).filter(Boolean)"""
    )
    assert broken == []
    context.close()


def test_the_hours_of_a_meeting_stay_in_one_piece(
    browser: Browser, site: HostSite, house: House
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/he")
    chat.open()
    texts = [f"{'אבג ' * more}\u20668:00–8:30\u2069, {'דהו ' * 5}" for more in range(1, 11)]
    house.write(*(Line("message", "bot", text=text, language="he") for text in texts))
    expect(chat.bubbles("bot")).to_have_count(11, timeout=PATIENCE_MS)
    pieces = chat.page.locator(".row.bot bdi")
    assert pieces.all_inner_texts() == ["8:00–8:30"] * 10
    broken = pieces.evaluate_all(
        "all => all.filter((one) => one.getClientRects().length > 1).length"
    )
    assert broken == 0
    context.close()


def test_the_line_on_privacy_is_not_said_twice(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    line = chat.page.locator(".consent")
    expect(line).to_be_visible()
    greeting = f"Hello, and welcome! {line.inner_text()}"
    chat.house.write(Line("message", "bot", text="Hello!", language="en"))
    expect(chat.bubbles("bot").last).to_contain_text("Hello!", timeout=PATIENCE_MS)
    expect(line).to_be_visible()
    chat.house.write(Line("message", "bot", text=greeting, language="en"))
    expect(line).to_be_hidden(timeout=PATIENCE_MS)


def test_nothing_types_while_a_person_has_the_chat(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    dots = chat.page.locator(".dots")
    chat.house.write(status("handed_over"))
    expect(chat.page.locator(".system")).to_have_count(1, timeout=PATIENCE_MS)
    chat.type("Is anybody there?")
    chat.confirmed(1)
    expect(dots).to_be_hidden()
    chat.house.write(status("taken_back"))
    expect(chat.page.locator(".system")).to_have_count(2, timeout=PATIENCE_MS)
    chat.page.route("**/chat/v1/messages", lambda route: route.abort())
    chat.type("And now?")
    expect(dots).to_be_visible()
