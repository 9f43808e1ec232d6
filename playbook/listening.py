"""A typed message: who gets to read it first, and what it leads to.

In this order: the language; commands and rudeness; what waits for a yes; a time before its
time; corrections; an option by its place; moves made outright; times; values; what was said
before; a wish for a language; a bare yes or no; Rasa's intent; questions to us.
The first that can use the message has it; if none can, it was not understood.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from parsing import act as acts
from parsing import correction
from parsing.option import parse_ordinal
from playbook import digression, early, repair, stopping
from playbook.acts import (
    BOT,
    HANDOFF,
    NAMES,
    Act,
    Yes,
    believed,
    clear,
    read_act,
    read_yes,
    strong,
    weighed,
)
from playbook.answering import answer, attempt, read_asked
from playbook.asking import ABOUT, asked_outright, no_bot_meant
from playbook.coming_back import new_matter
from playbook.correcting import corrected
from playbook.directives import FaqAnswer, Result
from playbook.filing import has_none
from playbook.filling import news_in, volunteered
from playbook.greeting import greet
from playbook.hearing import LIKELY, SURE, Doubt, Value, is_time
from playbook.likely import ask_likely, likely
from playbook.model import Question
from playbook.moves import FAQ_TOPICS, faq_or_move, make_move
from playbook.noting import leave_note
from playbook.onward import go_on, restate
from playbook.opting import opt_out
from playbook.order import MEETING, question_of
from playbook.pending import wait_for
from playbook.scene import Heard, Intent
from playbook.times import WHOLE, about_time, wish_in
from playbook.tongues import Heard as Tongue
from playbook.tongues import hear_language, offer_languages
from playbook.turn import LONGEST_WORDS, Turn
from playbook.waiting import answer_pending

FEWEST_LETTERS = 4  # of a question to us
FEWEST_WORDS = 3  # of a subject of its own
MOST_MENUS = 2
MOST_GUESSES = 2  # that a person is wished for
MOST_PLACES = 9  # of a list that somebody may have in mind
LEANS = -4.0  # log odds of a topic of the FAQ from which a message is looked up there
CODE = re.compile(r"<[/!a-zA-Z][^<>@]*>|\{\{|\$\{|\{%")  # "<jane@acme.io>" is an address
GRAVE = ("injection", "abuse")  # nobody is accused on a guess
LOOKED_UP_FIRST = ("out_of_scope", "chitchat", "rephrase", "why_ask", "resume", "wait")
IDLE = ("wait", "chitchat", "change_language")  # a word or two are not taken for it on a guess
HEARD_FIRST = ("data_request", "abuse", "injection")  # before what words hint at
# moves that words in small letters are sooner than a name ("move it a week ahead")
NO_NAMES = ("reschedule", "cancel_booking", "book", "data_request", "restart", "change_language")
NOT_GIVEN = ("dont_know", "refuse")
ABOUT_BOOKING = ("cancel_booking", "reschedule")
UNCERTAIN = ("out_of_scope", "change_language", "inform", "greet", "chitchat", "injection")


@dataclass(slots=True)
class Message:
    """One message while it is read."""

    text: str
    intent: Intent | None
    asked: Question | None
    act: Act | None
    yes: Yes | None
    value: Value | Doubt | None
    tongue: Tongue


def listen(turn: Turn, heard: Heard) -> None:
    """What comes of a typed message."""
    first = turn.state.phase == "new"
    turn.leaning = heard.leaning
    tongue = hear_language(turn, heard.text)
    if first or (tongue == "switched" and not turn.answers()):
        greet(turn, answering=True)
    if is_code(heard.text):
        digression.leave_aside(turn)
        return
    rest = opt_out(turn, heard.text)
    if rest is not None:
        heard, turn.leaning = replace(heard, text=rest, intent=None), {}
    message = _read(turn, heard, tongue)
    if (rest is None or (rest and not _names_asked(message))) and _used(turn, message):
        _with_a_question(turn)
        return
    _describes(turn, message)
    _left_over(turn, kept=first or tongue == "switched" or rest is not None)


def faq_or_else(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The look-up is back: its answer, or else what the message is read as without it."""
    text = memory.get("else_read")
    found = isinstance(result, FaqAnswer) and (result.text or result.choices)
    if text is None or found:
        faq_or_move(turn, memory, result)
        return
    turn.looked_up = True
    kept = memory.get("intent")
    heard = Heard(text=str(text), intent=Intent(*kept) if kept else None)
    message = _read(turn, heard, None)
    if not _used(turn, message):
        _describes(turn, message)
        _left_over(turn, kept=False)


