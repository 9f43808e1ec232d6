"""What a visitor asked and got no answer to: kept in the dialogue's state, told to whoever goes
on from here. Pure."""

from collections.abc import Mapping
from typing import Any


def unanswered(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions in the visitor's words, of a conversation's state; the last few."""
    kept = state.get("unanswered")
    return tuple(str(each) for each in kept) if isinstance(kept, list) else ()
