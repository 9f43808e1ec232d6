"""What goes wrong with an outside CRM as a whole.

CrmUnreachable      no answer, or a fault of its own: it will pass
+-- CrmPaused       it asked for rest, or we rest because it failed too often
CrmRevoked          it does not let us in any more: a person must connect again
CrmMisunderstood    it answered, and not as documented
"""

from crm_bridge.core.errors import Refused, TryLater


class CrmUnreachable(TryLater):
    code = "crm_unreachable"


class CrmPaused(CrmUnreachable):
    code = "crm_paused"


class CrmRevoked(Refused):
    code = "crm_revoked"


class CrmMisunderstood(TryLater):
    code = "crm_misunderstood"
