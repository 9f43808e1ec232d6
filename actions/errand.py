"""One turn's dealings with the bridge: where it belongs, and keys that make a retry harmless."""

from dataclasses import dataclass, field

from actions.bridge import Bridge
from contracts.turn import AnswerChange, Snapshot
from playbook.scene import Scene


@dataclass(slots=True)
class Errand:
    """`answers` are those of the running turn, which the bridge does not have yet."""

    bridge: Bridge
    snapshot: Snapshot
    scene: Scene
    answers: list[AnswerChange] = field(default_factory=list)
    _calls: dict[str, int] = field(default_factory=dict)

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return self.snapshot.conversation

    def key(self, name: str) -> str:
        """An idempotency key: the same for the same call of the same turn, tried again."""
        count = self._calls[name] = self._calls.get(name, 0) + 1
        return f"{self.snapshot.turn}:{name}:{count}"
