"""The graph in order: the same results as Rasa's own runner gives."""

from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.graph_runner import InOrderGraphRunner


def loaded(model: Path, folder: Path, runner: Any) -> Any:
    folder.mkdir()
    return loader.load_predict_graph_runner(folder, model, LocalModelStorage, runner)


def test_understands_and_decides_as_rasas_runner_does(model: Path, tmp_path: Path) -> None:
    metadata, ours = loaded(model, tmp_path / "ours", InOrderGraphRunner)
    _, theirs = loaded(model, tmp_path / "theirs", DaskGraphRunner)
    for text in ("yes please", "can I talk to a person?", "/press", "👍"):
        tracker = DialogueStateTracker("cnv", metadata.domain.slots)
        given = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: tracker}
        understood = [
            runner.run(given, [metadata.nlu_target])[metadata.nlu_target][0].as_dict(True)
            for runner in (ours, theirs)
        ]
        assert understood[0]["intent"] == understood[1]["intent"]
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(text, understood[0]["intent"]))
        decided = [
            runner.run({PLACEHOLDER_TRACKER: tracker}, [metadata.core_target])
            for runner in (ours, theirs)
        ]
        probabilities = [run[metadata.core_target].probabilities for run in decided]
        assert probabilities[0] == probabilities[1]


def test_runs_every_target_once(model: Path, tmp_path: Path) -> None:
    metadata, runner = loaded(model, tmp_path / "ours", InOrderGraphRunner)
    order = runner._order(metadata.nlu_target)
    assert len(order) == len(set(order))
    needed = runner._schema.nodes[metadata.nlu_target].needs.values()
    assert all(parent in order or parent.startswith("__") for parent in needed)
