"""The registers over HTTP: numbers checked first, so that nobody is asked about nonsense."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import httpx
from stdnum import lei
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus
from stdnum.il import hp
from stdnum.no import orgnr
from stdnum.pl import nip

from crm_bridge.enrichment import answers
from crm_bridge.enrichment.port import CompanyFacts, Register, RegisterAway

IL_RESOURCE: Final = "f004176c-b85f-4542-8901-7b3176f9a054"
TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class HttpRegister:
    """One register. `plain` gives the number as it is asked for (raises stdnum's
    ValidationError), `url` where, `read` what the answer says."""

    source: str
    client: httpx.AsyncClient
    plain: Callable[[str], str]
    url: Callable[[str], str]
    read: Callable[[Mapping[str, Any]], CompanyFacts | None]

    async def by_number(self, number: str) -> CompanyFacts | None:
        """See the port."""
        try:
            plain = self.plain(number)
        except ValidationError:
            return None
        try:
            response = await self.client.get(self.url(plain), timeout=TIMEOUT_SECONDS)
            if response.status_code in (404, 410):
                return None
            response.raise_for_status()
            return self.read(response.json())
        except (httpx.HTTPError, ValueError) as fault:
            raise RegisterAway(f"{self.source}: {type(fault).__name__}") from fault


def registers(client: httpx.AsyncClient, *, today: date) -> dict[str, Register]:
    """Every register: name -> adapter. `client` is the guarded one for calls outside."""
    return {
        "NO": HttpRegister(
            "register:no_brreg",
            client,
            orgnr.validate,
            lambda number: f"https://data.brreg.no/enhetsregisteret/api/enheter/{number}",
            answers.norway,
        ),
        "FI": HttpRegister(
            "register:fi_prh",
            client,
            lambda number: ytunnus.format(ytunnus.validate(number)),
            lambda number: (
                "https://avoindata.prh.fi/opendata-ytj-api/v3/companies?businessId=" + number
            ),
            answers.finland,
        ),
        "PL": HttpRegister(
            "register:pl_whitelist",
            client,
            nip.validate,
            lambda number: f"https://wl-api.mf.gov.pl/api/search/nip/{number}?date={today}",
            answers.poland,
        ),
        "IL": HttpRegister(
            "register:il_companies",
            client,
            hp.validate,
            lambda number: (
                "https://data.gov.il/api/3/action/datastore_search"
                f"?resource_id={IL_RESOURCE}&q={number}&limit=1"
            ),
            answers.israel,
        ),
        "EU": _vies(client),
        "LEI": HttpRegister(
            "register:gleif",
            client,
            lei.validate,
            lambda number: f"https://api.gleif.org/api/v1/lei-records/{number}",
            answers.gleif,
        ),
    }


def _vies(client: httpx.AsyncClient) -> Register:
    base = "https://ec.europa.eu/taxation_customs/vies/rest-api/ms"

    @dataclass(frozen=True, slots=True)
    class Vies:
        source: str = "register:eu_vies"

        async def by_number(self, number: str) -> CompanyFacts | None:
            try:
                plain = vat.validate(number)
            except ValidationError:
                return None
            country = plain[:2].upper()
            one = HttpRegister(
                self.source,
                client,
                lambda _: plain[2:],
                lambda rest: f"{base}/{country}/vat/{rest}",
                lambda answer: answers.vies(answer, country=country),
            )
            return await one.by_number(number)

    return Vies()
