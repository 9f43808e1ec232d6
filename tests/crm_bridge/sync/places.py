"""Where the mappings are, and a key to seal with."""

from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "data"
SECRET = "a key of the tests"