def _used(turn: Turn, message: Message) -> bool:
    return any(reader(turn, message) for reader in _READERS)


def _with_a_question(turn: Turn) -> None:
    """A talk that had ended and was opened again by a move ("wait", "I meant …") has none."""
    state = turn.state
    open_again = state.phase == "asking" and state.question is None and turn.scene.booked is None
    if open_again and not (state.pending or state.then or state.handed):
        go_on(turn, None)


def _describes(turn: Turn, message: Message) -> None:
    """What was written at length where one of several was asked for stays with the answer."""
    if message.asked is not None and _at_length(message):
        turn.state.described[message.asked.id] = message.text.strip()[:LONGEST_WORDS]


def _at_length(message: Message) -> bool:
    """Whether it describes something where one of several was asked for."""
    asked, text = message.asked, message.text
    options = asked is not None and bool(asked.options)
    return options and len(text.split()) > FEWEST_WORDS and "?" not in text


def _left_over(turn: Turn, *, kept: bool) -> None:
    """Nothing could use the message; where more was said already, the question is enough."""
    if kept:
        restate(turn)
    else:
        repair.not_understood(turn)


def _names_asked(message: Message) -> bool:
    """Whether what is left of a message could pass for a name."""
    return message.asked is not None and message.asked.kind in NAMES


def is_code(text: str) -> bool:
    """Commands, markup and templates: nothing that a visitor says."""
    return text.lstrip().startswith("/") or CODE.search(text) is not None


def _read(turn: Turn, heard: Heard, tongue: Tongue) -> Message:
    state, text = turn.state, heard.text
    asked = question_of(turn, state.question) if state.question else None
    asked = None if asked is not None and asked.id == MEETING else asked
    value = read_asked(turn, asked, text)
    intent = believed(heard.intent, text, language=turn.language)
    act = read_act(
        text,
        language=turn.language,
        asked=asked if value else None,
        booked=turn.scene.booked is not None,
    )
    return Message(
        text=text,
        intent=intent,
        asked=asked,
        act=weighed(act, intent),
        yes=read_yes(text, language=turn.language),
        value=value,
        tongue=tongue,
    )


# The readers, in the order in which they are asked


def _unwanted(turn: Turn, message: Message) -> bool:
    """Code and rudeness set nothing."""
    act = message.act
    if act is None or not act.sure:
        return False
    if act.name == "injection":
        digression.leave_aside(turn)
    elif act.name == "abuse":
        digression.set_boundary(turn)
    else:
        return False
    return True


def _new_matter(turn: Turn, message: Message) -> bool:
    return new_matter(turn, message.text)


def _waiting(turn: Turn, message: Message) -> bool:
    pending = turn.state.pending
    if pending is None:
        return False
    intent = strong(message.intent)
    if answer_pending(turn, message.text, yes=message.yes, act=message.act, intent=intent):
        return True
    if pending.get("kind") == "person":
        turn.state.pending = None  # it was a guess: whoever says something else goes on
        turn.state.described.pop(str(turn.state.question), None)
    return False


def _stopped(turn: Turn, message: Message) -> bool:
    """After an end a new message goes on where it was, unless it is only a goodbye."""
    if turn.state.phase != "stopped":
        return False
    name = message.act.name if message.act else clear(message.intent)
    said = message.yes.value if message.yes else None
    if name in ("thanks_bye", "deny", "cancel") or said is False:
        digression.say_goodbye(turn)
        return True
    if name in ("resume", "affirm", "greet") or said:
        stopping.resume_talk(turn, "resumed")
        return True
    stopping.reopen(turn)
    return False


def _asks_leave(turn: Turn, message: Message) -> bool:
    if not acts.asks_leave(message.text, language=turn.language):
        return False
    digression.ask_away(turn)
    return True


