"""The page's language where nobody is known yet."""

import pytest

from crm_bridge.booking.page_view import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("de-DE,pl;q=0.8,en;q=0.5", "pl"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw-IL", "he"),
        ("SL-si", "sl"),
        (";;;,,,", "en"),
    ],
)
def test_the_first_language_of_ours_counts(header: str, language: str) -> None:
    assert preferred(header) == language
