"""What erasure does to files after the commit; it tries again until it has worked."""

import asyncio

from crm_bridge.core.outbox import Event
from crm_bridge.files.folder import Folder


class ForgetFiles:
    """conversation.erased: the contents of its files go."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    async def __call__(self, event: Event) -> None:
        await asyncio.to_thread(self._folder.forget, str(event.data["conversation"]))
