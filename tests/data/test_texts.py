"""What the bot says: every language has every text, with the same placeholders."""

import re
from functools import cache

import pytest

from contracts.languages import LANGUAGES
from tests.data.places import DATA, read

OTHERS = [language for language in LANGUAGES if language != "en"]
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_HEBREW = re.compile(r"[\u0590-\u05ff]")


@cache
def texts(language: str) -> dict[str, tuple[str, ...]]:
    """Key -> variants."""
    read_texts = read(DATA / "texts" / f"{language}.yml")
    return {
        key: (value,) if isinstance(value, str) else tuple(value)
        for key, value in read_texts.items()
    }


def placeholders(variant: str) -> set[str]:
    return set(_PLACEHOLDER.findall(variant))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_keys_of_english_and_no_others(language: str) -> None:
    assert set(texts(language)) == set(texts("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_as_many_variants_as_english(language: str) -> None:
    counts = {key: len(variants) for key, variants in texts(language).items()}
    assert counts == {key: len(variants) for key, variants in texts("en").items()}


@pytest.mark.parametrize("language", OTHERS)
def test_each_variant_has_the_placeholders_of_the_english_one(language: str) -> None:
    odd = [
        (key, variant)
        for key, variants in texts(language).items()
        for english, variant in zip(texts("en")[key], variants, strict=True)
        if placeholders(english) != placeholders(variant)
    ]
    assert odd == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_brace_stands_outside_a_placeholder(language: str) -> None:
    left = {
        key: variant
        for key, variants in texts(language).items()
        for variant in variants
        if set(_PLACEHOLDER.sub("", variant)) & set("{}")
    }
    assert left == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_variants_of_a_text_differ(language: str) -> None:
    same = [key for key, variants in texts(language).items() if len(set(variants)) < len(variants)]
    assert same == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_was_left_in_english(language: str) -> None:
    left = [
        key
        for key, variants in texts(language).items()
        for english, variant in zip(texts("en")[key], variants, strict=True)
        if variant == english and re.search(r"[A-Za-z]", _PLACEHOLDER.sub("", variant))
    ]
    assert left == []


def test_hebrew_is_written_in_hebrew_letters() -> None:
    odd = [
        (key, variant)
        for key, variants in texts("he").items()
        for variant in variants
        if re.search(r"\w", _PLACEHOLDER.sub("", variant)) and not _HEBREW.search(variant)
    ]
    assert odd == []
