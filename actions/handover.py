"""A person is asked for."""

from actions.errand import Errand
from contracts.dialogue import HandoverRequest
from playbook.directives import HandedOver, Handover


async def hand_over(errand: Errand, directive: Handover) -> HandedOver:
    """A ticket for the reps, with the answers of this turn too."""
    request = HandoverRequest(reason=directive.reason, answers=tuple(errand.answers))
    view = await errand.bridge.handover(errand.conversation, request, key=errand.key("handover"))
    return HandedOver(view.staffed)
