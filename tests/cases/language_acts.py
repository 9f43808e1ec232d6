"""Dialogue acts: what a message does, by the word lists first and the trained bot after,
as the dialogue itself decides it (playbook/listening) when no question is open.

Each row also runs without its diacritics, as a suite of its own. Needs both environments;
the model is the one that is trained for these data (trained here where there is none).
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from parsing.fold import fold
from playbook.acts import believed, clear, read_act, read_yes, weighed
from playbook.scene import Intent
from tests.cases.language_values import half_of
from tests.cases.result import CaseResult

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / ".venv/bot/bin/python"


def understood(texts: list[str]) -> list[dict[str, Any]]:
    """What the bot makes of texts."""
    environment = {**os.environ, "USHER_VAR": os.environ.get("USHER_VAR", str(ROOT / "var"))}
    subprocess.run(
        [str(BOT), "-m", "bot.train"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    done = subprocess.run(
        [str(BOT), "-m", "bot.understand"],
        cwd=ROOT,
        env=environment,
        check=True,
        input="\n".join(text.replace("\n", " ") for text in texts),
        capture_output=True,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def decide(text: str, language: str, understood: dict[str, Any]) -> str:
    """The act of a message, in the dialogue's own order."""
    ranking = understood["ranking"]
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    guess = Intent(
        understood["intent"], understood["confidence"], understood["confidence"] - second
    )
    intent = believed(guess, text, language=language)
    act = weighed(read_act(text, language=language, asked=None), intent)
    if act is not None and act.sure:
        return act.name
    name = clear(intent)
    if name is not None:
        return name
    yes = read_yes(text, language=language)
    if yes is not None:
        return "affirm" if yes else "deny"
    if act is not None:
        return act.name
    return intent.name if intent is not None else "out_of_scope"


def run(cases: Path) -> Iterator[CaseResult]:
    """lead_acts.jsonl, with and without diacritics; nothing where the file is missing."""
    for result in _acts(cases):
        yield replace(result, half=half_of(result.id))


def _acts(cases: Path) -> Iterator[CaseResult]:
    file = cases / "language" / "lead_acts.jsonl"
    if not file.exists():
        return
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    if not BOT.exists():
        for row in rows:
            yield CaseResult("lead_acts", row["lang"], row["id"], False, "no bot environment")
        return
    variants = [("lead_acts", row, row["text"]) for row in rows]
    variants += [
        ("lead_acts_folded", row, fold(row["text"]).text)
        for row in rows
        if fold(row["text"]).text != row["text"].casefold()
    ]
    guesses = understood([v[2] for v in variants])
    for (suite, row, text), guess in zip(variants, guesses, strict=True):
        got = decide(text, row["lang"], guess)
        passed = got == row["act"]
        yield CaseResult(
            suite, row["lang"], row["id"], passed, None, f"{text!r}: {got}, wanted {row['act']}"
        )
        if row["act"] == "handoff":
            yield CaseResult(
                f"{suite}_handoff_recall", row["lang"], row["id"], passed, None, f"{text!r}: {got}"
            )
