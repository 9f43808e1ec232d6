"""The web sites that carry the chat: made by an operator, read at every request.

`Sites` keeps all of them in memory for a few seconds: there are a handful, and each
request asks which pages may speak.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.languages import LANGUAGES
from crm_bridge.chat import origins, repository
from crm_bridge.chat.models import Site
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Invalid, NotFound, Refused

FRESH_SECONDS = 5.0
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class SiteUnknown(NotFound):
    code = "site_unknown"


class SiteInvalid(Invalid):
    code = "site_invalid"


class OriginNotAllowed(Refused):
    code = "origin_not_allowed"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as the gateway uses it."""

    slug: str
    name: str
    allowed_origins: tuple[str, ...]
    playbook: str
    default_language: str
    timezone: str
    identity_key_version: int


async def create_site(
    session: AsyncSession,
    slug: str,
    *,
    name: str,
    allowed_origins: Sequence[str],
    playbook: str,
    default_language: str = "en",
    timezone: str = "UTC",
    now: datetime,
) -> Site:
    """Make a site, or change the one of that slug.

    `allowed_origins` are scheme://host[:port], https://*.example.com, or * (any page; for
    trials). The bridge's own pages always may. Raises SiteInvalid.
    """
    if not SLUG.fullmatch(slug):
        raise SiteInvalid(f"{slug!r} is no slug: lower-case letters, digits and hyphens")
    for origin in allowed_origins:
        if origin != origins.EVERY and origins.normal(origin) is None:
            raise SiteInvalid(f"{origin!r} is no origin: write https://www.example.com")
    if default_language not in LANGUAGES:
        raise SiteInvalid(f"{default_language!r} is none of {', '.join(LANGUAGES)}")
    if timezone not in available_timezones():
        raise SiteInvalid(f"{timezone!r} is no IANA time zone: write Europe/Ljubljana")
    site = await session.get(Site, slug) or Site(slug=slug, identity_key_version=1, created_at=now)
    site.name = name
    site.allowed_origins = list(allowed_origins)
    site.playbook = playbook
    site.default_language = default_language
    site.timezone = timezone
    session.add(site)
    await session.flush()
    return site


async def exists(session: AsyncSession, slug: str) -> bool:
    """Whether there is a site of that slug."""
    return await session.get(Site, slug) is not None


class Sites:
    """The sites of a running bridge."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._own = public_url
        self._known: Mapping[str, SiteFacts] = {}
        self._read_at = float("-inf")

    async def get(self, slug: str) -> SiteFacts:
        """The site of that slug. Raises SiteUnknown."""
        known = await self._current()
        if slug not in known:
            self._read_at = float("-inf")  # it may have been made a moment ago
            known = await self._current()
        if slug not in known:
            raise SiteUnknown(f"there is no site {slug!r}")
        return known[slug]

    async def check_origin(self, slug: str, origin: str | None) -> None:
        """Raise OriginNotAllowed unless pages of that origin may speak for the site. What
        is no page in a browser sends no Origin and is let in: tokens guard the data."""
        if origin is None:
            return
        site = await self.get(slug)
        if not origins.allows((*site.allowed_origins, self._own), origin):
            raise OriginNotAllowed(f"{origin} is not among the origins of the site {slug!r}")

    async def is_known_origin(self, origin: str) -> bool:
        """Whether any site allows the origin: such pages may read our answers (CORS)."""
        every = [one for site in (await self._current()).values() for one in site.allowed_origins]
        return origins.allows((*every, self._own), origin)

    async def _current(self) -> Mapping[str, SiteFacts]:
        now = time.monotonic()
        if now - self._read_at > FRESH_SECONDS:
            async with self._database.reading() as session:
                found = await repository.sites(session)
            self._known = {site.slug: _facts(site) for site in found}
            self._read_at = now
        return self._known


def _facts(site: Site) -> SiteFacts:
    return SiteFacts(
        slug=site.slug,
        name=site.name,
        allowed_origins=tuple(site.allowed_origins),
        playbook=site.playbook,
        default_language=site.default_language,
        timezone=site.timezone,
        identity_key_version=site.identity_key_version,
    )
