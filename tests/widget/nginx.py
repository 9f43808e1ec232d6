"""nginx as a package installs it: default settings, one `proxy_pass`."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.postgresql import free_port, missing
from tests.stack import wait_for

CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log warn; worker_processes 1;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {upstream}; }} }}
}}
"""


@contextmanager
def in_front_of(upstream: str, folder: Path) -> Iterator[str]:
    """Start nginx before `upstream` and give its address."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if binary is None:
        missing("nginx")
        return
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(folder=folder, port=port, upstream=upstream), "utf-8"
    )
    process = subprocess.Popen([binary, "-e", str(folder / "error.log"), "-c", str(configuration)])
    try:
        wait_for("nginx", lambda: _answers(f"http://127.0.0.1:{port}/healthz"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
