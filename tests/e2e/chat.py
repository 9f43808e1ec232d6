"""A visitor at the demo page in a real browser."""

from dataclasses import dataclass
from typing import Any, Self

from playwright.sync_api import Browser, Locator, Page, expect

REPLY_MS = 20_000


@dataclass
class Chat:
    """The widget on a page. Everything is done as a person does it: by what is visible."""

    page: Page
    faults: list[str]

    @classmethod
    def visit(
        cls,
        browser: Browser,
        url: str,
        *,
        language: str = "en",
        width: int = 1280,
        height: int = 860,
        timezone: str = "Europe/Ljubljana",
    ) -> Self:
        """Open the demo page and the chat, and wait for the greeting."""
        context = browser.new_context(
            viewport={"width": width, "height": height}, timezone_id=timezone, locale=language
        )
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.goto(f"{url}/demo?lang={language}")
        chat = cls(page, faults)
        chat.open()
        return chat

    def open(self) -> None:
        launcher = self.page.locator(".launch")
        launcher.wait_for()
        # left open on the page before, it opens by itself
        if self.page.evaluate("localStorage['usher:demo:open']") != "1":
            launcher.click()
        expect(self.bubbles("bot").first).to_be_visible(timeout=REPLY_MS)

    def bubbles(self, author: str = "bot") -> Locator:
        return self.page.locator(f".row.{author}:not([hidden]) .bubble")

    def texts(self, author: str = "bot") -> list[str]:
        return [text.split(": ", 1)[-1].strip() for text in self.bubbles(author).all_inner_texts()]

    def _settled(self, act: Any) -> str:
        """Do something and wait for what the house says to it; its new bubbles as one text."""
        rows = self.page.locator(".row.bot .bubble, .row.system .bubble")
        before = rows.count()
        act()
        self.page.wait_for_function(
            """before => {
                const root = document.querySelector('#usher').shadowRoot;
                const typing = root.querySelector('.dots').closest('.row');
                return typing.hidden && root.querySelectorAll('.row.bot .bubble, .row.system .bubble').length > before;
            }""",
            arg=before,
            timeout=REPLY_MS,
        )
        return "\n".join(rows.all_inner_texts()[before - 1 :])

    def say(self, text: str) -> str:
        """Type and send; the reply."""

        def act() -> None:
            self.page.locator("textarea").fill(text)
            self.page.keyboard.press("Enter")

        return self._settled(act)

    def press(self, title: str) -> str:
        """Press a button by its words; the reply."""
        return self._settled(
            lambda: self.page.locator(".choices .choice", has_text=title).first.click()
        )

    def choose_opening(self, number: int = 0) -> str:
        """Press one of the openings that are shown; the reply."""
        return self._settled(lambda: self.page.locator(".openings .choice").nth(number).click())

    def close(self) -> None:
        self.page.context.close()
