"""One person's data, made everywhere by the real code; and a look into every table."""

from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from contracts.turn import Say
from crm_bridge.booking.models import Booking
from crm_bridge.chat.models import Turn
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import consent, transcript
from crm_bridge.conversations.consent import Agreed
from crm_bridge.core.database import Base, Database
from crm_bridge.core.outbox import announce
from crm_bridge.files.models import FileRow
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import INTERNAL, WHOLE, given, make_conversation

NAME, PHONE = "Zdenka Kovačič-Test", "+38640987654"
COMPANY, DOMAIN = "Kovačičeva delavnica", "kovaciceva-delavnica.si"
EMAIL, TYPED = f"zdenka.k@{DOMAIN}", f"Zdenka.K@{DOMAIN}"
PERSONAL = (NAME, "zdenka", PHONE, "40987654", COMPANY, "kovaci")
ANSWERS = {**WHOLE, "name": NAME, "company": COMPANY, "email": TYPED, "phone": PHONE}


async def live_through_a_chat(
    app: FastAPI, client: httpx.AsyncClient, database: Database, conversation_id: str = "cnv_1"
) -> None:
    """A chat that leaves its traces wherever the bridge keeps any."""
    for advisor in ("maja", "noam", "kari"):
        await make_advisor(database, advisor)
    await make_conversation(
        database, ANSWERS, conversation_id=conversation_id, source={"page": {"url": f"/?m={EMAIL}"}}
    )
    async with database.transaction() as session:
        said = f"I am {NAME}, {EMAIL}"
        line = transcript.Line("message", "visitor", text=said, language="en", cid="c1")
        news = transcript.news("handoff_requested", {"summary": said})
        await transcript.append(session, conversation_id, [line, news], now=NOW)
        agreed = Agreed("2026-03", "en", f"I, {NAME}, agree", "said")
        await consent.store(session, conversation_id, agreed, now=NOW)
        session.add(
            Turn(
                id=f"trn_{conversation_id}",
                conversation_id=conversation_id,
                number=1,
                utterance={"text": said},
                state="answered",
                said=[Say(text=f"Thank you, {NAME}", language="en").model_dump()],
                created_at=NOW,
            )
        )
        folder = app.state.chat.files.path_of(conversation_id, "contents")
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.write_text(f"%PDF-1.7 {NAME}", "utf-8")
        session.add(
            FileRow(
                id=f"fil_{conversation_id}",
                conversation_id=conversation_id,
                question="brief",
                name=f"{NAME}.pdf",
                type="pdf",
                bytes=40,
                stored="contents",
                at=NOW,
            )
        )
        contact = await contacts.claimed_contact(session, conversation_id)
        await contacts.record_consent(
            session,
            contact_id=contact.id if contact else None,
            conversation_id=conversation_id,
            purpose="marketing",
            granted=True,
            text=f"{EMAIL} may get mail",
            version="1",
            language="en",
            now=NOW,
        )
        data = {"conversation": conversation_id, "summary": said, "reason": "asked"}
        announce(session, "conversation.handover_requested", data, now=NOW)
    await _ask_the_house(client, conversation_id)
    while await app.state.dispatcher.deliver_due():
        pass


async def _ask_the_house(client: httpx.AsyncClient, conversation_id: str) -> None:
    base = f"/internal/v1/conversations/{conversation_id}"
    answers = [change.model_dump(mode="json") for change in given(ANSWERS)]

    async def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {**INTERNAL, "Idempotency-Key": f"{conversation_id}:{path}"}
        answer = await client.post(f"{base}/{path}", json=body, headers=headers)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        return dict(answer.json())

    await post("qualify", {"answers": answers})
    await post("handover", {"reason": "asked", "answers": answers})
    window = {"start": "2026-03-12T00:00:00Z", "end": "2026-03-14T00:00:00Z"}
    start = (await post("openings", window))["starts"][0]
    held = await post("holds", {"start": start})
    await post("bookings", {"hold": held["hold"]})


async def tables_with(database: Database, strings: tuple[str, ...] = PERSONAL) -> set[str]:
    """The tables that hold one of the strings in any column of any row."""
    found = set()
    wanted = [string.casefold() for string in strings]
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                text = " ".join(str(value) for value in row).casefold()
                if any(string in text for string in wanted):
                    found.add(table.name)
    return found


def files_with(folder: Path, strings: tuple[str, ...] = PERSONAL) -> list[Path]:
    """The files under `folder`, databases left out, that hold one of the strings."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and "sqlite" not in path.name:
            text = path.read_text("utf-8", errors="replace").casefold()
            if any(string.casefold() in text for string in strings):
                found.append(path)
    return found


async def only_booking(database: Database) -> Booking:
    async with database.reading() as session:
        return (await session.scalars(select(Booking))).one()
