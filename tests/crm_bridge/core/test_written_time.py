"""A time is read one way only, whatever other zones call themselves."""

import pytest

from crm_bridge.core.written_time import written


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("Europe/Ljubljana", "15:00 CET"),
        ("Europe/Helsinki", "16:00 EET"),
        ("Asia/Jerusalem", "16:00 UTC+02:00"),  # IST
        ("Asia/Kolkata", "19:30 UTC+05:30"),  # IST as well
        ("America/Chicago", "09:00 UTC-05:00"),
        ("America/Sao_Paulo", "11:00 UTC-03:00"),
        ("UTC", "14:00 UTC"),
    ],
)
def test_a_zone_is_named_so_that_it_is_no_other(zone: str, told: str) -> None:
    assert written("2026-03-17T14:00:00+00:00", zone) == f"Tue, 17 Mar 2026, {told}"
