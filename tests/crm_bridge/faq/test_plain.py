"""The little Markdown of answers."""

import pytest

from crm_bridge.faq.plain import plain


def said(markdown: str) -> str:
    text, faults = plain(markdown.splitlines())
    assert faults == []
    return text


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_kept() -> None:
    assert said("One\ntwo.\n\nThree.") == "One two.\nThree."


def test_marks_of_bold_and_slanted_are_dropped() -> None:
    assert said("**Only** a *short* word, 2 * 3 * 4.") == "Only a short word, 2 * 3 * 4."


def test_list_items_keep_their_lines() -> None:
    assert said("We do:\n- CRM\n- chatbots\n  and more") == "We do:\n• CRM\n• chatbots and more"


def test_a_link_says_its_words_and_its_address() -> None:
    assert said("See the [map](https://example.com/m).") == "See the map: https://example.com/m."


@pytest.mark.parametrize(
    "markdown",
    [
        "# Heading",
        "![picture](https://example.com/p.png)",
        "a <b>word</b>",
        "<script>alert(1)</script>",
        "`code`",
        "| a | b |",
        "> said",
        "[here](javascript:alert(1))",
    ],
)
def test_what_is_no_plain_text_is_named_with_its_line(markdown: str) -> None:
    _, faults = plain(["Fine.", "", markdown])
    assert [number for number, _ in faults] == [2]
