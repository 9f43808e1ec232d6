"""Which pages may carry a site's chat: exact origins, `https://*.example.com`, or `*`. Pure."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
EVERY = "*"


@lru_cache(maxsize=1024)  # each request brings one, and is compared with every site's
def normal(origin: str) -> str | None:
    """An origin as scheme://host[:port], lower case and without a default port; None when
    it is none (also for "null", which sandboxed frames and files send)."""
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def allows(allowed: Iterable[str], origin: str) -> bool:
    """Whether one of the `allowed` patterns covers `origin` (an Origin header)."""
    page = normal(origin)
    return any(_covers(pattern.strip(), page) for pattern in allowed)


def _covers(pattern: str, page: str | None) -> bool:
    if pattern == EVERY:
        return True
    wanted = normal(pattern)
    if page is None or wanted is None:
        return False
    scheme, _, host = wanted.partition("://")
    if not host.startswith("*."):
        return page == wanted
    page_scheme, _, page_host = page.partition("://")
    return page_scheme == scheme and page_host.endswith(host[1:])
