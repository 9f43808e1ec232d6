"""What can go wrong with a turn, each with a stable code and an HTTP status.

    TurnFault             500 turn_failed         anything inside Rasa
      BadRequest          400 bad_request         the bridge sent something else than a turn
      NotAllowed          403 not_allowed         the internal key is missing or wrong
      NotReady            503 not_ready           no model is loaded yet
      ActionUnreachable   502 action_unreachable  the action server does not answer
      ActionFailed        502 action_failed       the action server answered with a fault
      Silent              500 silent              nothing was said: a failure for the visitor

No fault carries a visitor's words or the tracker: they go into answers and logs.
"""


class TurnFault(Exception):
    """A turn that failed as a whole: nothing of it was kept."""

    code = "turn_failed"
    status = 500

    def __init__(self, what: str = "") -> None:
        super().__init__(what or self.code)


class BadRequest(TurnFault):
    code = "bad_request"
    status = 400


class NotAllowed(TurnFault):
    code = "not_allowed"
    status = 403


class NotReady(TurnFault):
    code = "not_ready"
    status = 503


class ActionUnreachable(TurnFault):
    code = "action_unreachable"
    status = 502


class ActionFailed(TurnFault):
    code = "action_failed"
    status = 502


class Silent(TurnFault):
    code = "silent"
