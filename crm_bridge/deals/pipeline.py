"""The pipelines and their stages, in order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

State = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline; `state` says whether the deal is over there, and how."""

    id: str
    state: State = "open"


SALES: Final = "sales"
NEW: Final = "new"
CALL_BACK: Final = "call_back"
MEETING: Final = "meeting_booked"
LOST: Final = "lost"

PIPELINES: Final[Mapping[str, tuple[Stage, ...]]] = {
    SALES: (
        Stage(NEW),
        Stage(CALL_BACK),
        Stage(MEETING),
        Stage("proposal"),
        Stage("negotiation"),
        Stage("won", "won"),
        Stage(LOST, "lost"),
    ),
}


def stage_of(pipeline: str, stage: str) -> Stage | None:
    """The stage of that id in that pipeline, if there is one."""
    return next((one for one in PIPELINES.get(pipeline, ()) if one.id == stage), None)


def is_further(pipeline: str, stage: str, than: str) -> bool:
    """Whether `stage` comes after `than` in the pipeline; both must be there."""
    order = [one.id for one in PIPELINES[pipeline]]
    return order.index(stage) > order.index(than)
