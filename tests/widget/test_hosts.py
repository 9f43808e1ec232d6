"""The line as other people's machinery writes it into a page: tag managers, WordPress, optimisers.

What each emits was read from published containers and plug-ins: a Custom HTML tag of Google Tag
Manager arrives as `text/gtmscript` and is made anew with its address, id and text alone; plug-ins
that delay scripts change the type, hide the address, and copy every attribute later.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from crm_bridge.web.assets import STATIC
from tests.widget.chat import Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with
from tests.widget.test_embedding import guide_of, lines_of

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TAG_MANAGER = """<script>addEventListener("load", () => {
    const box = Object.assign(document.createElement("div"), { innerHTML: document.querySelector("template").innerHTML });
    for (const found of [...box.childNodes]) {
        if (found.type !== "text/gtmscript") { document.body.append(found); continue; }
        const made = Object.assign(document.createElement("script"), { async: false, type: "text/javascript", id: found.id, text: found.text });
        const address = found.getAttribute("data-gtmsrc");
        if (address) made.src = address;
        document.body.append(made);
    }
});</script>"""
DELAYED = """<script>addEventListener("mousemove", () => {
    for (const found of document.querySelectorAll(`script[type=TYPE]`)) {
        const made = document.createElement("script");
        for (const { name, value } of found.attributes)
            if (name !== "type") made.setAttribute(name === "HIDDEN" ? "src" : name, value);
        found.replaceWith(made);
    }
}, { once: true });</script>"""


def by_tag_manager(line: str) -> str:
    """What a container makes of a Custom HTML tag."""
    kept = line.replace("<script", '<script type="text/gtmscript"').replace(
        " src=", " data-gtmsrc="
    )
    return f"<template>{kept}</template>{TAG_MANAGER}"


def delayed(kind: str, hidden: str) -> Callable[[str], str]:
    """What a plug-in makes of a line to run it at the visitor's first movement."""

    def made(line: str) -> str:
        late = line.replace(" src=", f" {hidden}=").replace("<script", f'<script type="{kind}"')
        return late + DELAYED.replace("TYPE", f'"{kind}"').replace("HIDDEN", hidden)

    return made


def enqueued(line: str) -> str:
    """What WordPress prints for the guide's `wp_enqueue_script` (6.3 and later)."""
    handle, address = re.search(r"wp_enqueue_script\( '(\w+)', '([^']+)'", line).groups()  # type: ignore[union-attr]
    return f'<script src="{address}" id="{handle}-js" async data-wp-strategy="async"></script>\n'


WAYS: dict[str, tuple[int, Callable[[str], str]]] = {
    "tag manager, an element": (2, by_tag_manager),
    "tag manager, an address": (3, by_tag_manager),
    "WordPress": (1, enqueued),
    "WP Rocket": (0, delayed("rocketlazyloadscript", "data-rocket-src")),
    "LiteSpeed": (0, delayed("litespeed/javascript", "data-src")),
    "a module": (0, lambda line: line.replace("<script", '<script type="module"')),
    "deferred": (0, lambda line: line.replace(" async", " defer")),
    "neither": (0, lambda line: line.replace(" async", "")),
}


def _around(house: House, lines: str) -> str:
    return re.sub(r"<script async.*?</script>", "", page_with(house.url)).replace(
        "</body>", f"{lines}</body>"
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_chat_comes_whoever_writes_the_line(
    context: BrowserContext, site: HostSite, house: House, way: str
) -> None:
    at, made = WAYS[way]
    page = _around(house, made(lines_of(guide_of(house.url))[at]))
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(f"/host/{re.sub(r'\W+', '-', way)}", page))
    chat.page.mouse.move(50, 50)
    chat.open()
    assert chat.faults == []


def test_a_loader_that_was_put_into_another_file_harms_nobody(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    whole = (STATIC / "w.js").read_text("utf-8") + ";window.after = true;"
    site.put("/all.js", whole)
    page = _around(house, '<script src="/all.js" data-site="another-tool"></script>')
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put("/combined", page))
    assert chat.page.evaluate("[window.after, window.usher]") == [True, None]
    assert chat.page.locator("#usher").count() == 0
    assert chat.faults == []
