"""Mail addresses that are spelled out: "jan małpa firma kropka pl", "jane [at] acme dot io"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from parsing.fold import Folded, fold_text
from parsing.lexicon import load
from parsing.phrase import phrases

MOST_SIGNS = 5  # words for "@" looked at in one message
_SIGNS = {"dot": ".", "underscore": "_", "dash": "-", "plus": "+"}
_TEXT = r"(?P<text>[^\s,;:<>()\[\]{}\"@]+)"


@dataclass(frozen=True, slots=True)
class Spoken:
    """An address as said, not yet checked, with its folded span."""

    address: str
    start: int
    end: int
    confidence: float


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # at, dot, underscore, dash, plus, text, sign
    start: int
    end: int


def spoken(folded: Folded, *, language: str) -> Iterator[Spoken]:
    """The addresses that the words of a folded message spell."""
    grammar = _grammar(language)
    if not grammar.any_at.search(folded.text):
        return
    tokens = [_token(folded.text, match) for match in grammar.token.finditer(folded.text)]
    places = [place for place, token in enumerate(tokens) if token.kind in ("at", "sign")]
    for place in places[:MOST_SIGNS]:
        said = _around(folded, tokens, place, grammar)
        if said is not None:
            yield said


@dataclass(frozen=True, slots=True)
class _Grammar:
    token: re.Pattern[str]
    any_at: re.Pattern[str]
    ambiguous: frozenset[str]
    label: re.Pattern[str]
    no: frozenset[str]


def _token(text: str, match: re.Match[str]) -> _Token:
    kind = match.lastgroup or "text"
    if kind == "text" and match[0] == ".":
        kind = "dot"
    return _Token(kind, match.start(), match.end())


def _around(folded: Folded, tokens: list[_Token], place: int, grammar: _Grammar) -> Spoken | None:
    first = _reach(tokens, place, -1, tuple(_SIGNS))
    last = _reach(tokens, place, 1, ("dot", "dash"))
    if first is None or last is None:
        return None
    local, domain = tokens[first:place], tokens[place + 1 : last + 1]
    said = folded.text[tokens[place].start : tokens[place].end]
    address = f"{_joined(folded, local)}@{_joined(folded, domain)}"
    name, _, top = address.rpartition("@")[2].rpartition(".")
    if not name or not top.isalpha() or len(top) < 2:
        return None
    spelled = any(token.kind == "dot" for token in domain)
    start, end = tokens[first].start, tokens[last].end
    if said in grammar.ambiguous and folded.text[domain[0].start : domain[0].end] in grammar.no:
        return None
    if said in grammar.ambiguous and not spelled:
        outside = folded.text[:start] + " " + folded.text[end:]
        if outside.strip(" .!\n") and not grammar.label.search(outside):
            return None
    return Spoken(address, start, end, 0.9 if spelled or said not in grammar.ambiguous else 0.6)


def _reach(tokens: list[_Token], place: int, step: int, signs: tuple[str, ...]) -> int | None:
    """The furthest token of the local part (step -1) or the domain (step 1)."""
    at = place + step
    if not 0 <= at < len(tokens) or tokens[at].kind != "text":
        return None
    while (
        0 <= at + 2 * step < len(tokens)
        and tokens[at + step].kind in signs
        and tokens[at + 2 * step].kind == "text"
    ):
        at += 2 * step
    return at


def _joined(folded: Folded, tokens: list[_Token]) -> str:
    pieces = []
    for token in tokens:
        if token.kind == "text":
            raw = unicodedata.normalize("NFKC", folded.raw_of(token.start, token.end))
            pieces.append(
                "".join(one for one in raw if unicodedata.category(one) not in ("Cf", "Cc"))
            )
        else:
            pieces.append(_SIGNS[token.kind])
    return "".join(pieces).strip(".!?'")


@cache
def _grammar(language: str) -> _Grammar:
    entries, english = load(language, "contact"), load("en", "contact")
    parts = ["(?P<sign>@)", f"(?P<at>{phrases([*entries['at'], *english['at']])})"]
    for kind in _SIGNS:
        parts.append(f"(?P<{kind}>{phrases([*entries[kind], *english[kind]])})")
    ambiguous = {fold_text(form) for form in [*entries["ambiguous_at"], *english["ambiguous_at"]]}
    return _Grammar(
        token=re.compile("|".join([*parts, _TEXT])),
        any_at=re.compile(f"@|{phrases([*entries['at'], *english['at']])}"),
        ambiguous=frozenset(ambiguous),
        no=frozenset(english["not_domain"]),
        label=re.compile(phrases([*entries["mail"], *english["mail"]])),
    )
