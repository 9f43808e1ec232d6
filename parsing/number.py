"""Cardinals and decimals, in digits and in words, in six languages.

    "1 200", "1.200,50", "10k", "20 tisoč"      -> 1200, 1200.50, 10000, 20000
    "petindvajset", "fem og tyve", "ośmiu"      -> 25, 25, 8
    "półtora", "puolitoista", "חצי מיליון"       -> 1.5, 1.5, 500000

Times, dates, telephone numbers and ordinals are not numbers.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from parsing.fold import Folded, fold
from parsing.number_sum import Sum
from parsing.number_tokens import Token, tokens
from parsing.number_words import Grammar, Kind, Morph, grammar
from parsing.values import Parsed

_MULTIPLIED = (Kind.HUNDRED, Kind.SCALE, Kind.DOZEN, Kind.COUPLE, Kind.FRACTION)
MOST_NUMBERS = 200  # read from one message
_GAPS = ("", " ", "  ", "-", ". ")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a message with its half-open span.

    `other` is the second reading of a separator ("1.200": 1200 or 1.2); `scale` the last
    multiplier said (1000 in "15k"), so that it can be shared by a range; `digits` tells
    that digits were typed; `glued` that letters stand right before them ("EUR20", "A4").
    `confidence` is low where the words are more often something else ("one", "en").
    """

    value: Decimal
    start: int
    end: int
    other: Decimal | None = None
    scale: Decimal | None = None
    digits: bool = False
    glued: bool = False
    confidence: float = 1.0


def parse(text: str, *, language: str) -> Parsed[Decimal] | None:
    """The number that the message says; of several the first, with less confidence."""
    folded = fold(text)
    found = [number for number in scan(folded, language=language) if not number.glued]
    if not found:
        return None
    whole = _elided(folded.text, found, grammar(language))
    if whole is not None:
        found = [whole]
    first = found[0]
    start, end = folded.raw_span(first.start, first.end)
    alone = not folded.text[: first.start].strip(" ") and not folded.text[first.end :].strip(" .!?")
    confidence = first.confidence * (1.0 if alone else 0.8 if len(found) == 1 else 0.5)
    return Parsed(first.value, start, end, confidence)


def spans(text: str, *, language: str) -> list[Number]:
    """Every number of a raw message in order, not overlapping, in raw offsets.

    Pure and linear. Raises UnknownLanguage.
    """
    folded = fold(text)
    found: list[Number] = []
    for number in scan(folded, language=language):
        start, end = folded.raw_span(number.start, number.end)
        found.append(replace(number, start=start, end=end))
    return found


def scan(folded: Folded, *, language: str) -> list[Number]:
    """As `spans`, for a folded message and in folded offsets."""
    rules = grammar(language)
    stream = tokens(folded.text, rules)
    found: list[Number] = []
    at = 0
    while at < len(stream) and len(found) < MOST_NUMBERS:
        token = stream[at]
        if token.literal is None and not token.morphs and token.text not in rules.articles:
            at += 1
            continue
        read = _Reader(folded.text, stream, rules).read(at)
        if read is None:
            at += 1
        else:
            number, at = read
            found.append(number)
    return found


