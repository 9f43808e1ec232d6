"""The base of every wire type."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """Immutable, and unknown fields are refused: a typo between processes is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
