"""The answer to a question asked in the middle of the interview, for the action server."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from contracts.dialogue import FaqView
from contracts.languages import Language
from crm_bridge.faq.shelf import Shelf
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1", dependencies=[Internal], tags=["internal"])


@router.get("/faq")
async def faq(
    request: Request,
    language: Language,
    text: Annotated[str, Query(max_length=2000)] = "",
    topic: Annotated[str | None, Query(max_length=40)] = None,
) -> FaqView:
    """The best answer to `text` in `language`, or `text` null when nothing fits.

    A `topic` that has a file is answered at once (score 1.0), by a topic under it where
    the text asks for that.
    """
    shelf: Shelf = request.app.state.faq
    found = shelf.index(language).answer(text, topic=topic)
    if found is None:
        return FaqView()
    return FaqView(topic=found.entry.topic, text=found.entry.answer, score=round(found.score, 3))
