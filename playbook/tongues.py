"""placeholder"""

from playbook.scene import Heard
from playbook.turn import Turn


def hear_language(turn: Turn, heard: Heard) -> str | None:
    return None
