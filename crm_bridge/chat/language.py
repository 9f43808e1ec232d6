"""The language a chat opens in: asked for, else the page's, else the browser's, else the
site's own. Pure.

A tag is BCP 47 in any spelling ("nb-NO", "no", "iw"). Danish and both kinds of Norwegian
are answered in bokmål.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from contracts.languages import LANGUAGES

MOST_TAGS: Final = 20
_ANSWERED_IN: Final = {"no": "nb", "nn": "nb", "da": "nb", "iw": "he"}


@dataclass(frozen=True, slots=True)
class Opening:
    """`language` is spoken; `page_language` is what the page is written in, if that is one
    of ours; `locale` is the visitor's regional form of the language ("en-GB"), if known."""

    language: str
    page_language: str | None
    locale: str | None


def known(tag: str | None) -> str | None:
    """The language of ours that a tag means, or None."""
    base = (tag or "").strip().lower().replace("_", "-").split("-", 1)[0]
    base = _ANSWERED_IN.get(base, base)
    return base if base in LANGUAGES else None


def accepted(header: str | None) -> list[str]:
    """The tags of an Accept-Language header, most wanted first (RFC 9110 section 12.5.4)."""
    weighed = []
    for place, part in enumerate((header or "").split(",")[:MOST_TAGS]):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        if tag.strip() and weight > 0:
            weighed.append((-weight, place, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        return max(0.0, min(1.0, float(value))) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0


def choose(
    *,
    wanted: str | None,
    page: str | None,
    accept_language: str | None,
    default: str,
    offered: Collection[str],
) -> Opening:
    """The language to open in, out of those `offered`; `default` where nothing fits."""
    tags = accepted(accept_language)
    candidates = [known(tag) for tag in (wanted, page, *tags)]
    language = next((one for one in candidates if one and one in offered), default)
    locale = next(_regional(language, (*tags, wanted or "", page or "")), None)
    return Opening(language=language, page_language=known(page or wanted), locale=locale)


def _regional(language: str, tags: tuple[str, ...]) -> Iterator[str]:
    for tag in tags:
        parts = tag.strip().replace("_", "-").split("-")
        regions = [part for part in parts[1:] if len(part) == 2 and part.isalpha()]
        if regions and known(parts[0]) == language:
            yield f"{language}-{regions[0].upper()}"
