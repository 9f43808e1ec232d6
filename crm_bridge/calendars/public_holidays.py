"""Public holidays of a country or a part of one, as days off. Pure.

Codes are ISO 3166: "SI", or with a subdivision "DE-BY". The tables are those of the
`holidays` package, read when a code is first used (they are large).
"""

from collections.abc import Container
from datetime import date
from functools import lru_cache

from crm_bridge.core.errors import Invalid


class HolidaysUnknown(Invalid):
    """There are no tables of holidays for this code."""

    code = "holidays_unknown"


@lru_cache(maxsize=64)
def public_holidays(code: str) -> Container[date]:
    """The days off of "SI" or "DE-BY"; asking for a day works out its year.

    Raises HolidaysUnknown.
    """
    import holidays

    country, _, part = code.strip().upper().partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except (NotImplementedError, KeyError) as fault:
        raise HolidaysUnknown(
            f"{code!r} has no table of holidays; write a country, e.g. SI, or a part of one, DE-BY"
        ) from fault