class _Reader:
    """Reads one number from a place in the stream of tokens."""

    def __init__(self, text: str, stream: list[Token], rules: Grammar) -> None:
        self.text = text
        self.stream = stream
        self.rules = rules
        self.sum = Sum(rules)

    def read(self, at: int) -> tuple[Number, int] | None:
        """The number that starts at a token and the place behind it, or None."""
        first = at
        minus = self._kind(at) is Kind.MINUS
        at += minus
        if self._skippable(at, first=True):
            at += 1
        if minus and (at >= len(self.stream) or not self._adjacent(at)):
            return None
        end = self._begin(at)
        if end is None:
            return None
        end = self._go_on(end)
        return self._number(first, end, minus=minus), end

    def _begin(self, at: int) -> int | None:
        """Takes the first token; the place behind it."""
        if at >= len(self.stream):
            return None
        token = self.stream[at]
        if token.literal is not None:
            self.sum.start(token.literal.value)
            if token.scale is not None:
                self.sum.add(Morph(Kind.SCALE, token.scale), joined=False)
            return at + 1
        if self._kind(at) is Kind.POINT:
            return self._decimals(at)
        return at + 1 if self._take(token) else None

    def _go_on(self, at: int) -> int:
        """Takes what still belongs to the number; the place behind the last taken token."""
        while at < len(self.stream) and self._adjacent(at):
            if self._kind(at) is Kind.POINT and self.sum.scale is None:
                behind = self._decimals(at)
                if behind is None:
                    return at
                at = behind
                continue
            ahead, joined = at, False
            if self._kind(ahead) is Kind.JOIN and ahead + 1 < len(self.stream):
                ahead, joined = ahead + 1, True
            if self._skippable(ahead, first=False):
                ahead += 1
            if ahead >= len(self.stream) or not self._adjacent(ahead):
                return at
            if not self._take(self.stream[ahead], at=ahead, joined=joined):
                return at
            at = ahead + 1
        return at

    def _take(self, token: Token, *, at: int | None = None, joined: bool = False) -> bool:
        if token.literal is not None:
            return at is not None and self._take_literal(token, joined=joined)
        if not token.morphs:
            return False
        hyphen = at is not None and self._gap(at) == "-"
        if len(token.morphs) == 1:  # nothing is changed by a refusal
            return self.sum.add(token.morphs[0], joined=joined, hyphen=hyphen)
        tried = self.sum.copy()
        for place, morph in enumerate(token.morphs):
            if morph.kind is Kind.JOIN:
                joined = True
                continue
            if not tried.add(morph, joined=joined, hyphen=hyphen and place == 0):
                return False
            joined = False
        if joined:
            return False
        self.sum = tried
        return True

    def _take_literal(self, token: Token, *, joined: bool) -> bool:
        """Digits behind a scale: "2 tusen 500", "5 million 300 thousand"."""
        scale, literal = self.sum.scale, token.literal
        if scale is None or literal is None or self.sum.last is not Kind.SCALE or token.negative:
            return False
        value = literal.value
        if token.scale is not None:
            fits = value * token.scale < scale
            value *= token.scale
        else:
            fits = scale / 10 <= value < scale and value % 1 == 0 and not joined
        if not fits or self.text[token.end : token.end + 1] in (".", ":", "-", "/"):
            return False
        self.sum.group += value
        self.sum.last = Kind.FRACTION
        return True

    def _decimals(self, at: int) -> int | None:
        """What stands behind "point": digits, or units said one by one, or a small number."""
        ahead = at + 1
        if ahead >= len(self.stream) or not self._adjacent(ahead):
            return None
        token = self.stream[ahead]
        if token.literal is not None:
            digits = token.text if token.text.isdigit() else ""
            ahead += 1
        else:
            digits, ahead = self._spoken_decimals(ahead)
        if not digits:
            return None
        self.sum.append_decimals(digits)
        return ahead

    def _spoken_decimals(self, at: int) -> tuple[str, int]:
        digits = ""
        while at < len(self.stream) and self._adjacent(at) and len(digits) < 12:
            inner = _Reader(self.text, self.stream, self.rules)
            token = self.stream[at]
            if token.literal is not None or not inner._take(token):
                break
            end = at + 1
            if inner.sum.last is Kind.TEN:  # "point seventy seven"
                end = inner._go_on(end)
            if inner.sum.value >= 100 or inner.sum.value % 1 or inner.sum.scale is not None:
                break
            digits += str(inner.sum.value)
            at = end
        return digits, at

    def _number(self, first: int, end: int, *, minus: bool) -> Number:
        start, last = self.stream[first], self.stream[end - 1]
        literals = [token for token in self.stream[first:end] if token.literal is not None]
        only = start if end - first == 1 else None
        value = self.sum.value
        value = Decimal(int(value)) if value == int(value) else value.normalize()
        if minus or start.negative:
            value = -value
        weak = self.sum.weak or (
            only is not None and len(only.morphs) == 1 and only.morphs[0].kind in _MULTIPLIED
        )
        scaled = self.sum.last is Kind.SCALE
        return Number(
            value=value,
            start=start.start,
            end=last.end,
            other=only.literal.other if only and only.literal and only.scale is None else None,
            scale=self.sum.scale if scaled else None,
            digits=bool(literals),
            glued=start.glued,
            confidence=0.5 if weak else 1.0,
        )

    def _kind(self, at: int) -> Kind | None:
        if at >= len(self.stream) or not self.stream[at].morphs:
            return None
        return self.stream[at].morphs[0].kind

    def _skippable(self, at: int, *, first: bool) -> bool:
        """An article or "of" that stands before a multiplier ("half a million")."""
        if at + 1 >= len(self.stream) or self.stream[at].literal is not None:
            return False
        word = self.stream[at].text
        if word not in self.rules.articles and (first or word not in self.rules.fillers):
            return False
        return self._kind(at + 1) in _MULTIPLIED and self._gap(at + 1) == " "

    def _gap(self, at: int) -> str:
        return self.text[self.stream[at - 1].end : self.stream[at].start] if at else ""

    def _adjacent(self, at: int) -> bool:
        gap = self._gap(at)
        if gap == ". ":  # only behind an abbreviation: "5 tys. 300"
            return self.stream[at - 1].literal is None and self.sum.last is Kind.SCALE
        if gap == ", ":
            return self.sum.last is Kind.SCALE
        return gap in _GAPS


def _elided(text: str, found: list[Number], rules: Grammar) -> Number | None:
    """ "one twenty two" said as a whole message: 122."""
    if not rules.elision or len(found) != 2:
        return None
    hundreds, rest = found
    outside = text[: hundreds.start] + text[hundreds.end : rest.start] + text[rest.end :]
    if outside.strip(" ") or hundreds.digits or rest.digits:
        return None
    if not (1 <= hundreds.value <= 9 and 10 <= rest.value <= 99):
        return None
    return Number(hundreds.value * 100 + rest.value, hundreds.start, rest.end, confidence=0.9)
