"""Openings of the conversation's route."""

from datetime import timedelta

from actions.errand import Errand
from contracts.booking import OpeningsQuery, OpeningView
from playbook.directives import Found, SearchOpenings
from playbook.scene import Opening


async def search_openings(errand: Errand, directive: SearchOpenings) -> Found:
    """The openings that start in the directive's window, in order."""
    query = OpeningsQuery(start=directive.start, end=directive.end)
    view = await errand.bridge.openings(errand.conversation, query)
    length = timedelta(minutes=view.minutes)
    return Found(tuple(Opening(start, start + length) for start in view.starts))


def opening(view: OpeningView) -> Opening:
    """An opening of the bridge's as the interview knows it."""
    return Opening(view.start, view.end)
