"""A mail address in a message, typed or spelled out, with the likely slip of a known domain.

    "jane.doe@acme.io."                      -> jane.doe@acme.io
    "jan małpa firma kropka pl"              -> jan@firma.pl
    "המייל שליdana@example.co.il"             -> dana@example.co.il
    "jane@gmial.com"                         -> jane@gmial.com, suggest jane@gmail.com

A local part is never cut short: what does not make a valid address as a whole is none.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import islice

from email_validator import EmailNotValidError, validate_email

from parsing.email_providers import PROVIDERS, meant
from parsing.email_spoken import spoken
from parsing.fold import Folded, fold, fold_text
from parsing.lexicon import load
from parsing.phrase import phrases
from parsing.values import Email, Parsed

MOST_SIGNS = 10  # "@" looked at in one message
_LONGEST = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_SIGN = re.compile("@")
_STOPS = ' \n"<>()[]{},;:|\\/='
_COMMA = re.compile(
    r"(?<![\w.@+-])[a-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})?,(?:com|net|org|io|eu|[a-z]{2})(?![\w.@])"
)
_HEBREW = re.compile(r"[֐-׿]")


def parse(text: str, *, language: str) -> Parsed[Email] | None:
    """The first valid address; its domain in lower case, its local part as typed.

    Confidence 0.9 and more where it stands with "@" or is spelled out in full.
    """
    folded = fold(text)
    for start, end, confidence in _candidates(folded, language):
        value = _valid(_written(folded, start, end))
        if value is not None:
            first, last = folded.raw_span(start, end)
            return Parsed(Email(value, _suggestion(value)), first, last, confidence)
    if (slip := _comma_for_dot(folded)) is not None:
        return slip
    for said in spoken(folded, language=language):
        value = _valid(said.address)
        if value is not None:
            first, last = folded.raw_span(said.start, said.end)
            return Parsed(Email(value, _suggestion(value)), first, last, said.confidence)
    return None


def _comma_for_dot(folded: Folded) -> Parsed[Email] | None:
    """ "sam@nope,com": the address that was probably meant, to be confirmed."""
    match = _COMMA.search(folded.text)
    if match is None:
        return None
    address = _valid(_written(folded, *match.span()).replace(",", "."))
    if address is None:
        return None
    first, last = folded.raw_span(*match.span())
    return Parsed(Email(address, address), first, last, 0.8)


def looks_like(text: str, *, language: str) -> bool:
    """Whether somebody tried to give an address ("jane@acme", "jan małpa firma"), so that
    the format can be explained."""
    folded = fold(text).text
    if re.search(r"[^\s@]@|@[^\s@]", folded):
        return True
    if _at_words(language).search(folded):
        return True
    return any(provider in folded for provider in PROVIDERS)


def _candidates(folded: Folded, language: str) -> Iterator[tuple[int, int, float]]:
    """Runs around each "@", as folded spans, the longest reading first."""
    text = folded.text
    for match in islice(_SIGN.finditer(text), MOST_SIGNS):
        at = match.start()
        start = at
        while start > 0 and text[start - 1] not in _STOPS and text[start - 1] != "@":
            start -= 1
            if at - start > _LONGEST:
                break
        end = at + 1
        while end < len(text) and text[end] not in _STOPS and text[end] != "@":
            end += 1
            if end - at > _LONGEST:
                break
        start, end = _one_script(text, start, at, end)
        end = at + 1 + len(text[at + 1 : end].rstrip(".,!?'-_…*/"))
        start = at - len(text[start:at].lstrip(".'*=-/!?"))
        if start < at and end > at + 1:
            yield start, end, 1.0


def _one_script(text: str, start: int, at: int, end: int) -> tuple[int, int]:
    """Without the Hebrew words that are written onto an address in Latin letters."""
    if re.search(r"[a-z0-9]", text[start:at]) and text[at - 1].isascii():
        for place in range(at - 1, start - 1, -1):
            if _HEBREW.match(text[place]):
                start = place + 1
                break
    if at + 1 < end and not _HEBREW.match(text[at + 1]):
        glued = _HEBREW.search(text, at + 1, end)
        if glued is not None:
            end = glued.start()
    return start, end


def _written(folded: Folded, start: int, end: int) -> str:
    """The raw letters of a span without direction marks, in one form."""
    raw = unicodedata.normalize("NFKC", folded.raw_of(start, end))
    return "".join(letter for letter in raw if unicodedata.category(letter) not in ("Cf", "Cc"))


def _valid(address: str) -> str | None:
    """The address with its domain in lower case, or None where RFC 5321 and 5322 refuse it."""
    if len(address) > _LONGEST or "." not in address.rpartition("@")[2]:
        return None
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    if checked.domain.rpartition(".")[2].isdigit():
        return None
    typed = address.rpartition("@")[0]  # the validator writes "Info" and its kin small
    local = typed if typed.lower() == checked.local_part.lower() else checked.local_part
    return f"{local}@{checked.domain}"


def _suggestion(address: str) -> str | None:
    """The address that was probably meant, when its domain is one slip from a known one."""
    local, _, domain = address.rpartition("@")
    repaired = meant(domain)
    return None if repaired is None else f"{local}@{repaired}"


@cache
def _at_words(language: str) -> re.Pattern[str]:
    entries = load(language, "contact")
    ambiguous = {fold_text(form) for form in entries["ambiguous_at"]}
    return re.compile(phrases(f for f in entries["at"] if fold_text(f) not in ambiguous))
