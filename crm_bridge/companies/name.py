"""A company's name: what it may be called by its domain, and the form it is compared in. Pure."""

import re
from functools import lru_cache

from cleanco import basename

from parsing.fold import fold

_WORD = re.compile(r"[-_]+")
_SHORT = 3  # letters: "ibm" is IBM, "acme" is Acme


def guess_from_domain(domain: str) -> str | None:
    """What a company with this registrable domain may be called ("acme-labs.co.uk" ->
    "Acme Labs"), or None where the domain spells no word (digits, IDNA)."""
    label = domain.partition(".")[0]
    if not label or label.startswith("xn--") or not any(letter.isalpha() for letter in label):
        return None
    words = [word for word in _WORD.split(label) if word]
    return " ".join(
        word.upper() if len(word) <= _SHORT and len(words) == 1 else word.capitalize()
        for word in words
    )


@lru_cache(maxsize=20_000)
def compared(name: str) -> str:
    """The form in which names are the same company's: folded, without its legal form."""
    return fold(basename(name) or name).text.strip()
