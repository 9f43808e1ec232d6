"""A file is given by button, by dropping or by pasting it, and never twice or unseen."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Locator, expect

from tests.crm_bridge.files.samples import EXE, PDF
from tests.widget.chat import PATIENCE_MS, Chat
from tests.widget.house import House
from tests.widget.test_accessible import ROOT, _active, _boxes, violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What a page does with a file, as `clipboardData` or `dataTransfer` of an event on the panel.
HANDED = """([kind, selector, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "offer.pdf", { type: "application/pdf" }));
    const node = document.querySelector("#usher").shadowRoot.querySelector(selector);
    const given = { bubbles: true, cancelable: true };
    if (kind === "paste") return !node.dispatchEvent(new ClipboardEvent("paste", { ...given, clipboardData: data }));
    node.dispatchEvent(new DragEvent("dragover", { ...given, dataTransfer: data }));
    return !node.dispatchEvent(new DragEvent("drop", { ...given, dataTransfer: data }));
}"""


def _asked(visit: Callable[..., Chat], path: str = "/en") -> tuple[Chat, Locator]:
    chat = visit(path)
    chat.house.want_file(language=path[1:])
    clip = chat.page.locator(".clip")
    expect(clip).to_be_visible(timeout=PATIENCE_MS)
    return chat, clip


def _choose(chat: Chat, contents: bytes = PDF, name: str = "offer.pdf") -> None:
    file: Any = {"name": name, "mimeType": "application/pdf", "buffer": contents}
    chat.page.locator("form input[type=file]").set_input_files(file)


def test_a_file_is_chosen_by_keyboard_and_arrives(visit: Callable[..., Chat], house: House) -> None:
    chat, clip = _asked(visit)
    before = len(house.files())
    # listened for well before the key: until the browser knows of it, the chooser is its own
    choosers: list[FileChooser] = []
    chat.page.on("filechooser", lambda chooser: choosers.append(chooser))
    chat.page.wait_for_timeout(500)
    expect(clip).to_have_accessible_name("Attach a file (PDF or PNG, ≤ 1 MB)")
    chat.page.keyboard.press("Shift+Tab")
    assert _active(chat.page).startswith("Attach a file")
    chat.page.keyboard.press("Enter")
    for _ in range(100):
        if choosers:
            break
        chat.page.wait_for_timeout(50)
    choosers[0].set_files({"name": "our offer.pdf", "mimeType": "", "buffer": PDF})  # type: ignore[arg-type]
    chat.confirmed(1)
    assert chat.texts("visitor") == ["📎 our offer.pdf"]
    expect(chat.page.locator(".file")).to_be_hidden()
    assert _active(chat.page) == "Type a message"
    assert len(house.files()) == before + 1
    expect(clip).to_be_hidden(timeout=PATIENCE_MS)  # the next question wants none


@pytest.mark.parametrize(("kind", "selector"), [("paste", "textarea"), ("drop", ".log")])
def test_a_file_is_pasted_or_dropped(visit: Callable[..., Chat], kind: str, selector: str) -> None:
    chat, _ = _asked(visit)
    given = [kind, selector, b64encode(PDF).decode()]
    assert chat.page.evaluate(HANDED, given) is True
    chat.confirmed(1)
    assert chat.texts("visitor") == ["📎 offer.pdf"]


def test_where_no_file_is_wanted_the_page_keeps_what_is_dropped(visit: Callable[..., Chat]) -> None:
    chat = visit("/en")
    assert chat.page.evaluate(HANDED, ["drop", ".log", b64encode(PDF).decode()]) is False


def test_what_is_refused_says_why_and_another_may_be_tried(
    visit: Callable[..., Chat], house: House
) -> None:
    chat, _ = _asked(visit)
    before = len(house.files())
    said = chat.page.locator(".file [role=alert]")
    _choose(chat, bytes(1024 * 1024 + 1))
    expect(said).to_have_text("This file is too large (1 MB at most).")
    assert _active(chat.page) == "Back"
    assert violations(chat.page) == []
    _choose(chat, EXE)
    expect(said).to_have_text(
        "Please choose a file of another type: ⁨PDF⁩ or ⁨PNG⁩.", timeout=PATIENCE_MS
    )
    _choose(chat, b"")
    expect(said).to_have_text("This file is empty.")
    expect(chat.page.locator(".usher-announcer p").last).to_have_text("This file is empty.")
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator(".file")).to_be_hidden()
    assert len(house.files()) == before
    _choose(chat)
    chat.confirmed(1)


@pytest.mark.parametrize("arrived", [False, True])
def test_one_that_got_lost_is_sent_again_and_counts_once(
    visit: Callable[..., Chat], house: House, arrived: bool
) -> None:
    chat, _ = _asked(visit)
    tried: list[str] = []

    def lose(route) -> None:  # type: ignore[no-untyped-def]
        tried.append(route.request.url)
        if len(tried) > 1:
            route.continue_()
            return
        if arrived:
            route.fetch()  # only the answer is lost
        route.abort()

    before = len(house.files())
    chat.page.route("**/chat/v1/files*", lose)
    _choose(chat)
    if not arrived:
        chat.page.locator(".file").get_by_role("button", name="Try again").click()
    chat.confirmed(1)
    expect(chat.page.locator(".file")).to_be_hidden(timeout=PATIENCE_MS)
    assert len(set(tried)) == 1, "the same client id"
    assert len(house.files()) == before + 1
    assert chat.texts("visitor") == ["📎 offer.pdf"]


def test_it_can_be_stopped_while_it_goes(visit: Callable[..., Chat], house: House) -> None:
    chat, _ = _asked(visit)
    before = len(house.files())
    chat.page.route("**/chat/v1/files*", lambda route: None)  # never ends
    _choose(chat, PDF, "a very long name of a file that somebody exported from a system.pdf")
    bar = chat.page.get_by_role("progressbar", name="Uploading")
    expect(bar).to_be_visible()
    assert _boxes(chat.page) == []
    assert violations(chat.page) == []
    assert chat.page.evaluate(f"{ROOT}.activeElement.textContent") == "Cancel"
    chat.page.keyboard.press("Enter")
    expect(bar).to_have_count(0)
    assert _active(chat.page) == "Type a message"
    chat.page.unroute_all()
    _choose(chat)
    chat.confirmed(1)
    assert len(house.files()) == before + 1


def test_its_words_follow_the_language(visit: Callable[..., Chat]) -> None:
    chat, clip = _asked(visit, "/he")
    expect(clip).to_have_accessible_name(re.compile("צירוף קובץ .*או PNG, ≤ .*MB"))
    chat.page.locator("header button").first.click()
    chat.page.locator(".menu select").select_option("fi")
    # its label, not its name: the next question wants no file, and hides it
    expect(clip).to_have_attribute(
        "aria-label", "Liitä tiedosto (PDF tai PNG, ≤ 1 Mt)", timeout=PATIENCE_MS
    )
