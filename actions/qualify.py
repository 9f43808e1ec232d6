"""The outcome, decided by the bridge; and the look-up of an address beside it."""

import logging

from actions.bridge import BridgeFault
from actions.errand import Errand
from contracts.dialogue import QualifyRequest
from playbook.directives import LookUp, Qualified, Qualify

log = logging.getLogger(__name__)


async def qualify(errand: Errand, directive: Qualify) -> Qualified:
    """Score, route and outcome from the stored answers and those of this turn."""
    request = QualifyRequest(answers=tuple(errand.answers))
    view = await errand.bridge.qualify(errand.conversation, request, key=errand.key("qualify"))
    return Qualified(view.outcome)


async def look_up(errand: Errand, directive: LookUp) -> None:
    """Look an address up once the turn is stored. A failure is logged and changes nothing:
    the bridge enriches later as well."""
    try:
        await errand.bridge.lookup(errand.conversation, directive.email, key=errand.key("lookup"))
    except BridgeFault as fault:
        log.warning("look-up in %s failed: %s", errand.conversation, fault)
