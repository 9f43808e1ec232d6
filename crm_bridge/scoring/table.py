"""A table of leads as a learner takes it: columns of one kind each, outcomes beside them. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["number", "choice"]
MOST_CHOICES: Final = 60  # values that a column keeps apart; rarer ones are "other"
FEWEST_OF_A_CHOICE: Final = 10
FEWEST_DIFFERENT: Final = 8  # numbers; fewer are choices in figures
OTHER: Final = "\0other"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Numbers are floats or None; choices are text, "" where nothing is known."""

    name: str
    kind: Kind
    values: tuple[float | str | None, ...]


def columns(rows: Sequence[Mapping[str, object]], *, without: frozenset[str]) -> list[Column]:
    """The columns of rows by name, in order of first appearance."""
    names = dict.fromkeys(name for row in rows for name in row if name not in without)
    return [_column(name, [row.get(name) for row in rows]) for name in names]


def _column(name: str, raw: Sequence[object]) -> Column:
    numbers = [_number(value) for value in raw]
    given = [value for value in raw if value not in (None, "")]
    all_numbers = sum(number is not None for number in numbers) == len(given)
    if given and all_numbers and len(set(given)) >= FEWEST_DIFFERENT:
        return Column(name, "number", tuple(numbers))
    return Column(name, "choice", tuple("" if value is None else str(value) for value in raw))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(str(value).strip())
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # also refuses NaN


def choices(column: Column) -> dict[str, int]:
    """The code of each value that is frequent enough to be kept apart, the commonest first."""
    counts = Counter(str(value) for value in column.values)
    kept = [value for value, n in counts.most_common(MOST_CHOICES) if n >= FEWEST_OF_A_CHOICE]
    return {value: code for code, value in enumerate(kept)}


def is_key(column: Column) -> bool:
    """Whether it names the row instead of saying something about it (ids, numbers of rows)."""
    given = [value for value in column.values if value not in (None, "")]
    whole = all(isinstance(value, str) or float(value or 0).is_integer() for value in given)
    return whole and len(given) > 50 and len(set(given)) > 0.98 * len(given)
