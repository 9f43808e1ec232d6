"""The intent classifier as Rasa sees it; what it does is in cascade.py and learn.py.

config.yml:
    sentence_examples   how many examples of an intent the sentence model reads in training
    ranking_length      how many intents are reported with each message
"""

import os
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.cascade import Cascade, Ranking
from bot.components.diacritics import restore
from bot.components.faq_leaning import FaqLeaning
from bot.components.name_like import KINDS, name_like
from bot.components.sentences import Sentences


FAQ_KEY = "faq"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentCascade(GraphComponent, IntentClassifier):
    """Sets `intent`, `intent_ranking` and `faq` (topics it leans to) of a message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"sentence_examples": 100, "ranking_length": 10}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        cascade: Cascade | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._cascade = cascade
        self._faq = FaqLeaning.beside(cascade.arrays, cascade.sentences) if cascade else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentCascade":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentCascade":
        with model_storage.read_from(resource) as folder:
            cascade = Cascade.load(Path(folder), Sentences.load())
        return cls(config, model_storage, resource, cascade)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples and store arrays and JSON."""
        from bot.components.learn import learn  # scikit-learn is needed here alone

        examples = training_data.intent_examples
        self._cascade = learn(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            sentences=Sentences.load(),
            sentence_examples=int(self._config["sentence_examples"]),
            cache_file=_cache_file(),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._cascade.save(Path(folder))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Say what each message means."""
        for message in messages:
            text = message.get(TEXT) or ""
            name = _asked_kind(message) in KINDS and name_like(text)
            ranking = self._ranked(text, closely=not name)
            reported = [
                {"name": intent, "confidence": round(chance, 4)}
                for intent, chance in ranking[: int(self._config["ranking_length"])]
            ] or [{"name": None, "confidence": 0.0}]
            message.set(INTENT, reported[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, reported, add_to_output=True)
            message.set(FAQ_KEY, self._leaning(text, ranking), add_to_output=True)
        return messages

    def _ranked(self, text: str, *, closely: bool) -> Ranking:
        """Every intent; none of a command, which Rasa reads itself."""
        if self._cascade is None or text.startswith("/"):
            return []
        return self._cascade.rank(text, closely=closely)

    def _leaning(self, text: str, ranking: Ranking) -> list[tuple[str, float]]:
        if self._cascade is None or self._faq is None or not ranking:
            return []
        return self._faq.of(restore(text, self._cascade.diacritics), ranking)


def _asked_kind(message: Message) -> str | None:
    """The kind of the question that the visitor was asked, as the interview remembers it."""
    snapshot = (message.get("metadata") or {}).get("snapshot") or {}
    kind = (snapshot.get("state") or {}).get("kind")
    return kind if isinstance(kind, str) else None


def _cache_file() -> Path | None:
    """Vectors of the examples, so that the next training reads only new ones."""
    var = os.environ.get("USHER_VAR")
    return Path(var) / "models" / "sentence-vectors.npz" if var else None
