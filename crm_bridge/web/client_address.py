"""The address that a request came from, for rate limits.

X-Forwarded-For is believed only as far as proxies of ours wrote it: from the right,
until an address that is none of theirs. Otherwise anybody could be anybody.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import Request

Network = IPv4Network | IPv6Network
NOBODY = "unknown"


def networks(text: str) -> tuple[Network, ...]:
    """Comma-separated addresses and networks ("10.0.0.0/8, ::1"). Raises ValueError."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def client_address(request: Request, proxies: Sequence[Network]) -> str:
    """The visitor's address; of IPv6 the /64, which one household has to itself."""
    peer = request.client.host if request.client else NOBODY
    hops = [
        hop.strip()
        for header in request.headers.getlist("x-forwarded-for")
        for hop in header.split(",")
    ]
    while hops and _is_ours(peer, proxies):
        peer = hops.pop()
    return _bucket(peer)


def _is_ours(address: str, proxies: Sequence[Network]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in proxies)


def _bucket(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
