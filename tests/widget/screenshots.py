"""Pictures of every state, to be looked at: `python -m tests.widget.screenshots FOLDER`.

English and Hebrew (or --all languages), at 320, 390 and 1280 pixels; one sheet a language and
width, and the single pictures beside it.
"""

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from crm_bridge.conversations.transcript import Line, status
from tests.browser import launched
from tests.widget.chat import Chat
from tests.widget.house import House, house_in
from tests.widget.pages import HostSite, host_site, page_with, strict_policy
from tests.widget.test_accessible import (
    in_booked,
    in_erased,
    in_error,
    in_hold,
    in_menu,
    in_offline,
    in_openings,
)

SIZES = ((320, 568), (390, 844), (1280, 800))
WORDS = {
    "en": ("Hello! What can we help you with?\n\n- **CRM**\n- a chatbot\n\nCall +386 1 234 56 78 or write to info@polaris.example.", "We need a CRM for about 40 people", "Hello, Maja here. I have read what you wrote."),
    "he": ("שלום! במה אפשר לעזור?\n\n- **CRM**\n- צ׳אטבוט\n\nאפשר להתקשר +972 3 123 4567 או לכתוב אל info@polaris.example.", "אנחנו צריכים CRM לכ-40 עובדים", "שלום, כאן מאיה. קראתי את מה שכתבת."),
}  # fmt: skip


def _talk(chat: Chat, language: str) -> None:
    hello, answer, rep = WORDS.get(language, WORDS["en"])
    chat.house.write(Line("message", "bot", text=hello, language=language))
    chat.type(answer)
    chat.confirmed(1)
    chat.house.write(status("handed_over"), Line("message", "rep", text=rep, language=language))
    chat.page.locator(".row.rep").wait_for()
    chat.page.wait_for_timeout(400)


STATES = {
    "talk": None,
    "openings": in_openings,
    "hold": in_hold,
    "booked": in_booked,
    "menu": in_menu,
    "failed": in_error,
    "offline": in_offline,
    "erased": in_erased,
}


def _pictures(
    browser: Browser, house: House, site: HostSite, language: str, size: tuple[int, int]
) -> dict[str, bytes]:
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="he-IL" if language == "he" else "en-GB",
        timezone_id="Europe/Ljubljana",
    )
    html = page_with(house.url, language=language, attributes='data-greeting="👋 …?"')
    address = site.put(f"/{language}", html, policy=strict_policy(house.url))
    chat = Chat(context.new_page(), house)
    chat.page.goto(address)
    chat.page.locator(".greet").wait_for()
    found = {"closed": chat.page.screenshot()}
    chat.open()
    _talk(chat, language)
    for name, reach in STATES.items():
        if reach is not None:
            reach(chat)
            chat.page.wait_for_timeout(200)
        found[name] = chat.page.screenshot()
        context.set_offline(False)
        chat.page.unroute_all()
        if name == "menu":
            chat.page.keyboard.press("Escape")
        if name == "offline":
            chat.page.locator(".note[role=status]").wait_for(state="hidden")
    context.close()
    return found


def main(folder: Path, languages: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        launched() as browser,
        tempfile.TemporaryDirectory() as home,
        house_in(Path(home)) as house,
        host_site() as site,
    ):
        for language in languages:
            for size in SIZES:
                pictures = _pictures(browser, house, site, language, size)
                for name, picture in pictures.items():
                    (folder / f"{language}-{size[0]}-{name}.png").write_bytes(picture)
                sheet = _sheet(browser, pictures, size)
                (folder / f"{language}-{size[0]}.png").write_bytes(sheet)


def _sheet(browser: Browser, pictures: dict[str, bytes], size: tuple[int, int]) -> bytes:
    """All the pictures of one language and width beside each other."""
    width = size[0] if size[0] < 500 else 520
    columns = 5 if size[0] < 500 else 3
    images = "".join(
        f"<figure><figcaption>{name}</figcaption><img width={width} src='data:image/png;base64,"
        f"{base64.b64encode(picture).decode()}'></figure>"
        for name, picture in pictures.items()
    )
    style = (
        f"body{{display:grid;grid-template-columns:repeat({columns},max-content);gap:8px;margin:8px}}"
        "figure{margin:0}img{border:1px solid #999}"
    )
    page = browser.new_page(viewport={"width": columns * (width + 12) + 16, "height": 600})
    page.set_content(f"<style>{style}</style>{images}")
    picture = page.screenshot(full_page=True)
    page.close()
    return picture


if __name__ == "__main__":
    every = ("en", "sl", "he", "fi", "nb", "pl")
    main(Path(sys.argv[1]), every if "--all" in sys.argv else ("en", "he"))
