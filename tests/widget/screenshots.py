"""Pictures of every state, to be looked at: `python -m tests.widget.screenshots FOLDER`.

English and Hebrew (or --all languages), at 320, 768 and 1280 pixels, and at 320 with text
twice as large; one sheet a language and width, and the single pictures beside it. Of a wide
page the corner with the chat is shown.
"""

import base64
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route

from contracts.turn import Button, OpeningButton
from crm_bridge.conversations.transcript import Line, status
from tests.browser import launched
from tests.crm_bridge.files.samples import PDF
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
    openings,
    without_a_part,
)

SIZES = ((320, 568), (768, 1024), (1280, 800))
CORNER = 460  # pixels of a wide page that are shown
LARGE = {"fontSizes": {"standard": 32, "fixed": 26}}  # twice the browser's own
WORDS = {
    "en": ("Hello! What can we help you with?\n\n- **CRM**\n- a chatbot\n\nCall +386 1 234 56 78 or write to info@polaris.example, or see https://polaris.example/prices.", "We need a CRM for about 40 people", "Hello, Maja here. I have read what you wrote.", ("Chatbot", "CRM", "Marketing automation", "Data quality and cleaning", "Something else"), "When would it suit you?", "Could you send us a short brief?"),
    "he": ("שלום! במה אפשר לעזור?\n\n- **CRM**\n- צ׳אטבוט\n\nאפשר להתקשר +972 3 123 4567 או לכתוב אל info@polaris.example, או לראות https://polaris.example/prices.", "אנחנו צריכים CRM לכ-40 עובדים", "שלום, כאן מאיה. קראתי את מה שכתבת.", ("צ׳אטבוט", "CRM", "אוטומציה שיווקית", "איכות וטיוב נתונים", "משהו אחר"), "מתי נוח לך?", "אפשר לשלוח לנו תקציר קצר?"),
}  # fmt: skip


def _say(chat: Chat, language: str, at: int, **more: list[OpeningButton] | list[Button]) -> None:
    text = WORDS.get(language, WORDS["en"])[at]
    assert isinstance(text, str)
    before = chat.bubbles("bot").count()
    chat.house.write(Line("message", "bot", text=text, language=language, **more))  # type: ignore[arg-type]
    chat.bubbles("bot").nth(before).wait_for()


def _talk(chat: Chat, language: str) -> None:
    _, answer, rep, *_ = WORDS.get(language, WORDS["en"])
    _say(chat, language, 0)
    chat.type(str(answer))
    chat.confirmed(1)
    handed = Line("message", "rep", text=str(rep), language=language)
    chat.house.write(status("handed_over"), handed)
    chat.page.locator(".row.rep").wait_for()


def _typing(chat: Chat, _language: str) -> None:
    chat.house.write(status("typing"))
    chat.page.locator(".dots").wait_for()


def _sending(chat: Chat, language: str) -> None:
    chat.page.route("**/chat/v1/messages", lambda route: route.abort())
    chat.type(str(WORDS.get(language, WORDS["en"])[1]))
    chat.page.locator(".row.pending").wait_for()


def _sent(chat: Chat, _language: str) -> None:
    chat.page.unroute("**/chat/v1/messages")
    chat.confirmed(2)


def _below(chat: Chat, language: str) -> None:
    for _ in range(3):
        _say(chat, language, 0)
    chat.page.locator(".log").evaluate("node => { node.scrollTop = 0; }")
    _say(chat, language, 4)
    chat.page.locator(".below").wait_for()


def _at_the_end(chat: Chat, _language: str) -> None:
    chat.page.locator(".below").click()


def _hold_over(chat: Chat, _language: str) -> None:
    start = openings(1)[0].start.isoformat()
    ends = (chat.house.now() + timedelta(seconds=1)).isoformat()
    chat.house.write(status("held", start=start, end=start, expires_at=ends))
    chat.page.locator(".hold:not(:has(.left))").wait_for()


def _question(chat: Chat, language: str) -> None:
    titles = WORDS.get(language, WORDS["en"])[3]
    _say(chat, language, 0, buttons=[Button(title=title, payload=title) for title in titles])


def _openings(chat: Chat, language: str) -> None:
    _say(chat, language, 4, openings=openings(20))
    chat.page.locator(".openings .choice").first.wait_for()


def _unread(chat: Chat, language: str) -> None:
    chat.page.locator("header button").last.click()
    rep = str(WORDS.get(language, WORDS["en"])[2])
    chat.house.write(*(Line("message", "rep", text=rep, language=language) for _ in range(3)))
    chat.page.locator(".badge:text('3')").wait_for()


def _reopened(chat: Chat, _language: str) -> None:
    chat.page.locator(".launch").click()


def _file(chat: Chat, language: str) -> None:
    chat.house.want_file(str(WORDS.get(language, WORDS["en"])[5]), language)
    chat.page.locator(".clip").wait_for()


