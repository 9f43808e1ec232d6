"""FAQ files and entries with defaults."""

from collections.abc import Sequence
from pathlib import Path

from crm_bridge.faq.entry import Entry

QUESTIONS = (
    "Where can I park?",
    "Is there a car park?",
    "Do you have parking spaces?",
    "Can I leave my car at your office?",
    "What does the garage cost?",
    "Is parking free of charge?",
)


def source(
    *,
    topic: str = "parking",
    title: str = "Parking",
    under: str | None = None,
    questions: Sequence[str] = QUESTIONS,
    answer: str = "Park behind the building.",
) -> str:
    """The text of a FAQ file."""
    head = [f"topic: {topic}", f"title: {title}"]
    head += [f"under: {under}"] if under else []
    head += ["questions:", *(f"  - {question}" for question in questions)]
    return "\n".join(["---", *head, "---", answer, ""])


def write(folder: Path, language: str, text: str, *, name: str = "parking.md") -> Path:
    """A FAQ file in `folder`/<language>/."""
    place = folder / language
    place.mkdir(parents=True, exist_ok=True)
    path = place / name
    path.write_text(text, encoding="utf-8")
    return path


def entry(
    topic: str, questions: Sequence[str], *, answer: str = "So it is.", under: str | None = None
) -> Entry:
    """An entry that need not have been a file."""
    return Entry(topic=topic, title=topic, questions=tuple(questions), answer=answer, under=under)
