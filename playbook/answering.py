"""A message that answers: one field or several, mistyped, unclear or impossible."""

import re

from parsing import act as acts
from parsing import email, when
from parsing.correction import repaired_from
from parsing.email import looks_like
from parsing.values import Parsed
from playbook.acts import NAMES
from playbook.confirming import keep_old, say_corrected
from playbook.digression import ask_faq, want_meeting
from playbook.filling import (
    firm_behind_name,
    fuller_name,
    name_and_firm,
    name_before_firm,
    news_in,
    volunteered,
)
from playbook.hearing import LIKELY, SURE, Doubt, Value, is_time, read_value
from playbook.likely import ask_likely
from playbook.model import Question
from playbook.onward import RESTATED, ask_again_or_put_off, go_on, restate
from playbook.pending import wait_for
from playbook.repair import unusable
from playbook.scene import Answered
from playbook.speaking import say, say_back, say_text, summary, words
from playbook.storing import keep
from playbook.times import keep_wish
from playbook.turn import Turn
from playbook.values import refused, say_value

MENTIONED = 0.7  # parsing.when: a time beside words that say something else
LONGEST_NAME = 40  # said back in "Thank you, …"
MOST_CHOICES = 3
BAD = {"email": "bad_email", "phone": "bad_phone"}
FEWEST_AROUND = 2  # words that may tell whose an address is
FEWEST_DIGITS = 3  # of something that was meant as a telephone number
CALLED = ("person", "company")  # kinds whose values nearly any words could be
CLAUSE = re.compile(r"(?:^|[,.;:!\n])\s*([^,.;:!?\n]*\?)")


def answer(
    turn: Turn,
    text: str,
    *,
    asked: Question | None,
    value: Value | Doubt | None,
    topic: str | None = None,
) -> bool:
    """Take what the message holds; False where it holds nothing of use. `topic` is the FAQ's
    that the message asks about, where that is clear."""
    main = value if isinstance(value, Value) else None
    if main is not None and topic is not None and _only_asks(text, main):
        return False
    taken = [(main.start, main.end)] if main else []
    doubt = value if isinstance(value, Doubt) else None
    beside = volunteered(turn, text, taken=taken, asked=asked.id if asked else None)
    if main is None and asked is not None and asked.kind == "person":
        main = name_before_firm(turn, asked, text, beside)
        if main is None and (apart := name_and_firm(turn, asked, text)):
            main, beside = apart[0], [*beside, *apart[1:]]
    if asked is not None and asked.kind == "company":
        name = fuller_name(turn, text)
        if name is not None:
            main, beside = None, [name]
        elif main is None:
            main = firm_behind_name(turn, asked, text)
    beside = news_in(turn, beside, asking="?" in text)
    if main is not None and not acceptable(turn, main):
        _keep_beside(turn, beside)
        return True
    other = _another_address(turn, text, beside)
    beside = [one for one in beside if one is not other]
    if other is None and main is None and not beside:
        return doubt is not None and _doubtful(turn, doubt)
    _take(turn, main, beside)
    if other is not None:
        _instead(turn, other, text)
        return True
    if doubt is not None:
        _doubtful(turn, doubt)
    elif (rest := question_beside(text, [main, *beside])) and not _names_it(text, main, topic):
        if _asks_why(turn, rest):
            _tell_why(turn, main, beside)
        elif keep_wish(turn, rest):
            _before_a_meeting(turn, main)
        else:
            ask_faq(turn, rest, topic=topic, answered=main is not None)
    elif main is not None:
        _next(turn, main, alone=not beside)
    elif not ask_likely(turn, text, asked):
        ask_again_or_put_off(turn)
    return True


def _take(turn: Turn, main: Value | None, beside: list[Value]) -> None:
    """Store everything, and say back in one line what was not asked for."""
    corrected = [
        (one, say_back(turn, one.question))
        for one in beside
        if turn.value(one.question.id) is not None
    ]
    for one in [main, *beside]:
        if one is not None:
            keep(turn, one.question, one.value, text=one.text)
    for one, old in corrected:
        say_corrected(turn, one.question, old)
    fresh = [one for one in beside if one not in [pair[0] for pair in corrected]]
    if fresh:
        names = [one.question.id for one in [main, *fresh] if one is not None]
        key = "noted_several" if main is not None or len(fresh) > 1 else "noted_more"
        say(turn, key, says=("ack", "confirm_values"), summary=summary(turn, names))


