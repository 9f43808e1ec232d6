"""Beside the point: questions to us, small talk, languages, rudeness. One line, then back."""

from typing import Any

from playbook.dates import say_list
from playbook.directives import AskFaq, Button, FaqAnswer, Result
from playbook.moving import keep_booking, keep_time, say_standing
from playbook.onward import go_on, put_off, restate, within
from playbook.order import open_questions
from playbook.repair import not_understood
from playbook.speaking import FINISH, HANDOFF, say, say_text
from playbook.turn import Turn

LANGUAGE_NAMES = {
    "en": "English",
    "sl": "Slovenščina",
    "he": "עברית",
    "fi": "Suomi",
    "nb": "Norsk",
    "pl": "Polski",
}
MOST_ABUSE = 2
MOST_UNANSWERED, LONGEST_UNANSWERED = 4, 200
MOST_DECLINED = 3  # off the point in a row


# Questions to us


def ask_faq(turn: Turn, text: str, *, topic: str | None, **memory: Any) -> None:
    """Look the question up. `answered=True`: the message held an answer as well; `menu`:
    the languages are to be shown too; `guess`: it may be no question at all; `otherwise`:
    the move that is made where nothing is found."""
    if turn.looked_up:
        without = {"topic": topic, "asked": "?" in text, "said": text, **memory}
        faq(turn, without, FaqAnswer(None, None))
        return
    asking = AskFaq(text, topic, dict(turn.leaning))
    turn.ask_house(asking, then="faq", topic=topic, asked="?" in text, said=text, **memory)


def faq_chosen(turn: Turn, topic: str) -> None:
    """A topic was picked of those that might have been meant."""
    turn.ask_house(AskFaq("", topic), then="faq", topic=topic)


