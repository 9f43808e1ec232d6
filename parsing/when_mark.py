"""A mark: a stretch of a message and what it may mean for a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch [start, end) of the folded text and what it may mean, kind to value.

    `weak` kinds need evidence beside them. `spaced` tells whether white space stands
    before it.
    """

    text: str
    start: int
    end: int
    values: Mapping[str, Any] = field(default_factory=dict)
    weak: frozenset[str] = frozenset()
    spaced: bool = True
    typo: bool = False

    @property
    def known(self) -> bool:
        return bool(self.values)