def _asks_us(turn: Turn, message: Message) -> bool:
    if turn.looked_up or message.tongue is not None:
        return False
    return asked_outright(
        turn, message.text, intent=message.intent, act=message.act, value=message.value
    )


def _none_to_give(turn: Turn, message: Message) -> bool:
    return has_none(turn, message.text, message.asked)


def _moves(turn: Turn, message: Message) -> bool:
    """Moves made outright; a name that looks like one is a name."""
    act = message.act
    if act is None or not act.sure or _is_value(message):
        return False
    if act.name == "change_language" and message.tongue is not None:
        return False
    if act.name in NOT_GIVEN and not act.whole and _tells_else(turn, message):
        return False
    return make_move(turn, act.name, message.text)


def _tells_else(turn: Turn, message: Message) -> bool:
    """ "Dunno yet, maybe 10-15k", "no idea which ads work": what was asked is not known, but
    something else is told."""
    if likely(turn, message.text, message.asked):
        return True
    asked = message.asked.id if message.asked else None
    beside = volunteered(turn, message.text, taken=(), asked=asked)
    return bool(news_in(turn, beside, asking="?" in message.text))


def _is_value(message: Message) -> bool:
    """Whether the words answer the question rather than make a move."""
    value, act = message.value, message.act
    if not isinstance(value, Value) or act is None:
        return False
    if message.asked is not None and message.asked.kind in NAMES:
        return value.confidence >= SURE
    return not act.whole


def _corrects(turn: Turn, message: Message) -> bool:
    if message.act is not None and message.act.whole:
        return False
    about_meeting = turn.state.question == MEETING or turn.scene.booked is not None
    if about_meeting and wish_in(turn, message.text) is not None:
        named = correction.parse(message.text, language=turn.language)
        if named is None or named.value.field is None:  # "Thursday, not before 2"
            return False
    return corrected(turn, message.text, asked=message.asked, value=message.value)


def _times(turn: Turn, message: Message) -> bool:
    return about_time(turn, message.text, yes=message.yes, act=message.act)


def _early(turn: Turn, message: Message) -> bool:
    return message.value is None and early.time_named(turn, message.text, message.asked)


def _place(turn: Turn, message: Message) -> bool:
    return message.value is None and early.place_named(turn, message.text, message.asked)


def _said_again(turn: Turn, message: Message) -> bool:
    return message.value is None and early.said_again(turn, message.text, message.asked)


def _answers(turn: Turn, message: Message) -> bool:
    """Values; one half understood gives way to an intent with a clear lead."""
    value, name = message.value, strong(message.intent)
    weak = isinstance(value, Value) and (
        value.confidence < LIKELY or (name in NO_NAMES and value.confidence <= LIKELY)
    )
    idle: tuple[str, ...] = ("inform", "correct", "affirm", "greet")
    if len(message.text.split()) < FEWEST_WORDS + 1:
        idle = (*idle, "chitchat", "out_of_scope")  # "like 40 hehe" says a number
    if weak and name is not None and name not in idle:
        return False
    topic = FAQ_TOPICS.get(clear(message.intent) or "")
    topic = None if topic == ABOUT else topic  # "do you build chatbots?" names what is wanted
    answered = answer(turn, message.text, asked=message.asked, value=value, topic=topic)
    if answered and message.tongue == "unknown" and "language_unknown" not in turn.state.spoken:
        digression.language_menu(turn, "language_unknown")
        turn.bubbles.insert(0, turn.bubbles.pop())
    return answered


def _tongue(turn: Turn, message: Message) -> bool:
    """A wish for a language is confirmed; one that we lack is told politely, twice at most,
    and a question in it is answered all the same."""
    if message.tongue == "asked":
        digression.confirm_language(turn)
        return True
    if message.tongue != "unknown" or turn.state.spoken.get("language_unknown", 0) >= MOST_MENUS:
        return False
    name = clear(message.intent)
    guess = message.intent.name if message.intent is not None else None  # the menu comes as well
    if guess in FAQ_TOPICS:
        digression.ask_faq(turn, message.text, topic=FAQ_TOPICS[guess], menu=True)
    elif name is None or name in UNCERTAIN or not make_move(turn, name, message.text):
        offer_languages(turn)
    return True


