"""A published source as typed values, parsed once a process. Pure."""

from collections import OrderedDict

from playbook.load import load
from playbook.model import Playbook

MOST_PARSED = 64  # versions kept: every running chat's, on a busy day


_parsed: OrderedDict[tuple[str, str], Playbook] = OrderedDict()


def parse(source: str, name: str) -> Playbook:
    """The playbook of that name written in `source`, which was sound when published."""
    playbook = parsed_before(source, name) or load(source, filename=f"{name}.yml")
    _parsed[source, name] = playbook
    if len(_parsed) > MOST_PARSED:
        _parsed.popitem(last=False)
    return playbook


def parsed_before(source: str, name: str) -> Playbook | None:
    """The same, when this process has parsed it already."""
    return _parsed.get((source, name))
