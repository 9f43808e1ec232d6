"""Everybody can use it: by keyboard, by ear, with large text, on a narrow screen, without
motion, in forced colours, in six languages and both directions."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from contracts.turn import Button, OpeningButton
from crm_bridge.conversations.transcript import Line, status
from tests.crm_bridge.files.samples import PDF
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # the page around it is a test's own
    "resultTypes": ["violations"],
}
ROOT = "document.querySelector('#usher').shadowRoot"


def openings(count: int = 12) -> list[OpeningButton]:
    """Times on several days, as the bot offers them."""
    first = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
    found = []
    for number in range(count):
        start = first + timedelta(days=number // 4, minutes=30 * (number % 4))
        end = start + timedelta(minutes=30)
        title = f"{start:%A %d %B %Y, %H:%M}"
        found.append(OpeningButton(start=start, end=end, title=title, payload=f"slot:{number}"))
    return found


def in_openings(chat: Chat) -> None:
    chat.house.write(Line("message", "bot", text="When?", language="en", openings=openings()))
    chat.page.locator(".openings .choice").first.wait_for()


def in_hold(chat: Chat) -> None:
    start = datetime(2026, 3, 17, 8, 0, tzinfo=UTC).isoformat()
    ends = (chat.house.now() + timedelta(minutes=4, seconds=40)).isoformat()
    chat.house.write(status("held", start=start, end=start, expires_at=ends))
    chat.page.locator(".hold .left").wait_for()


def in_booked(chat: Chat) -> None:
    chat.house.write(
        status(
            "booked", booking="bkg_1", start="2026-03-17T08:00:00+00:00",
            end="2026-03-17T08:30:00+00:00", advisor="maja", advisor_name="Maja Novak",
            video_url="https://meet.example/x", page_url="https://bridge.example/b/x",
        )
    )  # fmt: skip
    chat.page.locator(".card a").first.wait_for()


def in_error(chat: Chat) -> None:
    chat.page.route("**/chat/v1/messages", lambda route: route.fulfill(status=422, json={}))
    chat.type("refuse this")
    chat.page.locator(".row.failed").wait_for()


def in_offline(chat: Chat) -> None:
    chat.page.context.set_offline(True)
    chat.page.locator(".note[role=status]").wait_for()


def in_menu(chat: Chat) -> None:
    chat.page.locator("header button").first.click()
    chat.page.locator(".menu select").wait_for()


def in_transcript(chat: Chat) -> None:
    chat.house.know_address(chat.conversation, "ann.novak-kovac@sales.polaris.example")
    in_menu(chat)
    chat.page.locator(".menu button").nth(1).click()
    chat.page.locator(".menu .system").wait_for()


def in_below(chat: Chat) -> None:
    before = chat.bubbles("rep").count()
    lines = (Line("message", "rep", text=f"line {n}", language="en") for n in range(12))
    chat.house.write(*lines)
    expect(chat.bubbles("rep")).to_have_count(before + 12, timeout=PATIENCE_MS)
    chat.page.locator(".log").evaluate("node => { node.scrollTop = 0; }")
    chat.house.write(Line("message", "bot", text="Here it is.", language="en"))
    chat.page.locator(".below").wait_for()


def in_typing(chat: Chat) -> None:
    chat.house.write(status("typing"))
    chat.page.locator(".dots").wait_for()


def in_unread(chat: Chat) -> None:
    chat.page.keyboard.press("Escape")
    chat.house.write(Line("message", "rep", text="Here I am.", language="en"))
    chat.page.locator(".badge:text('1')").wait_for()


def in_erased(chat: Chat) -> None:
    in_menu(chat)
    chat.page.locator(".menu button").last.click()
    chat.page.locator(".menu button").first.click()
    chat.page.locator(".log > .choice").wait_for()


def without_a_part(chat: Chat) -> None:
    """The chat, opened where the part with its consent step cannot be loaded."""
    chat.page.route("**/w/rare-*.js*", lambda route: route.abort())
    # the pauses between its tries, gone
    chat.page.evaluate(
        "setTimeout = ((real) => (work, ms) => real(work, ms > 900 ? 0 : ms))(setTimeout); 0"
    )
    chat.page.locator(".launch").click()
    chat.page.locator(".note .choice").wait_for()


STATES: dict[str, Callable[[Chat], None]] = {
    "open": lambda chat: None,
    "closed": lambda chat: chat.page.keyboard.press("Escape"),
    "typing": in_typing,
    "unread": in_unread,
    "openings": in_openings,
    "hold": in_hold,
    "booked": in_booked,
    "new messages": in_below,
    "transcript": in_transcript,
    "menu": in_menu,
    "error": in_error,
    "offline": in_offline,
}


def violations(page: Page) -> list[str]:
    """What axe finds wrong with everything on the page."""
    results: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in results["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_any_state(
    visit: Callable[..., Chat], context: BrowserContext, language: str
) -> None:
    found = {}
    page = visit(f"/{language}", opened=False).page
    page.locator(".launch").wait_for()
    found["untouched"] = violations(page)
    page.close()
    chat = visit(f"/{language}")
    for name, reach in STATES.items():
        if chat.page.locator(".panel").is_hidden():
            chat.page.locator(".launch").click()
        reach(chat)
        found[name] = violations(chat.page)
        context.set_offline(False)
        if name in ("menu", "transcript"):
            chat.page.keyboard.press("Escape")
    chat.page.unroute("**/chat/v1/messages")
    in_erased(chat)
    found["erased"] = violations(chat.page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_before_the_agreement_with_files_and_where_a_part_is_away(
    visit: Callable[..., Chat],
    context: BrowserContext,
    site: HostSite,
    house: House,
    language: str,
) -> None:
    found = {}
    asks = page_with(house.url, language=language, attributes='data-consent="ask"')
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(f"/asks/{language}", asks))
    without_a_part(chat)
    found["a part away"] = violations(chat.page)
    chat.page.unroute_all()
    chat.page.locator(".note .choice").click()
    chat.page.locator(".step").wait_for()
    found["consent"] = violations(chat.page)
    greets = page_with(house.url, language=language, attributes='data-greeting="Hello!"')
    chat.page.goto(site.put(f"/greets/{language}", greets.replace('"demo"', '"nowhere"')))
    chat.page.locator(".greet").wait_for()
    found["greeting"] = violations(chat.page)
    chat.page.locator(".launch").click()
    chat.page.locator(".note[role=status]").wait_for()
    found["not available"] = violations(chat.page)
    chat.page.evaluate("localStorage.clear()")
    chat.page.close()
    chat = visit(f"/{language}")
    chat.house.want_file(language=language)
    chat.page.locator(".clip").wait_for()
    found["a file is asked for"] = violations(chat.page)
    held: list[Route] = []
    chat.page.route("**/chat/v1/files*", lambda route: held.append(route))
    choose = chat.page.locator("form input[type=file]")
    file: Any = {"name": "offer.pdf", "mimeType": "", "buffer": PDF}
    choose.set_input_files(file)
    chat.page.locator(".file progress").wait_for()
    found["uploading"] = violations(chat.page)
    held[0].abort()
    chat.page.locator(".file.bad").wait_for()
    found["upload failed"] = violations(chat.page)
    choose.set_input_files({**file, "buffer": b""})
    expect(chat.page.locator(".file.bad button")).to_have_count(1)
    found["file refused"] = violations(chat.page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def _active(page: Page) -> str:
    return str(
        page.evaluate(
            f"(() => {{ const a = {ROOT}.activeElement; "
            "return a ? a.ariaLabel || a.textContent || a.tagName : document.activeElement.tagName })()"
        )
    )


def test_the_keyboard_reaches_everything_and_comes_back(visit: Callable[..., Chat]) -> None:
    chat = visit("/en", opened=False)
    page = chat.page
    page.locator(".launch").wait_for()
    page.keyboard.press("Tab")
    assert _active(page) == "Chat with us"
    page.keyboard.press("Enter")
    expect(chat.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
    assert _active(page) == "Type a message"
    page.keyboard.type("by keyboard")
    page.keyboard.press("Enter")
    chat.confirmed(1)
    expect(chat.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    assert _active(page) == "Type a message"
    page.keyboard.press("Shift+Tab")
    assert _active(page) == "CRM <b>", "the button before the line"
    page.keyboard.press("Shift+Tab")
    assert (
        _active(page).startswith("Messages") or page.evaluate(f"{ROOT}.activeElement.role") == "log"
    )
    page.keyboard.press("Shift+Tab")
    assert _active(page) == "Close chat"
    page.keyboard.press("Shift+Tab")
    assert _active(page) == "Menu"
    page.keyboard.press("Enter")
    page.locator(".menu select").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".menu")).to_be_hidden()
    assert _active(page) == "Menu"
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert _active(page) == "Open chat"


def test_a_pressed_button_leaves_the_focus_on_the_line(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.page.locator(".choices .choice").first.focus()
    chat.page.keyboard.press("Enter")
    chat.confirmed(1)
    assert _active(chat.page) == "Type a message"


def test_names_roles_and_what_is_announced(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    page = chat.page
    expect(page.get_by_role("dialog", name="Chat with us")).to_be_visible()
    expect(page.get_by_role("log", name="Messages")).to_have_attribute("tabindex", "0")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_role("textbox", name="Type a message")).to_be_visible()
    assert page.locator(".launch").get_attribute("aria-expanded") == "true"
    assert page.locator(".panel").get_attribute("aria-modal") == "false"
    announcer = page.locator(".usher-announcer")
    assert announcer.evaluate("node => node.getRootNode() === document"), "in the light DOM"
    assert announcer.get_attribute("aria-live") == "polite"
    expect(announcer.locator("p").last).to_contain_text("Assistant: /system -> need")
    chat.house.write(Line("message", "rep", text="Hello from Maja", language="en"))
    expect(announcer.locator("p").last).to_have_text("Advisor: Hello from Maja")
    first = chat.bubbles("rep").first.evaluate("node => node.textContent")
    assert first == "Advisor: Hello from Maja", "each message says whose it is"
    in_openings(chat)
    group = page.get_by_role("group", name="Tuesday")
    expect(group.get_by_role("button").first).to_have_accessible_name(
        re.compile("^Tuesday,? 17 March 2026.* 0?9:00 CET$")
    )


def test_a_history_is_not_read_aloud(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.type("one")
    chat.confirmed(1)
    expect(chat.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    chat.page.reload()
    chat.open()
    expect(chat.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    assert chat.page.locator(".usher-announcer p").count() == 0


def _boxes(page: Page) -> list[str]:
    """What sticks out of the screen, overlaps nothing it may, or is too small to hit."""
    faults: list[str] = page.evaluate(
        """() => {
            const root = document.querySelector('#usher').shadowRoot, faults = [];
            const panel = root.querySelector('.panel').getBoundingClientRect();
            if (panel.left < 0 || panel.right > innerWidth + 0.5 || panel.top < 0 || panel.bottom > innerHeight + 0.5)
                faults.push(`panel ${JSON.stringify(panel)}`);
            if (panel.width < 280) faults.push(`panel is ${panel.width} wide`);
            for (const node of root.querySelectorAll('.panel button, .panel a.target, select, textarea, .launch')) {
                const box = node.getBoundingClientRect();
                if (!box.width || !node.checkVisibility()) continue;
                if (box.width < 24 || box.height < 24) faults.push(`small: ${node.className} ${box.width}x${box.height}`);
                if (node.matches('button, a') && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 2))
                    faults.push(`cut: ${node.textContent}`);
                if (node.closest('.panel') && (box.left < panel.left - 0.5 || box.right > panel.right + 0.5)) faults.push(`outside: ${node.textContent}`);
            }
            for (const node of root.querySelectorAll('.log, header, form, .menu')) {
                if (node.scrollWidth > node.clientWidth + 1) faults.push(`scrolls sideways: ${node.className || node.tagName}`);
            }
            if (document.documentElement.scrollWidth > innerWidth) faults.push('the page scrolls sideways');
            return faults;
        }"""
    )
    return faults


# 640 x 400 is a screen of 1280 x 800 at 200 % zoom
@pytest.mark.parametrize("size", [(320, 568), (390, 844), (640, 400), (768, 1024), (1280, 800)])
@pytest.mark.parametrize("language", ["en", "he"])
def test_nothing_sticks_out_at_any_width(
    browser: Browser, site: HostSite, house: House, size: tuple[int, int], language: str
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    chat = Chat(context.new_page(), house)
    chat.page.goto(f"{site.url}/{language}")
    chat.open()
    assert _boxes(chat.page) == []
    in_openings(chat)
    chat.type("averyveryverylongwordwithoutanyspace" * 4)
    assert _boxes(chat.page) == []
    in_menu(chat)
    assert _boxes(chat.page) == []
    phone = size[0] <= 480 or size[1] <= 480
    chat.page.keyboard.press("Escape")
    if phone:
        panel = chat.page.locator(".panel")
        assert panel.get_attribute("aria-modal") == "true"
        for _ in range(12):
            chat.page.keyboard.press("Tab")
            assert chat.page.evaluate("document.activeElement.id") == "usher", "focus left a modal"
    context.close()


@pytest.mark.parametrize("language", ["en", "he", "fi"])
def test_text_may_be_twice_as_large_on_a_narrow_screen(
    browser: Browser, site: HostSite, house: House, language: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    chat = Chat(context.new_page(), house)
    # the reader's own setting, which no page's root size stands for
    large = {"fontSizes": {"standard": 32, "fixed": 26}}
    context.new_cdp_session(chat.page).send("Page.setFontSizes", large)
    chat.page.goto(f"{site.url}/{language}")
    chat.open()
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert chat.bubbles("bot").first.evaluate(size) == 32
    for reach in (in_openings, in_booked, lambda chat: chat.house.want_file(), in_menu):
        reach(chat)
        chat.page.wait_for_timeout(100)
        assert _boxes(chat.page) == []
    chat.page.locator(".menu button").last.click()
    assert _boxes(chat.page) == []
    chat.page.keyboard.press("Escape")
    for reach in (in_transcript, in_below):
        reach(chat)
        assert _boxes(chat.page) == []
        chat.page.keyboard.press("Escape")
        chat.page.evaluate("usher.open()")
    in_offline(chat)
    chat.page.locator("textarea").scroll_into_view_if_needed()
    box = chat.page.locator("form").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 568.5, "what is typed is seen"
    context.close()


def test_without_motion_nothing_moves(browser: Browser, site: HostSite, house: House) -> None:
    context = browser.new_context(reduced_motion="reduce")
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.url + "/en")
    chat.open()
    house.bot.plan.append(1.5)
    chat.type("slowly")
    chat.page.locator(".dots").wait_for()
    assert chat.page.evaluate(f"{ROOT}.getAnimations().length") == 0
    context.close()


def test_in_forced_colours_bubbles_and_buttons_have_borders(
    browser: Browser, site: HostSite, house: House
) -> None:
    context = browser.new_context(forced_colors="active")
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.url + "/en")
    chat.open()
    chat.type("hello")
    chat.confirmed(1)
    for selector in (
        ".row.bot .bubble",
        ".row.visitor .bubble",
        "form button",
        ".launch",
        ".panel",
    ):
        width = chat.page.locator(selector).first.evaluate(
            "node => getComputedStyle(node).borderTopWidth"
        )
        assert width != "0px", selector
    assert violations(chat.page) == []
    context.close()


@pytest.mark.parametrize(
    "colour", ["#ffd400", "#1d4ed8", "#767676", "#00ff88", "#111111", "#ff3b30", "#ffffff"]
)
def test_an_operators_colour_never_costs_contrast(
    context: BrowserContext, site: HostSite, house: House, colour: str
) -> None:
    html = page_with(house.url, attributes=f'data-color="{colour}"')
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(f"/colour-{colour[1:]}", html))
    chat.open()
    chat.type("hello")
    chat.confirmed(1)
    expect(chat.bubbles("bot")).to_have_count(2, timeout=PATIENCE_MS)
    ratios = chat.page.evaluate(
        """() => {
            const root = document.querySelector('#usher').shadowRoot;
            const light = (text) => {
                const [r, g, b] = text.match(/[\\d.]+/g).map((part) => part / 255)
                    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
            return ['header', '.row.visitor .bubble', 'form button', '.choice', '.launch'].map((selector) => {
                const style = getComputedStyle(root.querySelector(selector));
                return [selector, ratio(style.color, style.backgroundColor)];
            });
        }"""
    )
    assert [found for found in ratios if found[1] < 4.5] == []
    assert violations(chat.page) == []


def test_reading_further_up_is_not_disturbed(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    chat.house.write(
        *(Line("message", "bot", text=f"line {n}\n\nmore", language="en") for n in range(20))
    )
    expect(chat.bubbles("bot")).to_have_count(21, timeout=PATIENCE_MS)
    log = chat.page.locator(".log")
    log.evaluate("node => { node.scrollTop = 0; }")
    chat.house.write(
        Line(
            "message",
            "bot",
            text="news",
            language="en",
            buttons=[Button(title="Yes", payload="yes")],
        )
    )
    expect(chat.bubbles("bot")).to_have_count(22, timeout=PATIENCE_MS)
    assert log.evaluate("node => node.scrollTop") == 0
    chat.page.get_by_role("button", name="New messages").click()
    assert log.evaluate("node => node.scrollTop") > 0
    expect(chat.page.get_by_role("button", name="New messages")).to_be_hidden()
