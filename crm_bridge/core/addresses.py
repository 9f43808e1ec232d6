"""Which addresses of the network a stranger's URL may lead to. Pure.

Everything that is not a public unicast address is refused: loopback, private, link-local
(cloud metadata among them), shared, multicast, documentation, and IPv6 that carries such
an IPv4 address (mapped, 6to4, Teredo, NAT64).
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether `address` (as the resolver gives it) is one of the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _carried(found)
        if inner is not None:
            return _public(inner)
    return _public(found)


def _public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
