"""An address is believed only as far as our own proxies wrote it."""

from starlette.requests import Request

from crm_bridge.web.client_address import client_address, networks


def asked(peer: str | None, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = (peer, 1234) if peer else None
    return Request({"type": "http", "headers": headers, "client": client})


OURS = networks("10.0.0.0/8, ::1")


def test_without_a_proxy_of_ours_the_header_means_nothing() -> None:
    assert client_address(asked("203.0.113.7", "198.51.100.1"), OURS) == "203.0.113.7"
    assert client_address(asked("127.0.0.1", "198.51.100.1"), ()) == "127.0.0.1"


def test_behind_our_proxy_the_last_foreign_hop_counts() -> None:
    request = asked("10.0.0.2", "1.1.1.1, 203.0.113.7", "10.0.0.9")
    assert client_address(request, OURS) == "203.0.113.7"


def test_a_chain_of_our_proxies_alone_ends_at_the_first() -> None:
    assert client_address(asked("10.0.0.2", "10.0.0.9"), OURS) == "10.0.0.9"


def test_one_household_of_ipv6_is_one_address() -> None:
    first = client_address(asked("2001:db8:1:2::1"), ())
    assert first == client_address(asked("2001:db8:1:2:ffff::9"), ())
    assert first != client_address(asked("2001:db8:1:3::1"), ())
    assert client_address(asked("::ffff:203.0.113.7"), ()) == "203.0.113.7"


def test_garbage_is_an_address_of_its_own() -> None:
    assert client_address(asked("10.0.0.2", "<script>"), OURS) == "<script>"
    assert client_address(asked(None), OURS) == "unknown"
