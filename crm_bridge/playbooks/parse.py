"""A published source as typed values, parsed once a process. Pure."""

from functools import lru_cache

from playbook.load import load
from playbook.model import Playbook

MOST_PARSED = 64  # versions kept: every running chat's, on a busy day


@lru_cache(maxsize=MOST_PARSED)
def parse(source: str, name: str) -> Playbook:
    """The playbook of that name written in `source`, which was sound when published."""
    return load(source, filename=f"{name}.yml")
