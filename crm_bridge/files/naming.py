"""What an uploaded file may be called. Pure."""

import re
import unicodedata
from typing import Final

LONGEST_CHARACTERS: Final = 80
NAMELESS: Final = "file"
# what a path, a header, a shell or a file system of any kind could take for more than a letter
_UNSAFE = re.compile(r"""[\x00-\x1f\x7f<>:"/\\|?*'`$;&%{}\u2028\u2029]+""")


def safe_name(said: str, file_type: str) -> str:
    """The visitor's name for a file without folders, controls, marks of direction and its own
    suffix, which gives way to that of what the file is: "..\\offer.pdf.exe" that is a PDF
    is "offer.pdf". Never empty, at most LONGEST_CHARACTERS long."""
    text = unicodedata.normalize("NFC", said.replace("\\", "/").rpartition("/")[2])
    text = "".join(one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co"))
    text = re.sub(r"\s+", " ", _UNSAFE.sub(" ", text)).strip(" .")
    while (suffix := re.search(r"\.[A-Za-z0-9]{1,5}$", text)) is not None:
        text = text[: suffix.start()].rstrip(" .")
    stem = text[: LONGEST_CHARACTERS - len(file_type) - 1].rstrip(" .") or NAMELESS
    return f"{stem}.{file_type}"
