"""What adapters of object APIs by REST have in common: a transport, the mapping's rules and
the path under which the objects are."""

from collections.abc import Mapping

from crm_bridge.connectors.mapping import ObjectRule
from crm_bridge.connectors.transport import Transport


class RestCrm:
    """The beginning of a `Crm`. `path` is where its API is."""

    def __init__(self, transport: Transport, rules: Mapping[str, ObjectRule], *, path: str) -> None:
        self._transport = transport
        self._rules = rules
        self._path = path.rstrip("/")

    async def close(self) -> None:
        """See `Crm`."""
        await self._transport.close()
