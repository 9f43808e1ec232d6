"""Pages of somebody else that carry the widget: another origin than the bridge's, each
with the policy and the markup that a test wants."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class HostPage:
    """One page: its whole HTML and its Content-Security-Policy (none if empty)."""

    html: str
    policy: str = ""


class HostSite:
    """A web site on 127.0.0.1; `put` makes a page and gives its address."""

    def __init__(self) -> None:
        self.pages: dict[str, HostPage] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = site.pages.get(urlsplit(self.path).path)
                body = page.html.encode() if page else b""
                self.send_response(200 if page else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if page and page.policy:
                    self.send_header("Content-Security-Policy", page.policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def put(self, path: str, html: str, *, policy: str = "") -> str:
        self.pages[path] = HostPage(html, policy)
        return self.url + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def host_site() -> Iterator[HostSite]:
    """A site for as long as the block runs."""
    site = HostSite()
    try:
        yield site
    finally:
        site.close()


def page_with(bridge: str, *, language: str = "en", more: str = "", attributes: str = "") -> str:
    """A plain page with the widget's one line in it."""
    direction = "rtl" if language == "he" else "ltr"
    return f"""<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A page</title>
<link rel="icon" href="data:,">
<script async src="{bridge}/w.js" data-site="demo" {attributes}></script></head>
<body><main><h1>A page</h1><p>Some words.</p>{more}</main></body></html>"""


def strict_policy(bridge: str) -> str:
    """The policy that docs/embedding.md promises the widget runs under."""
    return (
        f"default-src 'none'; script-src {bridge}; connect-src {bridge}; img-src data:; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
