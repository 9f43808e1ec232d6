"""The registers over HTTP: by a number that holds, else by a name that is one company's alone.

Numbers are checked first, so that nobody is asked about nonsense. A name counts only where
exactly one active company is called the same, its legal form aside, and never for people:
a wrong match is worse than none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from stdnum import lei
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus
from stdnum.il import hp
from stdnum.no import orgnr
from stdnum.pl import nip

from crm_bridge.companies.name import compared
from crm_bridge.core.egress import AnswerTooLarge, EgressFailed, EgressRefused
from crm_bridge.enrichment import answers
from crm_bridge.enrichment.port import Ask, CompanyFacts, RegisterAway, Source, Wanted

IL_RESOURCE: Final = "f004176c-b85f-4542-8901-7b3176f9a054"
_GONE: Final = (404, 410)
_SHORTEST_NAME: Final = 3
Read = Callable[[Mapping[str, Any]], CompanyFacts | None]


@dataclass(frozen=True, slots=True)
class HttpRegister:
    """One register. `plain` gives the number as it is asked for (raises stdnum's
    ValidationError), `url` where, `read` what the answer says; `named` is where names are
    searched and `each` the companies of that answer, in the shape that `read` takes."""

    source: str
    ask: Ask
    country: str | None
    plain: Callable[[str], str]
    url: Callable[[str], str]
    read: Read
    named: Callable[[str], str] | None = None
    each: Callable[[Mapping[str, Any]], list[Mapping[str, Any]]] | None = None

    def may_know(self, wanted: Wanted) -> bool:
        """See the port."""
        return any(True for _ in self._numbers(wanted)) or self._by_name(wanted)

    async def find(self, wanted: Wanted) -> CompanyFacts | None:
        """See the port."""
        for plain in self._numbers(wanted):
            answer = await self._json(self.url(plain))
            if answer is not None and (facts := self.read(answer)) is not None:
                return facts
        return await self._named(wanted.name) if self._by_name(wanted) else None

    def _numbers(self, wanted: Wanted) -> list[str]:
        found = []
        if self.country in (None, wanted.country) or wanted.country is None:
            for number in wanted.numbers:
                try:
                    found.append(self.plain(number))
                except ValidationError:
                    continue
        return found

    def _by_name(self, wanted: Wanted) -> bool:
        here = self.country is None or self.country == wanted.country
        return self.named is not None and here and len(compared(wanted.name)) >= _SHORTEST_NAME

    async def _named(self, name: str) -> CompanyFacts | None:
        if self.named is None or self.each is None:
            return None
        answer = await self._json(self.named(quote(name)))
        same = compared(name)
        found = [
            facts
            for one in (self.each(answer) if answer is not None else [])
            if (facts := self.read(one)) is not None
            and facts.active
            and not facts.personal
            and compared(facts.name) == same
        ]
        return found[0] if len(found) == 1 else None

    async def _json(self, url: str) -> Mapping[str, Any] | None:
        try:
            answer = await self.ask(url)
            if answer.status in _GONE:
                return None
            if answer.status != 200:
                raise RegisterAway(f"{self.source} answers {answer.status}")
            read = answer.json()
        except (EgressFailed, EgressRefused, AnswerTooLarge, ValueError) as fault:
            raise RegisterAway(f"{self.source}: {type(fault).__name__}") from fault
        return read if isinstance(read, Mapping) else None


@dataclass(frozen=True, slots=True)
class Vies:
    """VAT numbers of the EU, each at its own member state."""

    ask: Ask
    source: str = "register:eu_vies"

    def may_know(self, wanted: Wanted) -> bool:
        """See the port."""
        return bool(_vat_numbers(wanted))

    async def find(self, wanted: Wanted) -> CompanyFacts | None:
        """See the port."""
        for number in _vat_numbers(wanted):
            country, rest = number[:2], number[2:]
            base = "https://ec.europa.eu/taxation_customs/vies/rest-api/ms"
            one = HttpRegister(
                self.source,
                self.ask,
                None,
                lambda number: number,
                lambda rest, at=f"{base}/{country}/vat/": f"{at}{rest}",  # type: ignore[misc]
                lambda answer, of=country: answers.vies(answer, country=of),  # type: ignore[misc]
            )
            facts = await one.find(Wanted(numbers=(rest,)))
            if facts is not None:
                return facts
        return None


def _vat_numbers(wanted: Wanted) -> list[str]:
    """With the country before them; a number without one is of the company's country."""
    found = []
    for number in wanted.numbers:
        for whole in (number, f"{wanted.country or ''}{number}"):
            try:
                found.append(vat.validate(whole).upper())
            except ValidationError:
                continue
            break
    return found


def registers(ask: Ask, *, today: Callable[[], date]) -> dict[str, Source]:
    """Every register: name -> adapter. `today` is asked at each question."""
    return {
        "NO": HttpRegister(
            "register:no_brreg",
            ask,
            "NO",
            orgnr.validate,
            lambda number: f"https://data.brreg.no/enhetsregisteret/api/enheter/{number}",
            answers.norway,
            lambda name: f"https://data.brreg.no/enhetsregisteret/api/enheter?navn={name}&size=100",
            answers.norwegians,
        ),
        "FI": HttpRegister(
            "register:fi_prh",
            ask,
            "FI",
            lambda number: ytunnus.format(ytunnus.validate(number)),
            lambda number: f"{_FI}?businessId={number}",
            answers.finland,
            lambda name: f"{_FI}?name={name}",
            answers.finns,
        ),
        "PL": HttpRegister(
            "register:pl_whitelist",
            ask,
            "PL",
            nip.validate,
            lambda number: f"https://wl-api.mf.gov.pl/api/search/nip/{number}?date={today()}",
            answers.poland,
        ),
        "IL": HttpRegister(
            "register:il_companies",
            ask,
            "IL",
            hp.validate,
            lambda number: f"{_IL}?resource_id={IL_RESOURCE}&q={number}&limit=1",
            answers.israel,
            lambda name: f"{_IL}?resource_id={IL_RESOURCE}&q={name}&limit=50",
            answers.israelis,
        ),
        "EU": Vies(ask),
        "LEI": HttpRegister(
            "register:gleif",
            ask,
            None,
            lei.validate,
            lambda number: f"https://api.gleif.org/api/v1/lei-records/{number}",
            answers.gleif,
        ),
    }


_FI: Final = "https://avoindata.prh.fi/opendata-ytj-api/v3/companies"
_IL: Final = "https://data.gov.il/api/3/action/datastore_search"
