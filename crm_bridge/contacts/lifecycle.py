"""How far a relation has come. Stages only move forward by themselves. Pure."""

from typing import Final, Literal, get_args

Stage = Literal["subscriber", "lead", "qualified", "opportunity", "customer", "other"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)


def furthest(present: str, proposed: Stage) -> str:
    """The further of two stages; "other" and unknown ones were set by a person and stay."""
    if present not in STAGES or present == "other":
        return present
    return max(present, proposed, key=lambda stage: STAGES.index(stage))
