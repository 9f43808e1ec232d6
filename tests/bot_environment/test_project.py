"""The Rasa project itself: what `rasa data validate` looks at, and the examples' counts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.train import ROOT
from tests.bot_environment.conftest import examples_of

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
NOT_TYPED = {"press", "system"}


def intents() -> set:
    text = (ROOT / "bot" / "domain" / "intents.yml").read_text(encoding="utf-8")
    return set(YAML(typ="safe", pure=True).load(text)["intents"])


def test_rasa_data_validate_is_clean() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot.validate"],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_intent_has_twenty_examples_in_each_language(language: str) -> None:
    found = examples_of(language, most=10_000)
    assert set(found) == intents() - NOT_TYPED
    assert {intent: len(lines) for intent, lines in found.items() if len(lines) < 20} == {}


def test_every_intent_opens_the_interview() -> None:
    text = (ROOT / "data" / "rules" / "interview.yml").read_text(encoding="utf-8")
    opening = YAML(typ="safe", pure=True).load(text)["rules"][0]["steps"][0]["or"]
    assert {step["intent"] for step in opening} == intents()


def test_the_bot_imports_none_of_our_other_packages() -> None:
    others = ("actions", "contracts", "crm_bridge", "parsing", "playbook")
    for file in Path(ROOT / "bot").rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in others, f"{file}: {line}"


def test_reading_lightly_reads_the_same_examples() -> None:
    program = """
from bot import stand_ins
stand_ins.install(stand_ins.TRAINING)
from rasa.shared.importers.importer import TrainingDataImporter
from bot.reading import lighten

def read():
    importer = TrainingDataImporter.load_from_config(
        "config.yml", "bot/domain", ["data/nlu/en", "data/nlu/pl", "data/rules"]
    )
    data = importer.get_nlu_data()
    texts = [(one.get("text"), one.get("intent")) for one in data.intent_examples]
    return texts, importer.get_domain().as_dict()

stock = read()
lighten()
print(len(stock[0]), read() == stock)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        env={**os.environ, "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=True,
    )
    count, same = done.stdout.split()
    assert int(count) > 1000
    assert same == "True"
