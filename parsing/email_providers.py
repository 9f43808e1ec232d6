"""Mail providers that many people use, and which of them a mistyped domain probably means."""

from rapidfuzz.distance import OSA

PROVIDERS = (
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "yahoo.co.uk",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "live.com",
    "icloud.com",
    "protonmail.com",
    "fastmail.com",
    # Slovenia
    "siol.net",
    "telemach.net",
    # Israel
    "walla.co.il",
    "walla.com",
    "bezeqint.net",
    "netvision.net.il",
    "zahav.net.il",
    # Finland
    "luukku.com",
    "kolumbus.fi",
    "elisanet.fi",
    "saunalahti.fi",
    "suomi24.fi",
    # Norway
    "online.no",
    "hotmail.no",
    "outlook.no",
    "getmail.no",
    # Poland
    "onet.pl",
    "interia.pl",
    "gazeta.pl",
    "poczta.fm",
)

# Real domains one letter from a provider's.
_NEIGHBOURS = frozenset({"mail", "email", "ymail", "pmail", "cloud", "google", "wallas", "inline"})
# Slips of "com" and "net"; the first four are countries, but hardly ever meant.
_COM = frozenset(
    {
        "co",
        "cm",
        "om",
        "cc",
        "con",
        "cmo",
        "ocm",
        "vom",
        "xom",
        "cpm",
        "coom",
        "comm",
        "cim",
        "clm",
        "comn",
    }
)
_NET = frozenset({"ne", "nt", "met", "ney", "nett", "nat", "ent"})
_NEVER_REAL = frozenset({"con", "cmo", "ocm", "vom", "xom", "cpm", "coom", "comm", "comn", "clm"})


def meant(domain: str) -> str | None:
    """The domain that a lower-case domain is one slip away from, None where it is fine."""
    if domain in PROVIDERS:
        return None
    name, _, top = domain.partition(".")
    close = _closest(name, top)
    if close is not None:
        return close
    stem, _, last = domain.rpartition(".")
    return f"{stem}.com" if last in _NEVER_REAL else None


def _closest(name: str, top: str) -> str | None:
    best: tuple[int, str] | None = None
    for provider in PROVIDERS:
        known, _, wanted = provider.partition(".")
        if name in _NEIGHBOURS or not _same_top(top, wanted):
            continue
        slips = OSA.distance(name, known)
        allowed = 0 if len(known) < 5 else 1 if len(known) < 7 else 2
        if slips <= allowed and (best is None or slips < best[0]):
            best = slips, provider
    return best[1] if best else None


def _same_top(said: str, wanted: str) -> bool:
    slips = {"com": _COM, "net": _NET}.get(wanted, frozenset())
    return said == wanted or said in slips
