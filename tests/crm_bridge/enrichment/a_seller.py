"""How bought data comes in: a class with `source`, `may_know` and `find`, and a maker that is
named in USHER_ENRICHMENT__SELLERS ("tests.crm_bridge.enrichment.a_seller:make").

This made-up seller is asked by domain and answers `{"name", "country", "staff", "nace"}`.
"""

from dataclasses import dataclass
from urllib.parse import quote

from crm_bridge.core.egress import EgressFailed, EgressRefused
from crm_bridge.enrichment.port import Ask, CompanyFacts, RegisterAway, Source, Wanted


@dataclass(frozen=True, slots=True)
class Seller:
    """Facts by domain. `ask` goes through the guarded way out."""

    ask: Ask
    source: str = "seller:example"  # what stands beside each value as where it came from

    def may_know(self, wanted: Wanted) -> bool:
        return wanted.domain is not None

    async def find(self, wanted: Wanted) -> CompanyFacts | None:
        domain = quote(wanted.domain or "")
        try:
            answer = await self.ask(f"https://seller.example/companies?domain={domain}")
            if answer.status == 404:
                return None
            if answer.status != 200:  # refused, too often, broken: it is asked again later
                raise RegisterAway(f"{self.source} answers {answer.status}")
            told = answer.json()
        except (EgressFailed, EgressRefused, ValueError) as fault:
            raise RegisterAway(f"{self.source}: {type(fault).__name__}") from fault
        return CompanyFacts(
            source=self.source,
            number=domain,
            name=told["name"],
            country=told["country"],
            industry=told.get("nace"),
            employees=told.get("staff"),
        )


def make(ask: Ask) -> Source:
    """What the setting names."""
    return Seller(ask)
