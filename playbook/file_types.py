"""Which files a question of kind `file` takes: their types and how large they may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playbook.model import Question

# type (as a playbook names it) -> media type; it is also the suffix of the name
FILE_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
}
LARGEST_MB: Final = 10
MOST_MB: Final = 50
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question takes: types of FILE_TYPES, and the size of the largest in bytes."""

    types: tuple[str, ...]
    largest_bytes: int


def wanted(question: Question) -> Wanted | None:
    """What files the question takes; None where it takes none."""
    if question.kind != "file":
        return None
    settings = question.settings
    types = tuple(settings.get("types", FILE_TYPES))
    return Wanted(types, int(settings.get("largest_mb", LARGEST_MB)) * MB)
