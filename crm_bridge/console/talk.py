"""What a rep reads of a conversation's log, line by line. Pure; the page and its script show
the same lines."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_bridge.console.render import moment

NAMES: Final = {"visitor": "Visitor", "bot": "Assistant", "rep": "Rep", "system": "Usher"}
# Statuses that say nothing to a reader.
QUIET: Final = frozenset({"typing", "question", "language"})

type TalkLine = dict[str, str | int | None]


def lines(events: Iterable[Mapping[str, Any]], zone: str) -> list[TalkLine]:
    """Messages and notes in the order of the log, days and times in an IANA zone.

    A line is `{seq, author, by, at, time, text, lang, offered}`; of a note (a status) `author`
    is "note" and `by` the words. `offered` counts the times that were offered.
    """
    return [
        _line(event, zone)
        for event in events
        if event["kind"] == "message" or event["status"]["name"] not in QUIET
    ]


def _line(event: Mapping[str, Any], zone: str) -> TalkLine:
    shared = {"seq": event["seq"], "at": str(event["at"]), "time": moment(event["at"], zone)}
    if event["kind"] != "message":
        return {**shared, "author": "note", "by": event["status"]["name"].replace("_", " ")}
    return {
        **shared,
        "author": event["author"],
        "by": NAMES[event["author"]],
        "text": event.get("text") or "",
        "lang": event.get("lang"),
        "offered": len(event.get("openings") or ()),
    }
