"""RulePolicy for a talk that is one form.

Two differences, both inside what RulePolicy would decide anyway for data/rules:

- While the form runs, it gets the message at once. RulePolicy compares the whole talk with
  every rule first, and then gives the form precedence all the same: 0.8 to 1.3 of 5.7 CPU
  ms of a turn for its two predictions.
- The intents "restart", "back" and "session_start" have no power of their own. In Rasa they
  wipe the tracker whatever the rules say; here "let's start over" is a visitor's wish like
  any other, and the interview decides.
"""

from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class InterviewPolicy(RulePolicy):
    """The rules of data/rules, the running form first."""

    @staticmethod
    def _find_action_from_default_actions(
        tracker: DialogueStateTracker,
    ) -> tuple[str | None, str | None]:
        return None, None

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The form while it runs, its listening after it ran, else what the rules say."""
        action, source = self._find_action_from_loop_happy_path(tracker)
        if action is None:
            return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        return self._rule_prediction(
            self._prediction_result(action, tracker, domain), source, is_no_user_prediction=True
        )
