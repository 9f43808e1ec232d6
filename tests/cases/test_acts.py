"""What a message does is heard as well on messages written before they were run as on the
outside ones, with and without diacritics: the bars of the outside suite, on our own cases."""

from collections import Counter
from pathlib import Path

import pytest

from tests.cases import language_acts
from tests.cases.result import CaseResult

UNSEEN = Path(__file__).parent / "unseen"
FOLDERS = (UNSEEN, *(UNSEEN / f"acts_{one}" for one in ("second", "third", "fourth")))
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
BAR = {"en": 0.95}
OTHERS = 0.92
HANDOFF = 0.99
LOST = 0.01  # of a language's messages, for want of diacritics


@pytest.fixture(scope="module")
def results() -> list[CaseResult]:
    if not language_acts.BOT.exists():
        pytest.fail("the bot's environment is missing: run `make environments`")
    return [one for folder in FOLDERS for one in language_acts.run(folder)]


def share(results: list[CaseResult], suite: str, language: str) -> float:
    counted = Counter(
        one.passed for one in results if (one.suite, one.language) == (suite, language)
    )
    return counted[True] / counted.total()


@pytest.mark.parametrize("language", LANGUAGES)
def test_acts_are_above_their_bar(language: str, results: list[CaseResult]) -> None:
    failed = [
        one.detail
        for one in results
        if (one.suite, one.language, one.half) == ("lead_acts", language, "development")
        and not one.passed
    ]
    assert share(results, "lead_acts", language) >= BAR.get(language, OTHERS), failed


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_a_person_is_heard_among_other_acts(
    language: str, results: list[CaseResult]
) -> None:
    assert share(results, "lead_acts_handoff_recall", language) >= HANDOFF


@pytest.mark.parametrize("language", ["sl", "fi", "nb", "pl"])
def test_little_is_lost_without_diacritics(language: str, results: list[CaseResult]) -> None:
    of = [one for one in results if one.language == language]
    said = {one.id: one.passed for one in of if one.suite == "lead_acts"}
    folded = {one.id: one.passed for one in of if one.suite == "lead_acts_folded"}
    lost = [name for name in folded if said[name] and not folded[name]]
    won = [name for name in folded if folded[name] and not said[name]]
    assert len(lost) - len(won) <= LOST * len(said), lost
