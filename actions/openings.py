"""Openings of the conversation's route."""

from actions.errand import Errand
from contracts.booking import OpeningsQuery, OpeningView
from playbook.directives import Found, SearchOpenings
from playbook.scene import Opening


async def search_openings(errand: Errand, directive: SearchOpenings) -> Found:
    """The openings that start in the directive's window, in order."""
    query = OpeningsQuery(start=directive.start, end=directive.end)
    view = await errand.bridge.openings(errand.conversation, query)
    return Found(tuple(sorted((opening(one) for one in view.openings), key=lambda one: one.start)))


def opening(view: OpeningView) -> Opening:
    """An opening of the bridge's as the interview knows it."""
    return Opening(view.start, view.end)
