"""The lines of the printable guide do what they say on a page of somebody else."""

import html
import re
from base64 import b64encode
from hashlib import sha384

import pytest
from playwright.sync_api import BrowserContext, Page

from crm_bridge.chat.guide import guide
from crm_bridge.web.assets import STATIC
from tests.widget.chat import Chat
from tests.widget.house import House
from tests.widget.pages import HostSite, page_with

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SITE = {"slug": "demo", "name": "A <b>shop</b>", "allowed_origins": ["https://a.example"]}


def guide_of(host: str) -> str:
    """The page that `usher site embed SITE --guide` prints."""
    line = f'<script async src="{host}/w.js" data-site="demo"></script>'
    (loader,) = (STATIC / "w").glob("loader-*.js")
    digest = b64encode(sha384(loader.read_bytes()).digest()).decode()
    pinned = (
        f'<script async src="{host}/w/{loader.name}" integrity="sha384-{digest}" '
        'crossorigin="anonymous" data-site="demo"></script>'
    )
    return guide(SITE, host=host, line=line, pinned=pinned)


def lines_of(page: str) -> list[str]:
    """What is to be copied from it, in its order."""
    return [html.unescape(text) for text in re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)]


@pytest.mark.parametrize("way", ["plain", "tag manager", "short", "pinned"])
def test_a_line_of_the_guide_brings_the_chat(
    context: BrowserContext, site: HostSite, house: House, way: str
) -> None:
    plain, _, manager, short, pinned, _ = lines_of(guide_of(house.url))
    line = {"plain": plain, "tag manager": manager, "short": short, "pinned": pinned}[way]
    around = page_with(house.url)
    page = re.sub(r"<script async.*?</script>", "", around).replace("</body>", f"{line}</body>")
    assert page.count("<script") == 1
    chat = Chat(context.new_page(), house)
    chat.page.goto(site.put(f"/guide/{way.replace(' ', '-')}", page))
    chat.open()
    assert chat.faults == []


def test_the_guide_prints_whole_and_runs_nothing(context: BrowserContext, site: HostSite) -> None:
    text = guide_of("https://chat.example")
    assert "<b>shop" not in text
    assert not re.search(r"<script|<link|<img", text)
    page: Page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 600})
    page.emulate_media(media="print")
    page.goto(site.put("/guide", text))
    sizes = "[document.documentElement.scrollWidth, innerWidth]"
    wide, room = page.evaluate(sizes)
    assert wide <= room, "every line is wrapped, none is cut off on paper"
    assert page.pdf()[:4] == b"%PDF"
