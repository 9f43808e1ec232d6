"""The widget in a real browser, on a page of another origin, with a real bridge behind it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import launched
from tests.widget.chat import Chat
from tests.widget.house import House, house_in
from tests.widget.pages import HostSite, host_site, page_with, strict_policy


# Not for the whole session: while Playwright's loop is there, no other test can run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="session")
def site(house: House) -> Iterator[HostSite]:
    """A host site with a strict page for each language at /en, /sl …"""
    with host_site() as site:
        for language in ("en", "sl", "he", "fi", "nb", "pl"):
            html = page_with(house.url, language=language)
            site.put(f"/{language}", html, policy=strict_policy(house.url))
        yield site


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, timezone_id="Europe/Ljubljana", locale="en-GB"
    )
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, site: HostSite, house: House) -> Callable[..., Chat]:
    """Open the page of a language, and (unless told not to) the chat on it."""

    def visit(path: str = "/en", *, opened: bool = True) -> Chat:
        chat = Chat(context.new_page(), house)
        chat.page.goto(site.url + path)
        if opened:
            chat.open()
        return chat

    return visit
