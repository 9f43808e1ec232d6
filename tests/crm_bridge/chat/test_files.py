"""A file is taken where the playbook asks for one, as what it is, or refused without a trace."""

import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select

from contracts.turn import TurnCommit
from crm_bridge.chat import turns
from crm_bridge.chat.facts import Shelf
from crm_bridge.chat.parts import FILES_PER_MINUTE
from crm_bridge.conversations.models import ConsentRow
from crm_bridge.files.models import FileRow
from playbook.model import Playbook, Question
from tests.crm_bridge.chat.conftest import Desk, OnePlaybook
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.files.samples import EXE, PDF, PNG

WORDS = {"en": "brief", "sl": "opis", "he": "תקציר", "fi": "kuvaus", "nb": "oversikt", "pl": "opis"}
BRIEF = Question(
    id="brief",
    kind="file",
    ask={code: (f"{word}?",) for code, word in WORDS.items()},
    why=WORDS,
    help=WORDS,
    label=WORDS,
    required=False,
    settings={"types": ("pdf", "png"), "largest_mb": 1},
)


@pytest.fixture
def asking(playbook: Playbook) -> Playbook:
    """The consulting playbook with a question for a file at its end."""
    return dataclasses.replace(playbook, questions=(*playbook.questions, BRIEF))


@pytest.fixture
async def page(desk: Desk, asking: Playbook) -> Page:
    """A visitor who is asked for a file."""
    chat = desk.app.state.chat
    shelf = Shelf(desk.database, OnePlaybook(asking))
    desk.app.state.chat = dataclasses.replace(chat, playbooks=shelf)
    page = await desk.page()
    (turn,) = await desk.turns()
    commit = TurnCommit(state={}, language="en", question="brief")
    assert (await desk.commit(turn.id, commit)).status_code == 200
    return page


async def upload(
    page: Page, contents: Any = PDF, name: str = "offer.pdf", cid: str = "u1"
) -> httpx.Response:
    return await page.http.post(
        "files", params={"cid": cid}, content=contents, headers={"X-File-Name": quote(name)}
    )


def kept(desk: Desk) -> list[Path]:
    return [path for path in (desk.app.state.settings.var / "files").rglob("*") if path.is_file()]


async def test_the_dialogue_gets_it_as_a_file_and_never_as_words(desk: Desk, page: Page) -> None:
    answer = await upload(page, name="../../Our offer ž.pdf.exe")
    assert answer.status_code == 202, answer.text
    assert (await upload(page)).json() == answer.json(), "the same cid: the same answer"
    event = (await page.fetch())[-1]
    assert (event["author"], event["text"], event["cid"]) == ("visitor", "📎 Our offer ž.pdf", "u1")
    turn = (await desk.turns())[-1]
    (row,) = await desk.rows(select(FileRow))
    assert turn.utterance == {
        "file": {
            "file": row.id,
            "question": "brief",
            "name": "Our offer ž.pdf",
            "type": "pdf",
            "bytes": len(PDF),
        }
    }
    (path,) = kept(desk)
    assert path.read_bytes() == PDF
    assert path.name == row.stored
    assert "offer" not in str(path)
    (agreed,) = await desk.rows(select(ConsentRow))
    assert agreed.how == "continued", "stored before the file was"


@pytest.mark.parametrize(
    ("contents", "name", "status", "code"),
    [
        (EXE, "offer.pdf", 422, "file_type_refused"),
        (b"just words", "offer.pdf", 422, "file_type_refused"),
        (b"", "offer.pdf", 422, "file_empty"),
        (PDF + bytes(1024 * 1024), "large.pdf", 413, "file_too_large"),
    ],
)
async def test_what_is_refused_leaves_nothing(
    desk: Desk, page: Page, contents: bytes, name: str, status: int, code: str
) -> None:
    waiting = len(await desk.turns())
    answer = await upload(page, contents, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert kept(desk) == []
    assert await desk.rows(select(FileRow)) == []
    assert len(await desk.turns()) == waiting
    assert (await upload(page, PNG, "a.png")).status_code == 202, "another try is free"


async def test_the_limit_holds_while_it_comes(desk: Desk, page: Page) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 64 * 1024
            yield PDF + bytes(64 * 1024)
            await asyncio.sleep(0)

    answer = await asyncio.wait_for(upload(page, endless()), 20)
    assert answer.status_code == 413
    assert answer.json()["largest_bytes"] == 1024 * 1024
    assert kept(desk) == []


async def test_nothing_is_taken_that_was_not_asked_for(desk: Desk, page: Page) -> None:
    other = await desk.page()
    answer = await upload(other)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_not_wanted")
    del page.http.headers["Authorization"]
    assert (await upload(page)).status_code == 401
    assert kept(desk) == []


async def test_there_are_never_too_many(desk: Desk, page: Page) -> None:
    most = desk.app.state.chat.settings.files.most_per_conversation
    for number in range(most):
        assert (await upload(page, cid=f"u{number}")).status_code == 202
    assert (await upload(page, cid="more")).json()["code"] == "too_many_files"


async def test_one_address_fills_no_disk(desk: Desk, page: Page) -> None:
    answers = [await upload(page, b"", cid=f"e{number}") for number in range(FILES_PER_MINUTE + 1)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert {answer.status_code for answer in answers[:-1]} == {422}


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [(0, 202, None), (1, 422, "file_refused"), (2, 503, "scan_failed")],
)
async def test_a_scanner_has_the_last_word(
    desk: Desk, page: Page, tmp_path: Path, code: int, status: int, said: str | None
) -> None:
    script = tmp_path / "scanner.py"
    script.write_text(
        f"import sys; assert open(sys.argv[1], 'rb').read(5) == b'%PDF-'; sys.exit({code})"
    )
    chat = desk.app.state.chat
    files = chat.settings.files.model_copy(update={"scan_command": f"{sys.executable} {script}"})
    settings = chat.settings.model_copy(update={"files": files})
    desk.app.state.chat = dataclasses.replace(chat, settings=settings)
    answer = await upload(page)
    assert answer.status_code == status
    assert answer.json().get("code") == said
    assert len(kept(desk)) == (status == 202)


async def test_the_page_is_told_what_is_wanted(desk: Desk, page: Page) -> None:
    (turn,) = await desk.turns()
    takes = {"types": ["pdf", "png"], "largest_bytes": 1024 * 1024}
    assert turn.changes == {"question": "brief", "file": takes}
    (told,) = turns._with_changes([], turn.changes)
    assert told.status == {"name": "question", "id": "brief", "file": takes}
