"""What looks like a name, and what is only a sentence with a capital at its beginning."""

import pytest

from bot.components.name_like import name_like


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe",
        "Ludwig van Beethoven",
        "Petrol d.d.",
        "Zielona sp. z o.o.",
        "Kivi Oy",
        "Ernst & Young",
    ],
)
def test_names(text: str) -> None:
    assert name_like(text)


@pytest.mark.parametrize(
    "text",
    ["Why that?", "Rather not", "No, later", "Acme", "jane doe", "I am not telling you", "", "🙂 🙂"],
)
def test_no_names(text: str) -> None:
    assert not name_like(text)
