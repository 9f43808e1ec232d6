"""Where the shipped data stand, and how their YAML is read (1.2: `no` is a word)."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DATA = Path(__file__).parents[2] / "data"


def read(path: Path) -> Any:
    """A YAML file as plain values."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
