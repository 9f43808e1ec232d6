"""Every patch is in force, says the same as Rasa did, and an upgrade fails loudly."""

from typing import Any

import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa.shared.utils.schemas.events import EVENTS_SCHEMA

from bot import speed
from bot.graph_runner import InOrderGraphRunner
from bot.processor import TurnProcessor
from bot.speed import Patch, RasaChanged, validate_action_result

ANSWER: dict[str, Any] = {
    "events": [
        {"event": "slot", "name": "answer", "value": None, "timestamp": None},
        {"event": "active_loop", "name": "interview_form"},
    ],
    "responses": [{"text": "hello"}],
}


def test_every_patch_is_in_force_in_a_loaded_bot(house: Any) -> None:
    async def scenario(bot: Any) -> None:
        assert all(patch.in_force for patch in speed.PATCHES)
        assert isinstance(bot.agent.processor, TurnProcessor)
        assert isinstance(bot.agent.processor.graph_runner, InOrderGraphRunner)

    house(scenario)


def test_installing_twice_changes_nothing() -> None:
    speed.install()
    speed.install()
    assert all(patch.in_force for patch in speed.PATCHES)


def test_another_rasa_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Upgraded:
        def method(self) -> int:
            return 2

    patch = Patch(Upgraded, "method", lambda self: 1, "0000000000000000")
    monkeypatch.setattr(speed, "PATCHES", (patch,))
    with pytest.raises(RasaChanged, match="Upgraded.method"):
        speed.install()
    assert Upgraded().method() == 2


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (ANSWER, True),
        ({"events": [], "responses": []}, True),
        ({}, True),
        ({"events": [{"event": "no such kind"}]}, False),
        ({"events": [{"name": "answer"}]}, False),
        ({"events": [{"event": "slot", "value": 1}]}, False),
        ({"events": ["slot"]}, False),
        ({"events": {}}, False),
        ({"responses": ["hello"]}, False),
        ([], False),
    ],
)
def test_an_answer_is_judged_as_rasas_own_check_judges_it(answer: Any, right: bool) -> None:
    def judged(check: Any) -> bool:
        try:
            check(answer)
        except ValidationError:
            return False
        return True

    assert judged(lambda it: validate(it, RemoteAction.action_response_format_spec())) == right
    assert judged(lambda it: validate_action_result(None, it)) == right  # type: ignore[arg-type]


def test_each_kind_of_event_is_one_of_its_own() -> None:
    kinds = [kind["properties"]["event"]["const"] for kind in EVENTS_SCHEMA["items"]["oneOf"]]
    assert len(kinds) == len(set(kinds))
