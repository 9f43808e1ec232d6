"""Mail kept as files is found by what it says, however it is encoded."""

from email.message import EmailMessage
from pathlib import Path

from crm_bridge.privacy.mail_files import forget


def write(
    folder: Path, name: str, *, to: str = "rep@house.si", text: str = "", ics: str = ""
) -> None:
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = "Meeting"
    message.set_content(text)
    if ics:
        message.add_attachment(ics.encode(), maintype="text", subtype="calendar")
    (folder / name).write_bytes(message.as_bytes())


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.eml"))


def test_headers_bodies_and_calendar_parts_are_searched(tmp_path: Path) -> None:
    write(tmp_path, "to.eml", to="Zoë <zoe@acme.io>")
    write(tmp_path, "body.eml", text="žđ šč " * 40 + "conversation cnv_1 of Zoë")
    write(tmp_path, "ics.eml", ics="BEGIN:VEVENT\r\nUID:abc-de\r\n f@usher\r\nEND:VEVENT\r\n")
    write(tmp_path, "other.eml", text="nothing of hers")
    assert forget(tmp_path, {"zoe@ACME.io", "cnv_1", "abc-def@usher"}) == 3
    assert left(tmp_path) == ["other.eml"]


def test_no_marks_and_no_folder_delete_nothing(tmp_path: Path) -> None:
    write(tmp_path, "a.eml", text="x")
    assert forget(tmp_path, {""}) == 0
    assert forget(tmp_path / "none", {"x"}) == 0
    assert left(tmp_path) == ["a.eml"]


def test_a_broken_file_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "broken.eml").write_bytes(
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe zoe@acme.io"
    )
    (tmp_path / "empty.eml").write_bytes(b"")
    assert forget(tmp_path, {"zoe@acme.io"}) == 1
