"""Numbers written in digits: groups, decimals and fractions, told apart by shape and language.

A separator with other than three digits behind it is a decimal one; the same separator
twice, or three digits that end in two zeros, group thousands; what is left ("1.234") is
decided by the language, and the other reading is kept for callers who know better
(nobody has 1.2 employees).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

LONGEST_LITERAL = 40  # digits; more are a key or an account, not a quantity

# One pass, no nesting over the same characters: linear on any input.
LITERAL = re.compile(
    r"""
      (?P<skip> \d+ (?: : \d+ )+                       # a time, a ratio
              | \d{4} - \d{1,2} - \d{1,2}              # a date
              | \d{1,2} ([./-]) [ ]? \d{1,2} \2 [ ]? \d{2,4} (?! \d | \2 \d )
              | \+ \d [\d ()/.-]{6,}                   # a telephone number
              )
    | (?P<group> \d{1,3} ([ .,']) \d{3} (?: \4 \d{3} )* ) (?! \d ) (?P<rest> [.,] \d+ )?
    | (?P<whole> \d+ [ ] )? (?P<over> \d{1,3} ) / (?P<under> \d{1,3} ) (?! [\d/] )
    | (?P<plain> \d+ ) (?P<part> [.,] \d+ )?
    | (?P<bare> (?<! [\d\w.,] ) [.,] \d+ )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number in digits, unsigned. `other` is the second way to read its separator."""

    value: Decimal
    other: Decimal | None = None


def read_literal(match: re.Match[str], *, group: str) -> Literal | None:
    """The number that a LITERAL match spells; None where it is a time, a date or a key.

    `group` is the separator of thousands in the language ("," or "." or " ").
    """
    if match["skip"] is not None or len(match[0]) > LONGEST_LITERAL:
        return None
    if match["over"] is not None:
        return _fraction(match)
    if match["bare"] is not None:
        return Literal(Decimal("0." + match["bare"][1:]))
    if match["plain"] is not None:
        part = match["part"]
        return Literal(Decimal(match["plain"] + ("." + part[1:] if part else "")))
    return _grouped(match, group)


def _fraction(match: re.Match[str]) -> Literal | None:
    over, under = Decimal(match["over"]), Decimal(match["under"])
    if not 0 < over < under or match["over"].startswith("0") or match["under"].startswith("0"):
        return None
    return Literal(Decimal(match["whole"] or 0) + over / under)


def _grouped(match: re.Match[str], group: str) -> Literal:
    written, separator, rest = match["group"], match[4], match["rest"]
    together = Decimal("".join(letter for letter in written if letter.isdigit()))
    if rest is not None and rest[0] != separator:
        return Literal(together + Decimal("0." + rest[1:]))
    if separator in " '" or written.count(separator) > 1:
        return Literal(together)
    apart = Decimal(written.replace(separator, "."))
    if written.startswith("0"):
        return Literal(apart)
    if separator == group or written.endswith("00") or (group == " " and separator == "."):
        return Literal(together, apart)
    return Literal(apart, together)
