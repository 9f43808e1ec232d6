"""The phrases of all six languages together, with what they mean."""

from importlib import import_module

from parsing.lexicon import LANGUAGES

TABLES: list[tuple[str, str, str]] = [
    (language, text, meant)
    for language in LANGUAGES
    for text, meant in import_module(f"tests.parsing.test_when_{language}").PHRASES
]
