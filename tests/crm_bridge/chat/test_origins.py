"""Only pages of a site's own origins may speak for it."""

import pytest

from crm_bridge.chat.origins import allows, normal


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("https://www.example.com/", "https://WWW.example.com"),
        ("https://www.example.com:443", "https://www.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://*.example.com", "https://shop.example.com"),
        ("https://*.example.com", "https://a.b.example.com"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("*", "https://anything.example"),
    ],
)
def test_an_origin_of_the_site_is_allowed(allowed: str, origin: str) -> None:
    assert allows([allowed], origin)


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        ("https://www.example.com", "http://www.example.com"),
        ("https://www.example.com", "https://example.com"),
        ("https://www.example.com", "https://www.example.com.evil.example"),
        ("https://www.example.com", "https://www.example.com:8443"),
        ("https://www.example.com", "https://www.example.com@evil.example"),
        ("https://*.example.com", "https://example.com"),
        ("https://*.example.com", "https://evilexample.com"),
        ("https://*.example.com", "http://shop.example.com"),
        ("https://www.example.com", "null"),
        ("https://www.example.com", ""),
        ("https://www.example.com", "https://[bad"),
        ("", ""),
        ("null", "null"),
    ],
)
def test_any_other_origin_is_not(allowed: str, origin: str) -> None:
    assert not allows([allowed], origin)


def test_a_site_without_origins_allows_none() -> None:
    assert not allows([], "https://www.example.com")


def test_what_is_no_web_origin_has_no_normal_form() -> None:
    assert [normal(text) for text in ("null", "file://x", "www.example.com", "https://a:b")] == [
        None
    ] * 4
