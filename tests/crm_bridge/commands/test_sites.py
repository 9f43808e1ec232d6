"""Sites are made, changed and listed on the command line."""

import json

import pytest

from crm_bridge.chat import repository
from crm_bridge.chat.models import Site
from tests.crm_bridge.commands.conftest import Usher


@pytest.fixture
def shop(usher: Usher) -> Usher:
    usher("publish", "consulting")
    usher("site", "create", "shop", "--origin", "https://www.shop.example", "--name", "The Shop")
    return usher


def stored(usher: Usher, slug: str = "shop") -> Site:
    return {site.slug: site for site in usher.look(repository.sites)}[slug]


def test_a_new_site_answers_with_the_line_for_its_pages(usher: Usher) -> None:
    usher("publish", "consulting")
    made = usher(
        "site", "create", "shop", "--origin", "https://www.shop.example",
        "--origin", "https://*.shop.example", "--language", "sl",
        "--timezone", "Europe/Ljubljana", "--json",
    )  # fmt: skip
    told = json.loads(made.output)
    assert told["embed"] == (
        '<script async src="http://127.0.0.1:8000/w.js" data-site="shop"></script>'
    )
    site = stored(usher)
    assert site.allowed_origins == ["https://www.shop.example", "https://*.shop.example"]
    assert (site.name, site.playbook) == ("shop", "consulting")
    assert (site.default_language, site.timezone) == ("sl", "Europe/Ljubljana")


def test_a_change_leaves_what_was_not_named(shop: Usher) -> None:
    shop("site", "change", "shop", "--language", "he")
    site = stored(shop)
    assert (site.default_language, site.name) == ("he", "The Shop")
    assert site.allowed_origins == ["https://www.shop.example"]
    shop("site", "change", "shop", "--origin", "https://new.example")
    assert stored(shop).allowed_origins == ["https://new.example"]


def test_the_list_names_every_site_with_its_origins(shop: Usher) -> None:
    (listed,) = json.loads(shop("site", "list", "--json").output)
    assert listed["slug"] == "shop"
    assert listed["allowed_origins"] == ["https://www.shop.example"]
    lines = shop("site", "list").output
    assert "The Shop" in lines
    assert "https://www.shop.example" in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "shop"), "already"),
        (("create", "Shop <b>"), "no slug"),
        (("create", "other", "--origin", "www.shop.example"), "no origin"),
        (("create", "other", "--playbook", "nothing"), "nothing"),
        (("create", "other", "--timezone", "Mars/Base"), "time zone"),
        (("create", "other", "--language", "xx"), "none of"),
        (("change", "other"), "no site other"),
        (("embed", "other"), "no site other"),
    ],
)
def test_mistakes_are_told_in_one_line(shop: Usher, arguments: tuple[str, ...], said: str) -> None:
    result = shop("site", *arguments, exit_code=1)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_site_has_a_secret_of_its_own_until_it_is_renewed(
    shop: Usher, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "USHER_SECRET_KEY" in shop("site", "secret", "shop", exit_code=1).stderr
    monkeypatch.setenv("USHER_SECRET_KEY", "a secret key")
    first = shop("site", "secret", "shop").output
    assert shop("site", "secret", "shop").output == first
    assert shop("site", "secret", "shop", "--renew").output != first


def test_a_pinned_line_names_one_version_and_its_digest(shop: Usher) -> None:
    line = shop("site", "embed", "shop", "--pinned").output
    assert "/w/loader-" in line
    assert 'integrity="sha384-' in line
    assert 'crossorigin="anonymous"' in line


def test_the_guide_has_the_sites_own_lines(shop: Usher) -> None:
    page = shop("site", "embed", "shop", "--guide").output
    assert "The Shop" in page
    assert "https://www.shop.example" in page
    assert page.count("data-site=&#34;shop&#34;") == 2, "plain, pinned"
    assert page.count("w.js?site=shop") == 2, "WordPress, tag managers"
