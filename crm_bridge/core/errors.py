"""The errors of the bridge.

    UsherError
    +-- NotFound            the thing named does not exist (or is not yours to see)
    +-- Invalid             what was sent cannot be accepted as it is
    +-- Conflict            it clashes with what is stored
    +-- Refused             known, and not allowed
    |   +-- NotSignedIn
    +-- TryLater            nothing is wrong with the request; `retry_after_seconds`

A domain derives its own classes beside the code that raises them, holding data.
`code` is stable and public; `web/problems.py` alone knows HTTP statuses.
"""

from typing import Any, ClassVar


class UsherError(Exception):
    """Base of every error that has a public code. `data` goes into the problem document."""

    code: ClassVar[str] = "error"

    def __init__(self, detail: str = "", **data: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.data = data


class NotFound(UsherError):
    code = "not_found"


class Invalid(UsherError):
    code = "invalid"


class Conflict(UsherError):
    code = "conflict"


class Refused(UsherError):
    code = "refused"


class NotSignedIn(Refused):
    code = "not_signed_in"


class TryLater(UsherError):
    code = "try_later"

    def __init__(self, detail: str = "", *, retry_after_seconds: float = 1.0, **data: Any) -> None:
        super().__init__(detail, **data)
        self.retry_after_seconds = retry_after_seconds
