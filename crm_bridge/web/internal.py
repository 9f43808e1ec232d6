"""The door for the action server: a shared key, compared in constant time."""

import hmac
from typing import Annotated

from fastapi import Depends, Header, Request

from crm_bridge.core.errors import NotSignedIn
from crm_bridge.settings import Settings


async def _internal(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    settings: Settings = request.app.state.settings
    expected = f"Bearer {settings.internal_key.get_secret_value()}"
    if not hmac.compare_digest(authorization.encode(), expected.encode()):
        raise NotSignedIn("the internal key is missing or wrong: is USHER_INTERNAL_KEY the same?")


Internal = Depends(_internal)
