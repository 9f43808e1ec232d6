"""The answer to a question asked in the middle of the interview, for the action server."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request

from contracts.dialogue import FaqChoice, FaqView
from contracts.languages import Language
from crm_bridge.faq.decide import decide
from crm_bridge.faq.shelf import Shelf
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1", dependencies=[Internal], tags=["internal"])

_LEANING = re.compile(r"([a-z][a-z0-9_]{0,39}):(-?\d{1,3}(?:\.\d{1,4})?)(?:,|$)")


@router.get("/faq")
async def faq(
    request: Request,
    language: Language,
    text: Annotated[str, Query(max_length=2000)] = "",
    topic: Annotated[str | None, Query(max_length=40)] = None,
    leaning: Annotated[str, Query(max_length=2000)] = "",
) -> FaqView:
    """The best answer to `text` in `language`, or `text` null when nothing fits.

    With `leaning` ("price:-0.67,about:-3.7", log odds by the bot) words and bot decide
    together, and two topics may be named to choose from. Without it a `topic` that has a
    file is answered at once (score 1.0), by a topic under it where the text asks for that.
    """
    shelf: Shelf = request.app.state.faq
    index = shelf.index(language)
    leans = {name: float(odds) for name, odds in _LEANING.findall(leaning)}
    if leans:
        decided = decide(index, text, leans, topic=topic)
        entry, score = decided.entry, round(decided.score, 3)
        if entry is not None:
            return FaqView(topic=entry.topic, text=entry.answer, score=score)
        choices = (FaqChoice(topic=one.topic, title=one.title) for one in decided.choices)
        return FaqView(choices=tuple(choices))
    found = index.answer(text, topic=topic)
    if found is None:
        return FaqView()
    return FaqView(topic=found.entry.topic, text=found.entry.answer, score=round(found.score, 3))