def _uploading(chat: Chat, _language: str) -> None:
    held: list[Route] = []  # the first one never ends

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    chat.page.route("**/chat/v1/files*", hold)
    name = "Polaris CRM requirements, final version (3).pdf"
    file = {"name": name, "mimeType": "", "buffer": PDF * 9000}
    chat.page.locator("form input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    chat.page.locator(".file progress").wait_for()


def _refused_file(chat: Chat, _language: str) -> None:
    chat.page.locator(".file button").first.click()
    file = {"name": "a.zip", "mimeType": "", "buffer": b"\0\1"}
    chat.page.locator("form input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    chat.page.locator(".file.bad").wait_for()


def _failed_file(chat: Chat, _language: str) -> None:
    chat.page.route("**/chat/v1/files*", lambda route: route.abort())
    file = {"name": "Polaris.pdf", "mimeType": "", "buffer": PDF}
    chat.page.locator("form input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    chat.page.locator(".file.bad button").nth(1).wait_for()


def _transcript(chat: Chat, _language: str) -> None:
    in_menu(chat)
    chat.page.locator(".menu button").nth(1).click()
    chat.page.locator(".menu .system").wait_for()


def _transcript_sent(chat: Chat, language: str) -> None:
    chat.house.know_address(chat.conversation, "ann.novak@polaris.example")
    _transcript(chat, language)


def _sure(chat: Chat, _language: str) -> None:
    in_menu(chat)
    chat.page.locator(".menu button").last.click()


def _back(chat: Chat, _language: str) -> None:
    chat.page.keyboard.press("Escape")


def _ended(chat: Chat, _language: str) -> None:
    in_menu(chat)
    chat.page.locator(".menu button").nth(2).click()
    chat.page.locator(".menu button").first.click()
    chat.page.locator(".log > .choice").wait_for()


def _again(chat: Chat, _language: str) -> None:
    chat.page.locator(".log > .choice").click()
    chat.bubbles("bot").first.wait_for()


Reach = Callable[[Chat, str], None]


def _plain(reach: Callable[[Chat], None]) -> Reach:
    return lambda chat, _: reach(chat)


# In this order; a name that begins with "-" is a way only.
STATES: dict[str, Reach] = {
    "talk": _talk,
    "typing": _typing,
    "sending": _sending,
    "-sent": _sent,
    "new messages": _below,
    "-at the end": _at_the_end,
    "question": _question,
    "unread": _unread,
    "-reopened": _reopened,
    "openings": _openings,
    "hold": _plain(in_hold),
    "hold over": _hold_over,
    "booked": _plain(in_booked),
    "menu": _plain(in_menu),
    "-menu shut": _back,
    "transcript": _transcript,
    "-transcript shut": _back,
    "transcript sent": _transcript_sent,
    "-sent shut": _back,
    "sure": _sure,
    "-sure shut": _back,
    "file": _file,
    "uploading": _uploading,
    "file refused": _refused_file,
    "upload failed": _failed_file,
    "failed": _plain(in_error),
    "offline": _plain(in_offline),
    "ended": _ended,
    "-again": _again,
    "erased": _plain(in_erased),
}


def _picture(page: Page, size: tuple[int, int], language: str) -> bytes:
    page.wait_for_timeout(250)
    width, height = size
    if width < 500:
        return page.screenshot()
    left = 0 if language == "he" else width - CORNER
    top = max(0, height - 780)
    clip = {"x": left, "y": top, "width": CORNER, "height": height - top}
    return page.screenshot(clip=clip)  # type: ignore[arg-type]


def _pictures(
    context: BrowserContext,
    house: House,
    site: HostSite,
    language: str,
    size: tuple[int, int],
    *,
    large: bool,
) -> dict[str, bytes]:
    greeting = (
        "Questions about CRM? We are here." if language != "he" else "שאלות על CRM? אנחנו כאן."
    )
    chat = Chat(context.new_page(), house)
    if large:
        context.new_cdp_session(chat.page).send("Page.setFontSizes", LARGE)
    found = {}
    for name, attributes in (
        ("not available", 'data-consent=""'),
        ("part away", 'data-consent="ask"'),
        ("consent", 'data-consent="ask"'),
        ("closed", ""),
        ("greeting", f'data-greeting="{greeting}"'),
    ):
        html = page_with(house.url, language=language, attributes=attributes)
        if name == "not available":
            html = html.replace('data-site="demo"', 'data-site="nowhere"')
        address = site.put(
            f"/{language}/{name.replace(' ', '-')}", html, policy=strict_policy(house.url)
        )
        chat.page.goto(address)
        chat.page.locator(".greet" if name == "greeting" else ".launch").wait_for()
        if name == "not available":
            chat.page.locator(".launch").click()
            chat.page.locator(".note[role=status]").wait_for()
        if name == "part away":
            without_a_part(chat)
        if name == "consent":
            chat.page.locator(".launch").click()
            chat.page.locator(".step").wait_for()
        found[name] = _picture(chat.page, size, language)
        chat.page.unroute_all()
        chat.page.evaluate("localStorage.clear()")
    chat.open()
    for name, reach in STATES.items():
        reach(chat, language)
        if not name.startswith("-"):
            found[name] = _picture(chat.page, size, language)
        if name == "offline":
            context.set_offline(False)
            chat.page.unroute_all()
            chat.page.locator(".note[role=status]").wait_for(state="hidden")
    return found


def main(folder: Path, languages: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    runs = [(size, False) for size in SIZES] + [(SIZES[0], True)]
    with (
        launched() as browser,
        tempfile.TemporaryDirectory() as home,
        house_in(Path(home)) as house,
        host_site() as site,
    ):
        for language in languages:
            for size, large in runs:
                context = browser.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    locale={"en": "en-GB", "he": "he-IL"}.get(language, language),
                    timezone_id="Europe/Ljubljana",
                )
                pictures = _pictures(context, house, site, language, size, large=large)
                context.close()
                stem = f"{language}-{size[0]}{'-large' if large else ''}"
                for name, picture in pictures.items():
                    (folder / f"{stem}-{name.replace(' ', '-')}.png").write_bytes(picture)
                (folder / f"{stem}.png").write_bytes(_sheet(browser, pictures, size))


def _sheet(browser: Browser, pictures: dict[str, bytes], size: tuple[int, int]) -> bytes:
    """All the pictures of one language and width beside each other."""
    width = size[0] if size[0] < 500 else CORNER
    columns = 6 if size[0] < 500 else 5
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
