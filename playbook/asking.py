"""Questions to us that are clear before anything else is read from a message.

The bot says with each message which topics of the FAQ it leans to. Where it leans far, the FAQ
is asked first, and only what finds nothing there is read on as an answer or a move: "do you
have an API" is no name, and "how do we cancel later if we don't like it" stops no talk.
"""

import re

from playbook.acts import BOT as BOT_ASKED
from playbook.acts import MEETING_FACTS, NAMES, Act, clear
from playbook.digression import ask_faq, tell_bot
from playbook.filling import news_in, volunteered
from playbook.hearing import SURE, Doubt, Value
from playbook.order import MEETING
from playbook.scene import Intent
from playbook.times import wish_in
from playbook.turn import Turn

ASKS = -4.5  # log odds from which a message is taken for a question to us
ASKS_AGAINST_MOVE = -2.5  # the same where its words make a move
BOT = "bot"
ABOUT = "about"
NO_BOT = -3.0  # below, "are you …?" is more likely about something else
NEVER = ("data_request", "handoff", "abuse", "injection")  # are not put off by any question
_PARTS = re.compile(r"[,.;:!\n]\s*\S")  # an answer may stand beside the question
_OPEN = (*NAMES, "option")  # kinds whose answers may look like anything


def asked_outright(
    turn: Turn, text: str, *, intent: Intent | None, act: Act | None, value: Value | Doubt | None
) -> bool:
    """Look the message up where it is clearly a question to us."""
    topic = max(turn.leaning, key=lambda name: turn.leaning[name], default=None)
    if topic is None or (act is not None and act.name in (BOT_ASKED, MEETING_FACTS)):
        return False
    named = isinstance(value, Value) and value.confidence >= SURE
    faint = turn.leaning[topic] < ASKS_AGAINST_MOVE
    if named and (topic in (ABOUT, BOT) or faint):
        return False  # "do you build chatbots too?", "can a bot answer tenants?" is what they need
    sure = act is not None and act.sure
    meant_bot = topic == BOT and clear(intent) == BOT_ASKED
    if clear(intent) in NEVER or (sure and act is not None and act.name in NEVER and not meant_bot):
        return False
    beside = act is not None and act.name == "dont_know" and not act.whole
    against = ASKS_AGAINST_MOVE if sure and not beside else ASKS
    if turn.leaning[topic] < against or _answers(text, value):
        return False
    timed = turn.state.question == MEETING or turn.scene.booked is not None
    stated = faint and "?" not in text
    if _rules_times_out(turn, text) or ((timed or stated) and wish_in(turn, text) is not None):
        return False
    if "?" not in text and _tells(turn, text):
        return False
    if meant_bot:
        tell_bot(turn)
        return True
    no_bot = clear(intent) == BOT_ASKED and no_bot_meant(turn)
    kept = [intent.name, intent.confidence, intent.margin] if intent and not no_bot else None
    ask_faq(turn, text, topic=None, else_read=text, intent=kept)
    return True


def _rules_times_out(turn: Turn, text: str) -> bool:
    """ "Not on Friday, in the morning" is no question about our hours."""
    wished = wish_in(turn, text) if "?" not in text else None
    return wished is not None and bool(wished.when.excluded_weekdays or wished.when.excluded)


def _tells(turn: Turn, text: str) -> bool:
    """ "There are eight of us" while the budget is asked: an answer that is no name."""
    told = volunteered(turn, text, taken=(), asked=turn.state.question)
    fresh = news_in(turn, told, asking=False)
    return any(one.question.kind not in _OPEN for one in fresh)


def no_bot_meant(turn: Turn) -> bool:
    """Whether a question that looks like "are you a bot?" is more likely another one."""
    return bool(turn.leaning) and turn.leaning.get(BOT, 2 * NO_BOT) < NO_BOT


def _answers(text: str, value: Value | Doubt | None) -> bool:
    """Whether the message holds an answer that the question must not swallow."""
    if not isinstance(value, Value):
        return isinstance(value, Doubt)
    return value.question.kind not in _OPEN or _PARTS.search(text) is not None
