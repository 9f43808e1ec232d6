"""An edited playbook is published without a restart; a faulty one changes nothing."""

from pathlib import Path

from crm_bridge.playbooks import service
from tests.crm_bridge.commands.conftest import Usher
from tests.crm_bridge.records import CONSULTING


def latest(usher: Usher) -> tuple[int, str]:
    row = usher.look(lambda session: service.latest(session, "consulting"))
    return row.version, row.source


def test_a_playbook_is_published_by_name_or_file(usher: Usher, tmp_path: Path) -> None:
    assert "consulting version 1" in usher("publish", "consulting").output
    edited = tmp_path / "edited.yml"
    edited.write_text(CONSULTING.replace("qualified_from: 40", "qualified_from: 45"), "utf-8")
    assert "consulting version 2" in usher("publish", str(edited)).output
    assert latest(usher) == (2, edited.read_text("utf-8"))


def test_a_faulty_file_is_refused_with_every_place(usher: Usher, tmp_path: Path) -> None:
    usher("publish", "consulting")
    faulty = tmp_path / "faulty.yml"
    faulty.write_text(
        CONSULTING.replace("kind: people", "kind: peple", 1).replace("advisors: [maja]", "", 1),
        "utf-8",
    )
    said = usher("publish", str(faulty), exit_code=1).stderr
    line = 1 + CONSULTING[: CONSULTING.index("kind: people")].count("\n")
    assert f"{faulty}:{line}:" in said
    assert "Did you mean 'people'?" in said
    assert "what runs stays as it is" in said
    assert latest(usher) == (1, CONSULTING)


def test_a_file_that_is_not_there_is_one_line(usher: Usher) -> None:
    assert "cannot be read" in usher("publish", "nothing", exit_code=1).stderr
