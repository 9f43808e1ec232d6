"""Finds the numbers of a folded message: where one begins, what belongs to it, where it ends."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from parsing.fold import Folded
from parsing.number_sum import Sum
from parsing.number_tokens import Token, tokens
from parsing.number_words import Grammar, Kind, Morph, grammar

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

    @property
    def whole(self) -> bool:
        return self.value == int(self.value)


def scan(folded: Folded, *, language: str) -> list[Number]:
    """Every number of a folded message in order, not overlapping, in folded offsets. Linear."""
    return list(_numbers(folded.text, language))


@lru_cache(maxsize=8)  # of one message it is asked by every kind that holds numbers
def _numbers(text: str, language: str) -> tuple[Number, ...]:
    rules = grammar(language)
    stream = tokens(text, rules)
    found: list[Number] = []
    at = 0
    while at < len(stream) and len(found) < MOST_NUMBERS:
        token = stream[at]
        if token.literal is None and not token.morphs and token.text not in rules.articles:
            at += 1
            continue
        counted = token.text not in rules.several or _multiplies(stream, at + 1)
        read = _Reader(text, stream, rules).read(at) if counted else None
        if read is None:
            at += 1
        else:
            number, at = read
            found.append(number)
    return tuple(found)


def _multiplies(stream: list[Token], at: int) -> bool:
    """Whether a hundred or a scale stands there: "several" is a number before it only."""
    morphs = stream[at].morphs if at < len(stream) else ()
    return bool(morphs) and morphs[0].kind in (Kind.HUNDRED, Kind.SCALE)


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
            taken = self._take_at(ahead, joined=joined)
            if taken is None:
                return at
            at = taken
        return at

    def _take_at(self, at: int, *, joined: bool) -> int | None:
        """Takes the token there, or the one behind an article; the place behind it."""
        places = (at + 1, at) if self._skippable(at, first=False) else (at,)
        for place in places:
            if place >= len(self.stream) or not self._adjacent(place):
                continue
            if self._take(self.stream[place], at=place, joined=joined):
                return place + 1
        return None

    def _take(self, token: Token, *, at: int | None = None, joined: bool = False) -> bool:
        if token.literal is not None:
            return at is not None and self._take_literal(token, joined=joined)
        if not token.morphs:
            return False
        if at is not None and not self._agrees(at):
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

    def _agrees(self, at: int) -> bool:
        """False where grammar says that a word starts a number of its own."""
        word = self.stream[at].text
        if self.rules.parts_of_a_range(self.stream[at - 1].text, word):
            return False
        if self.rules.prefix_length(word) and not self.stream[at].morphs[0].joined:
            return False  # "חמש לעשר" is five to ten, not fifteen
        return self._kind(at) is not Kind.TENFOLD or (
            self.sum.last not in (Kind.DIGIT, Kind.COUPLE)
            or len(self.stream[at].morphs) > 1
            or word in self.rules.tenfold_apart
        )

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
            start=start.start + self.rules.prefix_length(start.text),
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
