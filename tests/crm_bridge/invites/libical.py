"""libical's own judgement of a calendar text: RFC 5545 and the restrictions of RFC 5546."""

import ctypes
import ctypes.util
from functools import cache

from tests.postgresql import missing

_ERROR_PROPERTY = "X-LIC-ERROR"


@cache
def _library() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("ical") or "libical.so.3"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    library.icalparser_parse_string.restype = ctypes.c_void_p
    library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    library.icalrestriction_check.argtypes = [ctypes.c_void_p]
    library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    library.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    library.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return library


def faults(text: bytes) -> list[str]:
    """What libical has against the text: nothing, if it is right."""
    library = _library()
    if library is None:
        missing("libical3")
        return []
    component = library.icalparser_parse_string(text)
    if not component:
        return ["libical cannot parse it"]
    try:
        good = library.icalrestriction_check(component)
        told = library.icalcomponent_as_ical_string(component).decode()
    finally:
        library.icalcomponent_free(component)
    found = [line for line in told.splitlines() if line.startswith(_ERROR_PROPERTY)]
    return found or ([] if good else ["icalrestriction_check says no"])
