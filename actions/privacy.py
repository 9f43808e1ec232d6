"""Being forgotten."""

from actions.errand import Errand
from playbook.directives import Erase, Erased


async def erase(errand: Errand, directive: Erase) -> Erased:
    """Erase everything of the conversation."""
    await errand.bridge.erase(errand.conversation, key=errand.key("erase"))
    return Erased()
