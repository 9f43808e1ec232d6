"""Small real files of every type, and some that are not what they say."""

import io
import zipfile


def packed(*parts: str, **contents: bytes) -> bytes:
    """A ZIP with parts of those names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in contents.items():
            file.writestr(zipfile.ZipInfo(name), content)  # of 1980: the same bytes at any time
        for part in parts:
            file.writestr(zipfile.ZipInfo(part), b"<x/>")
    return buffer.getvalue()


PDF = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
DOCX = packed("[Content_Types].xml", "word/document.xml")
XLSX = packed("[Content_Types].xml", "xl/workbook.xml")
PPTX = packed("[Content_Types].xml", "ppt/presentation.xml")
ODT = packed("content.xml", mimetype=b"application/vnd.oasis.opendocument.text")
WITH_MACROS = packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
PLAIN_ZIP = packed("evil.exe")
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(60)
HTML = b"<!doctype html><script>alert(1)</script>"
