"""What the widget may cost a page: bytes, requests, storage, timers, processor time."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

import crm_bridge
from tests.widget.chat import Chat
from tests.widget.house import House
from tests.widget.pages import HostSite

STATIC = Path(crm_bridge.__file__).parent / "static"
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
KB = 1024

# Counts everything that goes on by itself.
WATCHED = """
    window.started = [];
    for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
        const real = window[name];
        window[name] = (...given) => { window.started.push(name); return real(...given); };
    }
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
        .observe({ type: "layout-shift", buffered: true });
"""


def _modules() -> dict[str, str]:
    """Which built file the loader and the chat name for each purpose."""
    loader = (STATIC / "w.js").read_text("utf-8")
    (app,) = set(re.findall(r"app-[A-Z0-9]{8}\.js", loader))
    chat = (STATIC / "w" / app).read_text("utf-8")
    texts = {code: re.findall(rf"{code}-[A-Z0-9]{{8}}\.js", chat)[0] for code in LANGUAGES}
    return {"app": app, **texts}


def _words(language: str) -> tuple[str, str]:
    """The two files of a language: the first words, and those that are seldom needed."""
    first = _modules()[language]
    (rest,) = re.findall(r"[a-z]{2}-[A-Z0-9]{8}\.js", (STATIC / "w" / first).read_text("utf-8"))
    return first, rest


def _packed(name: str) -> int:
    return (STATIC / f"{name}.br").stat().st_size


def test_the_loader_is_at_most_1_5_kb() -> None:
    assert _packed("w.js") <= 1.5 * KB


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_at_most_1_5_kb_with_all_its_parts(language: str) -> None:
    both = _words(language)
    assert sorted(both) == sorted(path.name for path in (STATIC / "w").glob(f"{language}-*.js"))
    assert sum(_packed(f"w/{name}") for name in both) <= 1.5 * KB


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_chat_is_at_most_10_kb_in_every_language(language: str) -> None:
    modules = _modules()
    assert (
        _packed("w.js") + sum(_packed(f"w/{modules[part]}") for part in ("app", language))
        <= 10 * KB
    )


def test_what_is_packed_is_what_is_served_plain() -> None:
    node = (
        "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
    )
    for packed in (STATIC / "w.js.br", next((STATIC / "w").glob("app-*.js.br"))):
        plain = subprocess.run(
            ["node", "-e", node], input=packed.read_bytes(), capture_output=True, check=True
        )
        assert plain.stdout == packed.with_suffix("").read_bytes()


def _requests(page: Page, bridge: str) -> list[str]:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url.removeprefix(bridge)))
    return seen


def _cpu_seconds(cdp: CDPSession) -> float:
    """Processor time of the page's main thread so far; waiting for others does not count."""
    metrics: dict[str, Any] = cdp.send("Performance.getMetrics")
    return next(m["value"] for m in metrics["metrics"] if m["name"] == "ScriptDuration")


def _measured(context: BrowserContext) -> tuple[Page, CDPSession]:
    page = context.new_page()
    page.add_init_script(WATCHED)
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    cdp.send("Performance.enable")
    return page, cdp


@pytest.mark.xdist_group("browser")
@pytest.mark.browser
def test_a_page_that_nobody_chats_on_pays_for_one_request_alone(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    page, cdp = _measured(context)
    seen = _requests(page, house.url)
    page.goto(site.url + "/en")
    page.locator(".launch").wait_for()
    page.wait_for_timeout(500)
    assert [path for path in seen if not path.startswith(("http", "data:"))] == ["/w.js"]
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert page.evaluate("started") == []
    assert page.evaluate("shift") == 0
    assert page.evaluate("document.getAnimations().length") == 0
    # A task of 50 ms is long: not even a machine four times as slow may have one. The best of
    # a few loads, because others use this machine too.
    loads = [_cpu_seconds(cdp)]
    for _ in range(4):
        before = _cpu_seconds(cdp)
        page.reload()
        page.locator(".launch").wait_for()
        loads.append(_cpu_seconds(cdp) - before)
    assert min(loads) * 4 < 0.05, loads


@pytest.mark.xdist_group("browser")
@pytest.mark.browser
def test_an_open_chat_costs_four_more_requests_and_little_time(
    context: BrowserContext, site: HostSite, house: House
) -> None:
    page, _ = _measured(context)
    seen = _requests(page, house.url)
    page.goto(site.url + "/en")
    page.locator(".launch").wait_for()
    page.evaluate(
        """() => new Promise((done) => {
            usher.on("open", done);
            document.querySelector("#usher").shadowRoot.querySelector(".launch").click();
        })"""
    )
    assert (
        page.evaluate("document.querySelector('#usher').shadowRoot.activeElement.tagName")
        == "TEXTAREA"
    )
    Chat(page, house).open()
    ours = [path.split("?")[0] for path in seen if path.startswith("/")]
    assert len(ours) == len(set(ours)) == 5, ours
    assert page.evaluate("shift") == 0


def _tasks_ms(browser: Browser, address: str) -> tuple[float, float]:
    """Processor time of the page's main thread from the click, as the browser's own trace has it,
    in milliseconds: of the longest task until the bot's first message is there, and of all tasks
    until the line to type in has the focus.

    Waiting does not count, and no wall time is asserted: this machine is shared, and what the
    network and other processes take is theirs. `make bench ONLY=widget` measures the wall."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.locator(".launch").wait_for()
    browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing", "__metadata"])
    page.evaluate(
        """() => new Promise((done) => {
            usher.on("open", () => { performance.mark("usher-ready"); done(); });
            document.querySelector("#usher").shadowRoot.querySelector(".launch").click();
        })"""
    )
    page.locator(".row.bot").first.wait_for()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    context.close()
    named = [event for event in events if event["name"] == "thread_name"]
    mains = [event for event in named if event["args"]["name"] == "CrRendererMain"]
    threads = {(event["pid"], event["tid"]) for event in mains}
    tasks = [event for event in events if (event["pid"], event.get("tid")) in threads]
    (ready,) = [event["ts"] for event in events if event["name"] == "usher-ready"]
    busy = [(event["ts"], float(event.get("tdur", 0)) / 1000) for event in tasks]
    return max(ms for _, ms in busy), sum(ms for at, ms in busy if at <= ready)


@pytest.mark.xdist_group("browser")
@pytest.mark.browser
def test_opening_is_short_and_in_short_tasks_on_a_machine_four_times_as_slow(
    browser: Browser, site: HostSite, house: House
) -> None:
    longest, until_ready = [], []
    for _ in range(5):  # the best, because others use this machine too
        found = _tasks_ms(browser, site.url + "/en")
        longest.append(found[0] * 4)
        until_ready.append(found[1] * 4)
        if longest[-1] <= 100 and until_ready[-1] <= 300:
            break
    assert min(longest) <= 100, longest
    assert min(until_ready) <= 300, until_ready
    assert min(longest) > 0, "something was measured"


@pytest.mark.xdist_group("browser")
@pytest.mark.browser
def test_nothing_moves_and_no_timer_runs_in_an_idle_chat(
    visit: Callable[..., Chat],
) -> None:
    chat = visit("/en")
    chat.page.wait_for_timeout(300)
    running = "document.querySelector('#usher').shadowRoot.getAnimations().length"
    assert chat.page.evaluate(running) == 0
    chat.page.evaluate(WATCHED)
    chat.page.wait_for_timeout(1000)
    assert json.dumps(chat.page.evaluate("started")) == "[]"
