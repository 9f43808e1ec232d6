"""What every action has at hand: the bridge, the playbooks it gave, the words on buttons."""

import asyncio
import logging
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from actions.bridge import Bridge
from actions.words import ButtonWords
from playbook.load import load
from playbook.model import Playbook

log = logging.getLogger(__name__)

BRIDGE_URL: Final = "http://127.0.0.1:8000"
MOST_PLAYBOOKS: Final = 20  # versions kept; a live chat stays on the one it began with


@dataclass(slots=True)
class Hands:
    """Shared by all turns of the process; made once, closed at the end."""

    bridge: Bridge
    words: ButtonWords
    playbooks: OrderedDict[tuple[str, int], Playbook] = field(default_factory=OrderedDict)

    async def playbook(self, name: str, version: int) -> Playbook:
        """A published version: immutable, so it is fetched once. Raises BridgeFault, and
        PlaybookFaults when the bridge published what this process cannot read."""
        known = self.playbooks.get((name, version))
        if known is None:
            view = await self.bridge.playbook(name, version)
            filename = f"{name} version {version}"
            known = await asyncio.to_thread(load, view.source, filename=filename)
            self.playbooks[(name, version)] = known
            while len(self.playbooks) > MOST_PLAYBOOKS:
                self.playbooks.popitem(last=False)
        self.playbooks.move_to_end((name, version))
        return known


def hands_from_environment() -> Hands:
    """USHER_BRIDGE_URL, USHER_INTERNAL_KEY and USHER_DATA; a missing key is said plainly."""
    key = os.environ.get("USHER_INTERNAL_KEY", "")
    if not key:
        raise SystemExit("actions: USHER_INTERNAL_KEY is not set; it must be the bridge's own")
    bridge = Bridge(os.environ.get("USHER_BRIDGE_URL") or BRIDGE_URL, key)
    texts = Path(os.environ.get("USHER_DATA") or "data") / "texts"
    return Hands(bridge, ButtonWords(texts))
