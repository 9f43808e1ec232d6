"""What a file is, told by its contents and never by its name. Pure but for reading the file."""

import zipfile
from pathlib import Path
from typing import Final

HEAD_BYTES: Final = 512 * 1024  # of a text; what comes behind may be anything only if this is text
MOST_ENTRIES: Final = 20_000
_OFFICE: Final = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_OPEN: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}  # fmt: skip
_MACROS: Final = ("vbaproject.bin", "vbadata.xml")


def type_of(path: Path, *, said: str) -> str | None:
    """One of playbook.file_types.FILE_TYPES, or None for anything else.

    `said` is the visitor's name for it: it only tells a table from other text. Office files
    with macros are None.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    if _is_text(head):
        return "csv" if said.lower().endswith((".csv", ".tsv")) else "txt"
    return None


def _packed(path: Path) -> str | None:
    """An office document: a ZIP with the parts that make it one."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            if len(names) > MOST_ENTRIES:
                return None
            if any(name.lower().endswith(_MACROS) for name in names):
                return None
            if names[:1] == ["mimetype"] and packed.getinfo("mimetype").file_size < 100:
                return _OPEN.get(packed.read("mimetype").strip())
    # NotImplementedError: how zipfile refuses a compression that it does not know
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, KeyError):
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((found for part, found in _OFFICE.items() if part in names), None)


def _is_text(head: bytes) -> bool:
    """Words in UTF-8 or UTF-16 with a mark, and no control characters."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        text = head[: len(head) - len(head) % 2].decode(encoding)
    except UnicodeDecodeError as fault:
        # a letter that was cut in two at the end of what was read
        if fault.start < len(head) - 4 or len(head) < HEAD_BYTES:
            return False
        text = head[: fault.start].decode(encoding)
    return not any(ord(one) < 32 and one not in "\t\n\r\f" for one in text)