def faq(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Say what was found, or that we do not know, and go back to the question."""
    found = result if isinstance(result, FaqAnswer) else FaqAnswer(None, None)
    topic = found.topic or memory.get("topic")
    if found.choices:
        _which_topic(turn, found.choices)
        if memory.get("menu"):
            language_menu(turn, "language_unknown")
        if memory.get("answered"):
            go_on(turn, None)
        return
    if not found.text and memory.get("guess") and not memory.get("asked"):
        not_understood(turn)
        return
    if not found.text and memory.get("guess") and turn.scene.booked is not None:
        say_standing(turn, "after_booking")  # most likely it is about the meeting
        return
    if not found.text and memory.get("guess"):
        turn.state.missed += 1
        if turn.state.missed > 1 and turn.state.pending is None:
            turn.state.missed -= 1
            not_understood(turn)
            return
    if found.text:
        say_text(turn, found.text, says=(f"faq_{topic}",) if topic else ("faq",))
    else:
        pass_on(turn, str(memory.get("said") or ""))
        tags = (f"faq_{topic}",) if topic else ()
        say(turn, "faq_unknown", says=(*tags, "out_of_scope"), buttons=(HANDOFF,))
    if memory.get("menu"):
        language_menu(turn, "language_unknown")
    if memory.get("answered"):
        go_on(turn, None)
    else:
        restate(turn)


def pass_on(turn: Turn, text: str) -> None:
    """What got no answer from us is kept for whoever goes on from here."""
    said = text.strip()[:LONGEST_UNANSWERED]
    if said and said not in turn.state.unanswered:
        turn.state.unanswered = [*turn.state.unanswered, said][-MOST_UNANSWERED:]


def _which_topic(turn: Turn, choices: tuple[tuple[str, str], ...]) -> None:
    """Which of these is meant? The open question waits until that is told."""
    buttons = [Button(f"faq:{topic}", title=title) for topic, title in choices]
    listed = say_list([title for _, title in choices], locale=turn.locale, either=True)
    say(turn, "which", says=("clarify", "faq_which"), buttons=(*buttons, HANDOFF), choices=listed)


def tell_bot(turn: Turn, *, answered: bool = False) -> None:
    """Yes, this is a program."""
    say(turn, "bot", says=("faq_bot",), buttons=(HANDOFF,))
    if answered:
        go_on(turn, None)
    else:
        restate(turn)


# Small talk


def greet_back(turn: Turn) -> None:
    """A greeting in the middle of things."""
    if turn.scene.booked is not None:
        say_standing(turn, "hello_after_booking", says=("ack",))
        return
    if turn.state.pending is None and turn.state.question is not None:
        restate(turn, "hello", says=("ack", "restate_question"))
    else:
        within(turn, "thanks", says=("ack",))


def ask_away(turn: Turn) -> None:
    """ "Can I ask you something?" """
    within(turn, "ask_away", says=("ack",))


def say_goodbye(turn: Turn) -> None:
    """Thanks and goodbye: at the end a farewell, before it a reminder that nothing is lost."""
    stay = {"move": keep_time, "cancel_booking": keep_booking}
    if (keep := stay.get(str((turn.state.pending or {}).get("kind")))) is not None:
        keep(turn)  # a goodbye is no yes: the meeting stays, and that is said
    done = turn.scene.booked is not None or turn.state.phase in ("ended", "stopped")
    if done:
        say(turn, "goodbye", says=("goodbye",))
    else:
        says = ("goodbye", "nothing_lost")
        say(turn, "goodbye_meanwhile", says=says)


def chat(turn: Turn) -> None:
    """Small talk: one line, then back."""
    within(turn, "chitchat", says=("chitchat",))


def decline_topic(turn: Turn, text: str) -> None:
    """Something this chat is not for; who goes on so is shown ways on, as when nothing is
    understood. What was asked is kept: it may have been meant for us all the same."""
    state = turn.state
    if "?" in text:
        pass_on(turn, text)
    if state.pending is None and state.question is not None:
        if state.missed + 1 >= MOST_DECLINED:
            not_understood(turn)
            return
        state.missed += 1
    within(turn, "out_of_scope", says=("out_of_scope",))


def let_wait(turn: Turn) -> None:
    """The visitor needs a moment; the question stays open."""
    say(turn, "wait", says=("wait_ok", "nothing_lost"))


def want_meeting(turn: Turn) -> None:
    """A meeting is wished for before the questions are answered."""
    if turn.state.phase == "ended" and not turn.scene.booked:
        say(turn, "not_for_booking", says=("alternatives",), buttons=(HANDOFF,))
    elif open_questions(turn):
        if not put_off(turn):
            restate(turn, "before_meeting", says=("ack", "restate_question"))
    else:
        go_on(turn)


# Languages


def language_menu(turn: Turn, key: str = "language_menu") -> None:
    """The languages to choose from, each in its own."""
    buttons = [
        Button(f"lang:{code}", title=LANGUAGE_NAMES[code])
        for code in turn.playbook.languages
        if code in LANGUAGE_NAMES
    ]
    say(turn, key, says=("languages",), buttons=buttons)


def switch_language(turn: Turn, language: str, *, chosen: bool) -> bool:
    """Go on in another language; answers stay. False where the playbook lacks it."""
    if language not in turn.playbook.languages:
        return False
    if language != turn.language:
        turn.tell("language_switched", language=language, before=turn.language)
    turn.language, turn.chosen = language, turn.chosen or chosen
    return True


def confirm_language(turn: Turn) -> None:
    """Say in the new language that we go on in it."""
    within(turn, "language_changed", says=("ack", "language"))


# Rudeness


def set_boundary(turn: Turn) -> None:
    """Once a friendly boundary; after that a person, or an end without a meeting."""
    state = turn.state
    state.abuse += 1
    turn.tell("abuse_noticed", times=state.abuse)
    if state.abuse < MOST_ABUSE:
        within(turn, "boundary", says=("boundary",))
        return
    says = ("boundary", "offer_handoff", "finish_without")
    say(turn, "boundary_offer", says=says, buttons=(HANDOFF, FINISH))


def leave_aside(turn: Turn) -> None:
    """Commands and code: nothing is set, nothing is echoed."""
    within(turn, "only_words", says=("safe_text",))
