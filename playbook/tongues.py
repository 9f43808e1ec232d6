"""The language of a message: kept, switched, asked for, or one that we do not speak.

Answers stay whatever the language. While a name is asked only a wish for a language
counts: names look like anything.
"""

from typing import Literal

from parsing import company
from parsing import language as languages
from parsing.values import LanguageGuess
from playbook.acts import NAMES
from playbook.digression import language_menu, switch_language
from playbook.hearing import SURE
from playbook.onward import restate
from playbook.order import question_of
from playbook.turn import Turn

Heard = Literal["asked", "switched", "unknown"] | None
FEWEST_WORDS = 3  # of a message in a language that we lack; `other` is set where it is clear


def hear_language(turn: Turn, text: str) -> Heard:
    """Settle the language to answer in, and tell what was noticed."""
    before = turn.language
    wanted = languages.requested_language(text, language=before)
    if wanted is not None:
        granted = wanted == before or switch_language(turn, wanted, chosen=True)
        return "asked" if granted else "unknown"
    asked = question_of(turn, turn.state.question) if turn.state.question else None
    if (asked is not None and asked.kind in NAMES) or _names_a_company(text, before):
        return None
    guess = languages.identify(text, page=turn.scene.page_language, current=before)
    settled = languages.decide(before, turn.chosen, guess, text)
    if settled != before and switch_language(turn, settled, chosen=False):
        return "switched"
    return "unknown" if _is_foreign(guess, text) else None


def _names_a_company(text: str, language: str) -> bool:
    """A company with its legal form and nothing else, whatever is being asked: it says where
    the company is, not what the visitor speaks."""
    found = company.parse(text, language=language)
    return found is not None and found.confidence >= SURE and found.value == text.strip()


def _is_foreign(guess: LanguageGuess, text: str) -> bool:
    """A whole message in a language that is none of ours."""
    if guess.language is not None or guess.other is None:
        return False
    return len(text.split()) >= FEWEST_WORDS


def offer_languages(turn: Turn) -> None:
    """Say politely which languages there are, and ask again."""
    language_menu(turn, "language_unknown")
    if turn.state.pending is None:
        restate(turn)
