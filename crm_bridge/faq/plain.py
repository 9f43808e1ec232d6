"""The little Markdown of FAQ answers, turned into the plain text of a chat bubble.

Allowed: paragraphs, lists of `- ` or `* ` lines, `**bold**` and `*slanted*` (the marks are
dropped), `[words](https://address)` (becomes "words: https://address") and bare addresses.
Everything else is named with its line: nothing is guessed and nothing reaches a page as
markup.
"""

import re

_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_SLANTED = re.compile(r"(?<![*\w])\*(?=\S)([^*]+?)(?<=\S)\*(?![*\w])")
_ITEM = re.compile(r"^[-*]\s+(.*)$")
_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^#{1,6}\s"), "headings are not allowed in an answer"),
    (re.compile(r"!\["), "pictures are not allowed in an answer"),
    (re.compile(r"</?[a-zA-Z!][^>]*>?"), "HTML is not allowed in an answer"),
    (re.compile(r"```|~~~|`"), "code is not allowed in an answer"),
    (re.compile(r"^\s*\|.*\|\s*$"), "tables are not allowed in an answer"),
    (re.compile(r"^\s*>"), "quotations are not allowed in an answer"),
    (re.compile(r"\]\((?!https?://)"), "a link must begin with https:// or http://"),
)


def plain(lines: list[str]) -> tuple[str, list[tuple[int, str]]]:
    """The plain text of Markdown lines, and (line counted from 0, what) for what is refused.

    Lines of a paragraph are joined; paragraphs and list items keep their line breaks.
    """
    faults: list[tuple[int, str]] = []
    blocks: list[str] = []
    open_block = False
    for number, raw in enumerate(lines):
        line = raw.strip()
        if not line:
            open_block = False
            continue
        faults.extend((number, what) for pattern, what in _REFUSED if pattern.search(line))
        item = _ITEM.match(line)
        if item:
            blocks.append(f"• {_inline(item[1])}")
            open_block = True
        elif open_block:
            blocks[-1] += f" {_inline(line)}"
        else:
            blocks.append(_inline(line))
            open_block = True
    return "\n".join(blocks), faults


def _inline(text: str) -> str:
    text = _LINK.sub(r"\1: \2", text)
    return _SLANTED.sub(r"\1", _STRONG.sub(r"\1", text))
