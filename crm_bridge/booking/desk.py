"""What booking needs from outside its own tables: its settings, rooms, playbooks, links."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta

from crm_bridge.booking.no_calendars import NoCalendars
from crm_bridge.calendars.port import AdvisorCalendars
from crm_bridge.chat.facts import Playbooks
from crm_bridge.settings import Settings
from crm_bridge.video.port import VideoRooms


@dataclass(frozen=True, slots=True)
class Desk:
    """Made once in `app.py` and passed to whoever books."""

    settings: Settings
    video: VideoRooms
    playbooks: Playbooks
    calendars: AdvisorCalendars = field(default_factory=NoCalendars)

    @property
    def hold_for(self) -> timedelta:
        """How long an opening is kept for a visitor."""
        return timedelta(minutes=self.settings.booking.hold_minutes)

    def page_token(self, booking_id: str) -> str:
        """The token of a booking's page: 128 bits that follow from the id and our secret, so
        that mails can name the link again while the database holds its hash alone."""
        key = self.settings.secret_key.get_secret_value().encode()
        made = hmac.digest(key, f"booking page {booking_id}".encode(), hashlib.sha256)
        return urlsafe_b64encode(made[:16]).decode().rstrip("=")

    def page_url(self, booking_id: str) -> str:
        """The visitor's own page for a booking."""
        return f"{self.settings.public_url.rstrip('/')}/b/{self.page_token(booking_id)}"
