"""A playbook that asks for a file, from the visitor's press to the next question: refused where
it should be, sent again where the line broke, kept once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.crm_bridge.files.samples import EXE, PDF
from tests.e2e.chat import REPLY_MS
from tests.e2e.cut import Wire, wire_to
from tests.e2e.records import Records
from tests.stack import ROOT, Stack
from tests.widget.pages import HostSite, host_site, page_with, strict_policy

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.xdist_group("stack")]

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
LARGE_PDF = PDF + bytes(700_000)  # large enough to be cut in two


def _asking_for_a_file(folder: Path) -> Path:
    """The consulting playbook with a question for a file before all others."""
    source = (ROOT / "data/playbooks/consulting.yml").read_text("utf-8")
    words = "".join(f"      {code}: brief {code}\n" for code in LANGUAGES)
    asks = "".join(
        f"      {code}: [A short brief?, Could we have a brief?]\n" for code in LANGUAGES
    )
    question = (
        "  - id: brief\n    kind: file\n    required: false\n"
        f"    settings: {{types: [pdf, png], largest_mb: 1}}\n    label:\n{words}    ask:\n{asks}    why:\n{words}    help:\n{words}"
    )
    assert "\nname: consulting\n" in f"\n{source}"
    source = f"\n{source}".replace("\nname: consulting\n", "\nname: files\n", 1)
    path = folder / "files.yml"
    path.write_text(source.replace("  - id: need\n", question + "  - id: need\n", 1), "utf-8")
    return path


@pytest.fixture(scope="module")
def records(stack: Stack) -> Records:
    return Records.of(stack)


@pytest.fixture(scope="module")
def pages(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Wire]]:
    """The address of a strict page whose chat asks for a file, and the wire it talks over."""
    stack.usher("publish", str(_asking_for_a_file(tmp_path_factory.mktemp("playbook"))))
    with host_site() as site, wire_to(stack.url) as wire:
        stack.usher("site", "create", "files", "--origin", site.url, "--playbook", "files")
        yield _page(site, wire), wire


def _page(site: HostSite, wire: Wire) -> str:
    html = page_with(wire.url).replace('data-site="demo"', 'data-site="files"')
    return site.put("/files", html, policy=strict_policy(wire.url))


def _give(page: Page, contents: bytes, name: str = "brief.pdf") -> None:
    file = {"name": name, "mimeType": "application/pdf", "buffer": contents}
    page.locator("form input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def test_a_file_is_asked_for_refused_lost_sent_again_and_kept(
    stack: Stack, browser: Browser, pages: tuple[str, Wire], records: Records
) -> None:
    address, wire = pages
    page = browser.new_page()
    page.goto(address)
    page.locator(".launch").click()
    clip = page.locator(".clip")
    expect(clip).to_be_visible(timeout=REPLY_MS)
    record = records.latest()
    assert (record["site"], record["question"]) == ("files", "brief")
    said, box = page.locator(".file [role=alert]"), page.locator(".file")

    _give(page, EXE)
    expect(said).to_contain_text("another type: ⁨PDF⁩ or ⁨PNG⁩", timeout=REPLY_MS)
    _give(page, bytes(1024 * 1024 + 1))
    expect(said).to_contain_text("too large (1 MB at most)")
    assert records.get(f"conversations/{record['id']}")["answers"] == {}

    wire.cut_after_bytes = 200_000
    _give(page, LARGE_PDF)
    again = box.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=REPLY_MS)
    assert wire.cuts >= 1
    folder = stack.var / "files" / record["id"]
    assert [path for path in folder.rglob("*") if path.is_file()] == [], "nothing of a part"
    wire.cut_after_bytes = None
    again.click()

    expect(page.locator(".row.visitor .bubble")).to_contain_text("brief.pdf", timeout=REPLY_MS)
    expect(box).to_be_hidden(timeout=REPLY_MS)
    expect(page.locator(".choices .choice", has_text="CRM").first).to_be_visible(timeout=REPLY_MS)
    expect(clip).to_be_hidden(timeout=REPLY_MS)
    record = records.get(f"conversations/{record['id']}")
    assert record["question"] == "need"
    assert record["answers"]["brief"]["value"] == {
        "file": record["answers"]["brief"]["value"]["file"],
        "name": "brief.pdf",
        "type": "pdf",
        "bytes": len(LARGE_PDF),
    }
    (kept,) = [path for path in folder.rglob("*") if path.is_file()]
    assert kept.read_bytes() == LARGE_PDF
    assert "Traceback" not in "\n".join(stack.output)
    page.close()
