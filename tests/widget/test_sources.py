"""What the widget's sources never do, whatever a browser would let pass."""

import re
from pathlib import Path

import pytest

WIDGET = Path(__file__).resolve().parents[2] / "widget" / "src"
SCRIPTS = sorted(WIDGET.rglob("*.js"))
AT_THE_CONSOLE = "talk.js"  # asks its own server, for who is signed in
# text as HTML or as a program, and cookies
NEVER = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTMLUnsafe|DOMParser|"
    r"createContextualFragment|\beval\(|new Function|document\.cookie|XMLHttpRequest\b.*withCredentials"
)
# sides of the screen instead of the beginning and the end of a line
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|"
    r"width|height|min-width|max-width|min-height|max-height)\s*:|text-align:\s*(?:left|right)|"
    r"float:\s*(?:left|right)"
)


def _styles(path: Path) -> str:
    """A style sheet, or the one in a script's template, without media queries."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        text = "\n".join(re.findall(r"(?:STYLES = |replaceSync\()`(.*?)`", text, re.DOTALL))
    return re.sub(r"@media[^{]*\{", "", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_text_becomes_html(path: Path) -> None:
    assert NEVER.search(path.read_text(encoding="utf-8")) is None


@pytest.mark.parametrize(
    "path", [*sorted(WIDGET.rglob("*.css")), *SCRIPTS], ids=lambda path: path.name
)
def test_styles_know_beginnings_and_ends_not_left_and_right(path: Path) -> None:
    assert PHYSICAL.search(_styles(path)) is None


def test_the_network_is_never_asked_with_the_hosts_cookies() -> None:
    calls = [
        call
        for path in SCRIPTS
        if path.name != AT_THE_CONSOLE
        for call in re.findall(r"\bfetch\((?:[^()]|\([^()]*\))*\{[^}]*", path.read_text("utf-8"))
    ]
    assert calls
    assert all('credentials: "omit"' in call for call in calls)
