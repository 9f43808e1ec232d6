"""The house rules on size and names, as tests."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_FILE = 500
LONGEST_FUNCTION = 60  # the aim is 40; a long literal table may stand in one
GRAB_BAGS = re.compile(r"(^|/)(utils?|helpers?|common|misc|manager)s?\.(py|js)$")


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


CODE = [
    path
    for path in _tracked("*.py", "*.js", "*.css")
    if not {"static", "node_modules", "migrations"} & set(path.relative_to(ROOT).parts[:-1])
]


def test_there_is_code_to_check() -> None:
    assert len(CODE) > 50


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_500_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize(
    "path", [p for p in CODE if p.suffix == ".py"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_functions_are_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{path.name}: {node.name} has {length} lines"


def test_no_file_has_a_grab_bag_name() -> None:
    assert [str(path) for path in CODE if GRAB_BAGS.search(str(path))] == []


@pytest.mark.parametrize(
    "path",
    [p for p in CODE if p.suffix == ".py" and "tests" not in p.parts and p.read_text().strip()],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_every_module_states_its_promise(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "a module's docstring states its promise"
