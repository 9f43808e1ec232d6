"""A chat opens in the language asked for, else the page's, else the browser's, else the site's."""

import pytest

from contracts.languages import LANGUAGES
from crm_bridge.chat.language import Opening, accepted, choose, known


def opening(**given: str | None) -> Opening:
    asked = {"wanted": None, "page": None, "accept_language": None, "default": "en", **given}
    return choose(**asked, offered=LANGUAGES)  # type: ignore[arg-type]


def test_what_is_asked_for_comes_first() -> None:
    assert opening(wanted="fi", page="pl", accept_language="sl").language == "fi"


def test_then_the_page_then_the_browser_then_the_site() -> None:
    assert opening(page="pl", accept_language="sl").language == "pl"
    assert opening(accept_language="sl").language == "sl"
    assert opening(default="he").language == "he"


def test_a_language_that_is_none_of_ours_is_passed_over() -> None:
    assert (
        opening(wanted="xx", page="de-DE", accept_language="fr, es;q=0.9, sl;q=0.2").language
        == "sl"
    )


def test_a_language_that_the_playbook_lacks_is_passed_over() -> None:
    assert (
        choose(
            wanted="he", page=None, accept_language="pl", default="en", offered=("en", "pl")
        ).language
        == "pl"
    )


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("nb-NO", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("da", "nb"),
        ("iw", "he"),
        ("he_IL", "he"),
        ("EN-us", "en"),
        ("eng", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tag_in_any_spelling_means_one_language(tag: str | None, code: str | None) -> None:
    assert known(tag) == code


def test_the_most_wanted_language_of_the_browser_comes_first() -> None:
    assert accepted("fr;q=0.1, sl;q=0.9,en, x;q=0, he;q=bad") == ["en", "sl", "fr"]


def test_the_visitors_region_is_kept() -> None:
    assert opening(wanted="en", accept_language="en-GB,en;q=0.9").locale == "en-GB"
    assert opening(wanted="en", accept_language="sl-SI").locale is None
    assert opening(page="nb-NO").locale == "nb-NO"


def test_the_page_language_is_kept_only_if_it_is_ours() -> None:
    assert opening(page="pl", wanted="fi").page_language == "pl"
    assert opening(page="de").page_language is None