def _another_address(turn: Turn, text: str, beside: list[Value]) -> Value | None:
    """A second address within a longer message: a colleague's, or one's own instead?"""
    for one in beside:
        known = turn.value(one.question.id)
        if one.question.kind == "email" and known is not None:
            around = f"{text[: one.start]} {text[one.end :]}"
            return one if len(around.split()) >= FEWEST_AROUND else None
    return None


def _instead(turn: Turn, new: Value, text: str) -> None:
    """Is it to be used instead? That of a colleague is not: the advisor reads of it."""
    memory = {"question": new.question.id, "key": "instead", "said": text.strip()}
    old = say_back(turn, new.question)
    if acts.speaks_of_others(text, language=turn.language):
        keep_old(turn, old, text)
        return
    wait_for(turn, "value", value=new.value, text=new.text, corrects=True, old=old, **memory)


def _keep_beside(turn: Turn, beside: list[Value]) -> None:
    for one in beside:
        keep(turn, one.question, one.value, text=one.text)


def _next(turn: Turn, main: Value, *, alone: bool) -> None:
    """On to the next question; a name is greeted, an address shows nobody's records."""
    says = ("no_record_shown",) if main.question.kind == "email" else ()
    said = say_back(turn, main.question)
    if turn.scene.booked is not None or turn.state.phase == "ended":
        say_corrected(turn, main.question, "")
        turn.state.question = None
    elif not alone:
        go_on(turn, None, says=says)
    elif main.question.kind == "person" and len(said) <= LONGEST_NAME:
        go_on(turn, "next_name", says=says, values={"name": said})
    else:
        go_on(turn, says=says)


def acceptable(turn: Turn, main: Value) -> bool:
    """Whether a value can be stored at once; where not, the visitor is asked about it."""
    question = main.question
    why = refused(main.value, question)
    if why == "negative":
        unusable(turn, "bad_number", question)
    elif why == "too_large":
        _confirm(turn, main, "too_large")
    elif main.suggest is not None:
        memory = {"question": question.id, "key": "mistyped", "typed": main.value}
        wait_for(turn, "value", value=main.suggest, text=main.suggest, **memory)
    else:
        return True
    return False


def _confirm(turn: Turn, value: Value, key: str) -> None:
    memory = {"question": value.question.id, "key": key}
    wait_for(turn, "value", value=value.value, text=value.text, **memory)


def _doubtful(turn: Turn, doubt: Doubt) -> bool:
    """Ask what was meant; a number that cannot be is explained."""
    choices = doubt.choices[:MOST_CHOICES]
    if doubt.why == "negative" or not choices:
        unusable(turn, "bad_number" if doubt.why == "negative" else "bad_value", doubt.question)
    elif doubt.why == "too_large":
        _confirm(turn, choices[0], "too_large")
    elif len(choices) == 1:
        _confirm(turn, choices[0], "mistyped" if doubt.question.kind == "email" else "too_large")
    else:
        titles = [_title(turn, one) for one in choices]
        listed = [
            {"value": one.value, "title": title} for one, title in zip(choices, titles, strict=True)
        ]
        wait_for(turn, "pick", question=doubt.question.id, choices=listed)
    return True


def _title(turn: Turn, value: Value) -> str:
    answered = Answered(value.value, "given", value.text)
    return say_value(answered, value.question, language=turn.language, locale=turn.locale)


# Beside the values


def question_beside(text: str, values: list[Value | None]) -> str:
    """The question to us that stands beside the answer, without the values; "" for none."""
    letters = list(text)
    for one in values:
        if one is not None:
            letters[one.start : one.end] = " " * (one.end - one.start)
    asked = [match.group(1).strip() for match in CLAUSE.finditer("".join(letters))]
    return " ".join(one for one in asked if len(one) > FEWEST_DIGITS)


def _before_a_meeting(turn: Turn, main: Value | None) -> None:
    """ "40 people, can we talk on Wednesday?": gladly, and the next question first."""
    if main is not None:
        go_on(turn, "before_meeting", says=("ack",))
    else:
        want_meeting(turn)


def _asks_why(turn: Turn, question: str) -> bool:
    """ "Carter Haulage Ltd, why?" """
    act = acts.parse(question, language=turn.language)
    return act is not None and act.value == acts.Act("why_ask", whole=True)


