"""Which provider the settings name."""

from collections.abc import Callable, Mapping
from typing import Final

from crm_bridge.settings import Settings
from crm_bridge.video.jitsi import JitsiRooms
from crm_bridge.video.no_rooms import NoRooms
from crm_bridge.video.port import VideoRooms
from crm_bridge.video.zoom import ZoomRooms

PROVIDERS: Final[Mapping[str, Callable[[Settings], VideoRooms]]] = {
    "jitsi": lambda settings: JitsiRooms(settings.booking.jitsi_url),
    "zoom": lambda settings: ZoomRooms(settings.video.zoom),
    "calendar": lambda _settings: NoRooms(),
    "none": lambda _settings: NoRooms(),
}


def rooms_of(settings: Settings) -> VideoRooms:
    """The provider of the settings. Connects nothing."""
    return PROVIDERS[settings.video.provider](settings)
