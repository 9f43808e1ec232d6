"""The widget on one page, as a visitor sees it."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.widget.house import House

PATIENCE_MS = 15_000


class Chat:
    """What is shown, and what a visitor can do. `faults` collects what the page complains of."""

    def __init__(self, page: Page, house: House) -> None:
        self.page = page
        self.house = house
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def open(self) -> None:
        """Press the launcher and wait for the greeting."""
        launcher = self.page.locator(".launch")
        launcher.wait_for()
        # left open on the page before, it opens by itself
        if self.page.evaluate("localStorage['usher:demo:open']") != "1":
            launcher.click()
        expect(self.bubbles("bot").first).to_be_visible(timeout=PATIENCE_MS)
        self.conversation = self.house.latest()

    def bubbles(self, author: str) -> Locator:
        return self.page.locator(f".row.{author}:not(:has(.dots)) .bubble")

    def texts(self, author: str) -> list[str]:
        """What bubbles say, without the words for screen readers."""
        return [text.split(":", 1)[-1].strip() for text in self.bubbles(author).all_inner_texts()]

    def type(self, text: str) -> None:
        """Write and send; does not wait."""
        self.page.locator("textarea").fill(text)
        self.page.keyboard.press("Enter")

    def confirmed(self, count: int) -> None:
        """Wait until so many messages of the visitor are shown and known to have arrived."""
        rows = self.page.locator(".row.visitor:not(:has(.state)) .bubble")
        expect(rows).to_have_count(count, timeout=PATIENCE_MS)
