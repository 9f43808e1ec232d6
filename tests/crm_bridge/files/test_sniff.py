"""A file is what its contents say, whatever it is called."""

from pathlib import Path

import pytest

from crm_bridge.files.naming import LONGEST_CHARACTERS, safe_name
from crm_bridge.files.sniff import HEAD_BYTES, type_of
from tests.crm_bridge.files import samples


@pytest.mark.parametrize(
    ("contents", "said", "found"),
    [
        (samples.PDF, "offer.exe", "pdf"),
        (samples.PNG, "a.pdf", "png"),
        (samples.JPG, "a", "jpg"),
        (samples.WEBP, "a", "webp"),
        (samples.DOCX, "a.zip", "docx"),
        (samples.XLSX, "a", "xlsx"),
        (samples.PPTX, "a", "pptx"),
        (samples.ODT, "a", "odt"),
        ("ime;število\nŽana;3".encode(), "t.csv", "csv"),
        ("שלום".encode(), "notes", "txt"),
        ("Łódź".encode("utf-16"), "notes.txt", "txt"),
        (b"a" * (HEAD_BYTES - 1) + "ž".encode(), "cut in a letter.txt", "txt"),
        (samples.HTML, "page.html", "txt"),  # words, and saved as words
        (samples.WITH_MACROS, "a.docx", None),
        (samples.PLAIN_ZIP, "a.docx", None),
        (samples.DOCX[:60], "a.docx", None),
        (samples.EXE, "a.pdf", None),
        (b"\x00\x01\x02", "a.txt", None),
        (b"caf\xe9", "latin.txt", None),
        (b"GIF89a", "a.gif", "txt"),
        (b"<svg onload=alert(1)>", "a.png", "txt"),
    ],
)
def test_what_it_is(tmp_path: Path, contents: bytes, said: str, found: str | None) -> None:
    path = tmp_path / "x"
    path.write_bytes(contents)
    assert type_of(path, said=said) == found


@pytest.mark.parametrize(
    ("said", "kind", "safe"),
    [
        ("offer.pdf", "pdf", "offer.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\temp\\offer.pdf.exe", "pdf", "offer.pdf"),
        ("a\r\nSet-Cookie: x=1.png", "png", "aSet-Cookie x=1.png"),
        ("\u202efdp.exe", "pdf", "fdp.pdf"),
        ("", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        (".htaccess", "txt", "htaccess.txt"),
        ("Ponudba za Žana (končna).docx", "docx", "Ponudba za Žana (končna).docx"),
        ("הצעת מחיר.pdf", "pdf", "הצעת מחיר.pdf"),
        ('"; rm -rf ~ $(x)`', "txt", "rm -rf ~ (x).txt"),
    ],
)
def test_what_it_is_called(said: str, kind: str, safe: str) -> None:
    assert safe_name(said, kind) == safe


def test_a_name_is_never_too_long() -> None:
    assert len(safe_name("x" * 5000, "pdf")) == LONGEST_CHARACTERS
