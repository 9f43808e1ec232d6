"""What is left of the requests that an organisation may make in 24 rolling hours. Pure.

Source: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm
"""

import re
from typing import Final

HEADER: Final = "Sforce-Limit-Info"
_USAGE: Final = re.compile(r"(?:^|[\s,;])api-usage=(\d{1,12})/(\d{1,12})")
_FREELY: Final = 0.5  # of the day's requests, by everybody: below, nothing is spared
_MOST: Final = 100.0


def scarcity(header: str | None) -> float:
    """How many times as long to wait between two looks, from 1 to 100: the less is left, the
    longer, so that what is used settles below what is allowed.

    `header` is the answer's Sforce-Limit-Info ("api-usage=18/5000"); without one, 1.
    """
    found = _USAGE.search(header or "")
    if found is None or not int(found[2]):
        return 1.0
    left = max(0.0, 1 - int(found[1]) / int(found[2]))
    return min(_MOST, max(1.0, _FREELY / left if left else _MOST))
