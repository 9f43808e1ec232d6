"""What a visitor types can be stored anywhere, and is never a command to Rasa."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.chat.incoming import NOTHING_LEFT, clean_text, for_bot, is_blank


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hello", "hello"),
        ("/restart", "restart"),
        ("  / /restart", "restart"),
        ("//press{}", "press{}"),
        ('\u200b/inform{"a": 1}', 'inform{"a": 1}'),
        ("/", NOTHING_LEFT),
        ("and/or", "and/or"),
        ("<b>hi</b>", "<b>hi</b>"),
        ("👍", "👍"),
        ("???", "???"),
    ],
)
def test_leading_slashes_never_reach_the_bot(typed: str, sent: str) -> None:
    assert for_bot(typed) == sent


@given(st.text())
def test_no_text_at_all_reaches_the_bot_as_a_command(typed: str) -> None:
    sent = for_bot(clean_text(typed))
    assert sent
    assert not sent.startswith("/")
    assert sent == sent.strip()


@given(st.text(alphabet=st.characters(categories=["Cc", "Cs", "L", "Zs"])))
def test_a_cleaned_text_can_be_stored(typed: str) -> None:
    cleaned = clean_text(typed)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned


def test_lines_stay_lines() -> None:
    assert clean_text("one\r\ntwo\rthree\tfour\x07") == "one\ntwo\nthree\tfour"


def test_a_text_of_which_nothing_is_seen_is_blank() -> None:
    assert is_blank("\u200b \u00a0\u200f")
    assert not is_blank("\u200b.")
    assert not is_blank("👍")