def _tell_why(turn: Turn, main: Value | None, beside: list[Value]) -> None:
    """The reason of what was just answered, and on."""
    told = main if main is not None else beside[0]
    say_text(turn, words(turn, told.question.why), says=("explain_why",))
    if main is not None:
        go_on(turn, None)
    else:
        ask_again_or_put_off(turn)


def _only_asks(text: str, value: Value) -> bool:
    """Whether an option is named inside a question to us ("do you know HubSpot?")."""
    if value.question.kind != "option":
        return False
    return any(
        match.start(1) <= value.start and value.end <= match.end(1)
        for match in CLAUSE.finditer(text)
    )


def _names_it(text: str, main: Value | None, topic: str | None) -> bool:
    """Whether the question only names what is wanted ("do you build chatbots?")."""
    return main is not None and topic is None and _only_asks(text, main)


def attempt(turn: Turn, text: str, question: Question | None) -> bool:
    """Whether this was meant as an address or a number and went wrong: say what helps."""
    if question is None:
        return False
    if _slip_in_address(turn, text, question):
        return True
    tried = {
        "email": looks_like(text, language=turn.language),
        "phone": sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS,
    }
    if not tried.get(question.kind, False):
        return False
    unusable(turn, BAD[question.kind], question)
    return True


def _slip_in_address(turn: Turn, text: str, asked: Question) -> bool:
    """An address with a slip in it, given before it was asked for: is it this one?"""
    wanted = turn.of_kind("email")
    if wanted is None or wanted.id == asked.id or turn.value(wanted.id) is not None:
        return False
    value = read_value(turn, wanted, text)
    if not isinstance(value, Value) or value.suggest is None:
        return False
    return not acceptable(turn, value)


def restate_after(turn: Turn) -> None:
    """The open question again, after something beside it was noted."""
    restate(turn, says=RESTATED)


def _is_hour(turn: Turn, text: str, count: Value) -> bool:
    """ "Not before eight": a bare number that is the hour of a longer wish."""
    if count.confidence >= LIKELY:
        return False
    read = when.parse(text, language=turn.language, now=turn.scene.now)
    if not isinstance(read, Parsed) or read.confidence < MENTIONED:
        return False
    inside = read.start <= count.start and count.end <= read.end
    return inside and read.end - read.start > count.end - count.start


def _spelled_address(turn: Turn, text: str, name: Value) -> bool:
    """Whether what passes for a name is an address that is spelled out."""
    found = email.parse(text, language=turn.language)
    if not isinstance(found, Parsed) or found.confidence < SURE:
        return False
    return found.start < name.end and name.start < found.end


def _names_an_option(turn: Turn, text: str) -> bool:
    """Whether a message in small letters is a sure answer to another question: "it-ala"."""
    if text != text.lower() or text == text.upper():
        return False
    options = [one for one in turn.playbook.questions if one.kind == "option"]
    values = (read_value(turn, one, text) for one in options)
    return any(
        isinstance(one, Value) and one.confidence >= SURE and one.text == text.strip()
        for one in values
    )


def read_asked(turn: Turn, question: Question | None, text: str) -> Value | Doubt | None:
    """The answer to the question that was asked: what was said last of what was corrected on
    the spot, and without a question to us that stands beside it and makes it less clear."""
    if question is None:
        return None
    found = read_value(turn, question, text)
    if isinstance(found, Value) and question.kind in CALLED:
        unsure = found.confidence < SURE
        else_said = _spelled_address(turn, text, found) or _names_an_option(turn, text)
        if (unsure and else_said) or is_time(turn, text):  # "neste uke da" ends as a firm may
            return None
        if unsure:
            return found
    if found is None or question.kind in NAMES:
        return found
    if isinstance(found, Value) and question.kind == "people" and _is_hour(turn, text, found):
        return None
    start = repaired_from(text, language=turn.language)
    if start is not None:
        anew = read_value(turn, question, " " * start + text[start:])
        return anew if isinstance(anew, Value) else found
    stated = CLAUSE.sub(lambda match: " " * len(match[0]), text)
    if "?" in text and stated.strip() and isinstance(found, Value) and found.confidence < LIKELY:
        alone = read_value(turn, question, stated)
        return alone if isinstance(alone, Value) else found
    return found