def _intends(turn: Turn, message: Message) -> bool:
    """What Rasa took it for, where nothing could be read from the words."""
    name = clear(message.intent)
    if name == BOT and no_bot_meant(turn):
        digression.ask_faq(turn, message.text, topic=None, guess=True)
        return True
    if name == "out_of_scope" and _mumbled(message.text):
        return False
    place = parse_ordinal(message.text, language=turn.language, count=MOST_PLACES)
    if place is not None and place.confidence >= WHOLE:
        return False  # "the first" of nothing that is shown: no wish to begin again
    guessed = name != strong(message.intent)
    if name == "correct" and (guessed or not turn.answers()):
        return False  # there is nothing yet that could be wrong
    if guessed and name == "out_of_scope" and _at_length(message):
        return False  # rather a need in their own words
    if guessed and name in ABOUT_BOOKING and turn.scene.booked is None:
        return False  # there is no meeting that could be meant
    if guessed and (name in GRAVE or (name in IDLE and _mumbled(message.text))):
        return False
    if name == HANDOFF and (guessed or _at_length(message)) and not turn.state.handed:
        if turn.state.spoken.get("confirm_handoff", 0) >= MOST_GUESSES:
            return False
        _describes(turn, message)
        wait_for(turn, "person")
        return True
    if name in LOOKED_UP_FIRST and not turn.looked_up and _may_ask(turn, message.text):
        digression.ask_faq(turn, message.text, topic=None, otherwise=name)
        return True
    doubted = (guessed and name == BOT and _may_ask(turn, message.text)) or name == "cancel"
    if doubted and not turn.looked_up:  # "tar dette lang tid" stops nothing
        digression.ask_faq(turn, message.text, topic=None, otherwise=name)
        return True
    if name == "thanks_bye" and "?" in message.text:
        return False  # "thanks, can I get a reminder?"
    if name == "thanks_bye" and is_time(turn, message.text):
        digression.want_meeting(turn)  # "next Tuesday after 3" is no "see you Tuesday"
        return True
    return name is not None and make_move(turn, name, message.text)


def _may_ask(turn: Turn, text: str) -> bool:
    """A question by its mark, or by what the bot makes of it."""
    return "?" in text or max(turn.leaning.values(), default=LEANS) > LEANS


def _mumbled(text: str) -> bool:
    """A word or two that mean nothing to us: rather a slip than a subject."""
    return "?" not in text and len(text.split()) < FEWEST_WORDS


def _questions(turn: Turn, message: Message) -> bool:
    """What no intent names and may be a question to us is looked up in the FAQ."""
    letters = sum(letter.isalpha() for letter in message.text)
    if not _may_ask(turn, message.text) or letters < FEWEST_LETTERS:
        return False
    digression.ask_faq(turn, message.text, topic=None, guess=True)
    return True


def _note(turn: Turn, message: Message) -> bool:
    return leave_note(turn, message.text)


def _hints(turn: Turn, message: Message) -> bool:
    if message.value is not None or strong(message.intent) in HEARD_FIRST:
        return False
    person = strong(message.intent) == HANDOFF
    return ask_likely(turn, message.text, message.asked, person=person)


def _attempts(turn: Turn, message: Message) -> bool:
    return attempt(turn, message.text, message.asked)


def _bare_yes_or_no(turn: Turn, message: Message) -> bool:
    """A yes or no to a question that wants more; a no to an optional one is an answer."""
    yes = message.yes
    asked = message.asked is not None or turn.state.question == MEETING
    if yes is None or not yes.bare or not asked or clear(message.intent) == "correct":
        return False
    if not yes.value and message.asked is not None and not message.asked.required:
        repair.not_given(turn, status="declined", text=message.text)
        return True
    repair.rephrase(turn, "open_question_yes" if yes.value else "open_question_no")
    return True


_READERS: tuple[Callable[[Turn, Message], bool], ...] = (
    _unwanted,
    _new_matter,
    _waiting,
    _stopped,
    _asks_leave,
    _asks_us,
    _early,
    _corrects,
    _place,
    _moves,
    _times,
    _answers,
    _none_to_give,
    _note,
    _said_again,
    _attempts,
    _hints,
    _tongue,
    _bare_yes_or_no,
    _intends,
    _questions,
)
