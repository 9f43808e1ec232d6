"""What number morphemes add up to, one after the other, and where a number must end.

"two hundred and five thousand" is 205,000; in "two three" the second word is refused and
starts a number of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from parsing.number_words import Grammar, Kind, Morph

LARGEST = Decimal(10) ** 30  # nobody means more; keeps "million million million …" finite
_ZERO = Decimal(0)
_UNITS = (Kind.DIGIT, Kind.TEEN, Kind.TEN, Kind.HUNDRED, Kind.HUNDREDS)


@dataclass(slots=True)
class Sum:
    """A number being read. `finished` holds whole scales, `group` what is below the next one."""

    grammar: Grammar
    finished: Decimal = _ZERO
    group: Decimal = _ZERO
    last: Kind | None = None
    scale: Decimal | None = None
    weak: bool = True

    @property
    def value(self) -> Decimal:
        return self.finished + self.group

    def copy(self) -> "Sum":
        return Sum(
            self.grammar,
            self.finished,
            self.group,
            self.last,
            self.scale,
            self.weak,
        )

    def start(self, literal: Decimal) -> None:
        """Begins with a number in digits; only a multiplier or a fraction may follow."""
        self.group, self.last, self.weak = literal, Kind.VALUE, False

    def add(self, morph: Morph, *, joined: bool, hyphen: bool = False) -> bool:
        """Takes one morpheme in; False (and unchanged) when the number must end before it.

        `joined`: an "and" stood between; `hyphen`: only a hyphen did.
        """
        joined = joined or morph.joined
        if hyphen and not self._hyphen_fits(morph):
            return False
        if joined and self.last is None and not morph.joined:
            return False
        if self.last is None:
            joined = False
        take = self._TAKE.get(morph.kind)
        if take is None or not take(self, morph.value, joined):
            return False
        self.weak = self.weak and morph.weak
        return True

    def append_decimals(self, digits: str) -> None:
        """The decimals behind "point": `digits` as said, zeros included."""
        self.group += Decimal("0." + digits)
        self.last, self.weak = Kind.FRACTION, False

    def _hyphen_fits(self, morph: Morph) -> bool:
        if morph.kind is Kind.DIGIT:
            return self.last is Kind.TEN
        return morph.kind in (Kind.HUNDRED, Kind.SCALE, Kind.DOZEN, Kind.FRACTION, Kind.TEEN_END)

    def _opens(self) -> bool:
        """Nothing yet below the next scale."""
        return self.last is None or (self.last is Kind.SCALE and self.group == 0)

    def _digit(self, value: Decimal, joined: bool) -> bool:
        if value == 0 and self.last is not None:
            return False
        behind_ten = (
            self.last is Kind.TEN
            and self.group % 10 == 0
            and (not joined or self.grammar.units_joined)
        )
        if not (self._opens() or behind_ten or self.last in (Kind.HUNDRED, Kind.HUNDREDS)):
            return False
        self.group += value
        self.last = Kind.DIGIT
        return True

    def _teen(self, value: Decimal, joined: bool) -> bool:
        if not (self._opens() or self.last in (Kind.HUNDRED, Kind.HUNDREDS)):
            return False
        self.group += value
        self.last = Kind.TEEN
        return True

    def _ten(self, value: Decimal, joined: bool) -> bool:
        if self.grammar.inverted and joined and self.last is Kind.DIGIT and self.group % 100 < 10:
            self.group += value
            self.last = Kind.TEEN
            return True
        if not (self._opens() or self.last in (Kind.HUNDRED, Kind.HUNDREDS)):
            return False
        self.group += value
        self.last = Kind.TEN
        return True

    def _tenfold(self, value: Decimal, joined: bool) -> bool:
        if self.last in (Kind.DIGIT, Kind.COUPLE) and not joined:
            self.group += self.group % 10 * 9
            self.last = Kind.TEN
            return True
        return self._teen(value, joined)

    def _teen_end(self, value: Decimal, joined: bool) -> bool:
        if self.last is Kind.DIGIT and not joined and self.group % 100 < 10:
            self.group += value
            self.last = Kind.TEEN
            return True
        return self.grammar.teen_end_is_ten and self._teen(value, joined)

    def _hundred(self, value: Decimal, joined: bool) -> bool:
        if self._opens():
            self.group = value
        elif (
            not joined
            and 0 < self.group < 100
            and self.last
            in (Kind.DIGIT, Kind.TEEN, Kind.TEN, Kind.VALUE, Kind.COUPLE, Kind.FRACTION)
        ):
            self.group *= value
        else:
            return False
        self.last = Kind.HUNDRED
        return True

    def _hundreds(self, value: Decimal, joined: bool) -> bool:
        if not self._opens():
            return False
        self.group += value
        self.last = Kind.HUNDREDS
        return True

    def _scale(self, value: Decimal, joined: bool) -> bool:
        if self.last is Kind.DOZEN or (joined and self.last is not Kind.SCALE):
            return False
        if self.value * value > LARGEST:
            return False
        if self.last is None:
            self.finished = value
        elif self.group:
            if self.scale is not None and value >= self.scale:
                self.finished, self.group = (self.finished + self.group) * value, _ZERO
            else:
                self.finished, self.group = self.finished + self.group * value, _ZERO
        elif self.last is not Kind.SCALE or self.scale is None or value == self.scale:
            return False
        elif value < self.scale:  # "pet milijonov tisoč dvesto": a thousand has no "one" there
            self.finished += value
        elif not joined:
            self.finished *= value
        else:
            return False
        self.last, self.scale = Kind.SCALE, value
        return True

    def _scaled(self, value: Decimal, joined: bool) -> bool:
        thousand = Decimal(1000)
        if not self._opens() or (self.scale is not None and self.scale <= thousand):
            return False
        self.finished += value
        self.last, self.scale = Kind.SCALE, thousand
        return True

    def _fraction(self, value: Decimal, joined: bool) -> bool:
        if self.last is None:
            self.group = value
        elif joined and self.last is Kind.SCALE and self.scale is not None and self.group == 0:
            self.finished += self.scale * value
        elif joined and self.last in (*_UNITS, Kind.VALUE):
            self.group += value
        elif not joined and self.last in (Kind.DIGIT, Kind.VALUE) and value != Decimal("0.5"):
            self.group *= value
        else:
            return False
        self.last = Kind.FRACTION
        return True

    def _value(self, value: Decimal, joined: bool) -> bool:
        if self.last is not None:
            return False
        self.group, self.last = value, Kind.VALUE
        return True

    def _dozen(self, value: Decimal, joined: bool) -> bool:
        if self.last is None:
            self.group = value
        elif not joined and self.scale is None and self.last is not Kind.DOZEN:
            self.group *= value
        else:
            return False
        self.last = Kind.DOZEN
        return True

    def _couple(self, value: Decimal, joined: bool) -> bool:
        if self.last is not None:
            return False
        self.group, self.last = value, Kind.COUPLE
        return True

    _TAKE: ClassVar[Mapping[Kind, Callable[["Sum", Decimal, bool], bool]]] = {
        Kind.DIGIT: _digit,
        Kind.TEEN: _teen,
        Kind.TEN: _ten,
        Kind.TENFOLD: _tenfold,
        Kind.TEEN_END: _teen_end,
        Kind.HUNDRED: _hundred,
        Kind.HUNDREDS: _hundreds,
        Kind.SCALE: _scale,
        Kind.SCALED: _scaled,
        Kind.FRACTION: _fraction,
        Kind.VALUE: _value,
        Kind.DOZEN: _dozen,
        Kind.COUPLE: _couple,
    }
