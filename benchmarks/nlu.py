"""Understanding beside DIET: trained on the same examples, asked the same others.

The stock side is the pipeline of `rasa init` (DIET and the rest), ours the classifier of
config.yml with its sentence model; both as Rasa models, each loaded as it is served. A
message is asked as it is written and again without diacritics. Then dates (dates.py).

Of each intent and language EACH examples take part, chosen by a hash of their text: with
all of them DIET trains for more than an hour of CPU. Its model is kept in var/benchmarks
until the examples or its pipeline change.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks import dates
from benchmarks.report import HERE, ROOT, Report, percentile
from parsing.fold import fold

BOT = ROOT / ".venv" / "bot" / "bin" / "python"
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
EACH = 14
HELD_OUT = 4  # of EACH


@dataclass(frozen=True)
class Example:
    text: str
    intent: str
    language: str

    @property
    def order(self) -> str:
        """A hash of the folded text: the same choice every time."""
        return hashlib.sha256(fold(self.text).text.encode()).hexdigest()


def examples() -> tuple[list[Example], list[Example]]:
    """What is learned, and what is asked."""
    learned: list[Example] = []
    asked: list[Example] = []
    for language in LANGUAGES:
        for intent, texts in _by_intent(language).items():
            # keyed by the folded text, so that two spellings of one never part
            own = {fold(text).text: Example(text, intent, language) for text in texts}
            chosen = sorted(own.values(), key=lambda example: example.order)[:EACH]
            asked += chosen[:HELD_OUT]
            learned += chosen[HELD_OUT:]
    return learned, asked


def _by_intent(language: str) -> dict[str, list[str]]:
    yaml, found = YAML(typ="safe", pure=True), defaultdict(list)
    for file in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
        for block in yaml.load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = (line.strip()[2:] for line in block["examples"].splitlines())
            found[block["intent"]] += [line for line in lines if line]
    return found


def _write(folder: Path, kept: list[Example]) -> Path:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in kept:
        by_intent[example.intent].append(example.text)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
        for intent, lines in by_intent.items()
    ]
    file = folder / "nlu.yml"
    with file.open("w", encoding="utf-8") as out:
        YAML().dump({"version": "3.1", "nlu": blocks}, out)
    return file


def _run(*command: str | Path) -> float:
    """Seconds that the command took. Raises RuntimeError with what it said."""
    began = time.monotonic()
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **quiet},
        capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, start_new_session=True,  # progress bars stop at a terminal
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{command[:4]} failed:\n{done.stderr[-3000:]}")
    return time.monotonic() - began


def _train_ours(folder: Path, examples_file: Path) -> tuple[Path, float]:
    model = folder / "ours.tar.gz"
    program = (
        "import sys; from pathlib import Path; from bot import train; "
        "train.train(Path(sys.argv[1]), data=[Path(p) for p in sys.argv[2:]])"
    )
    rest = (ROOT / "data" / "nlu" / "commands.yml", ROOT / "data" / "rules")
    return model, _run(BOT, "-W", "ignore", "-c", program, model, examples_file, *rest)


def _stock_model(examples_file: Path) -> tuple[Path, float]:
    """DIET's model of these examples, and the seconds that its training took."""
    config = HERE / "stock_bot" / "config.yml"
    digest = hashlib.sha256(config.read_bytes() + examples_file.read_bytes()).hexdigest()
    kept = ROOT / "var" / "benchmarks" / f"diet-{digest[:12]}.tar.gz"
    took = kept.with_suffix(".json")
    if not (kept.exists() and took.exists()):
        print("benchmarks: training DIET on the same examples (a quarter of an hour)", flush=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        seconds = _run(
            BOT, "-m", "rasa", "train", "nlu", "--config", config, "--nlu", examples_file,
            "--out", kept.parent, "--fixed-model-name", kept.name.removesuffix(".tar.gz"),
        )  # fmt: skip
        took.write_text(json.dumps({"seconds": seconds}), encoding="utf-8")
    return kept, float(json.loads(took.read_text(encoding="utf-8"))["seconds"])


def _ask(folder: Path, model: Path, texts: list[str], how: str) -> dict[str, Any]:
    messages, out = folder / "messages.json", folder / f"{how}.json"
    messages.write_text(json.dumps(texts), encoding="utf-8")
    _run(BOT, "-W", "ignore", "-m", "benchmarks.understand_side", model, messages, out, how)
    answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return answer


def _right(answer: dict[str, Any], asked: list[Example], language: str, start: int) -> float:
    """Per cent of the language's messages understood; `start` is where they begin."""
    pairs = [
        answer["intents"][start + number] == example.intent
        for number, example in enumerate(asked)
        if example.language == language
    ]
    return 100 * sum(pairs) / len(pairs)


def run() -> Report:
    """Train both, ask both, compare."""
    report = Report("nlu", "the stock `rasa init` pipeline (DIET), same examples, same split")
    kept, asked = examples()
    texts = [example.text for example in asked] + [fold(example.text).text for example in asked]
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as name:
        folder = Path(name)
        file = _write(folder, kept)
        my_model, my_seconds = _train_ours(folder, file)
        mine = _ask(folder, my_model, texts, "light")
        alone = _ask(folder, my_model, texts, "alone")
        model, seconds = _stock_model(file)
        peer = _ask(folder, model, texts, "full")
    report.notes.append(f"{len(kept)} examples learned, {len(asked)} asked")
    for start, how in ((0, ""), (len(asked), ", without diacritics")):
        for language in LANGUAGES:
            report.add(
                f"intents right, {language}{how}", "%",
                _right(mine, asked, language, start), _right(peer, asked, language, start),
                wanted="better in every language",
            )  # fmt: skip
    for language in LANGUAGES:
        report.add(
            f"intents right, {language}, without the sentence model", "%",
            _right(alone, asked, language, 0), _right(peer, asked, language, 0),
            wanted="better in every language",
        )  # fmt: skip
    report.add(
        "CPU of a message, mean, without the sentence model", "ms",
        sum(alone["cpu_ms"]) / len(texts), sum(peer["cpu_ms"]) / len(texts), wanted="a fifth",
    )  # fmt: skip
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        report.add(
            f"{name} of a message, CPU", "ms",
            percentile(mine["cpu_ms"], part), percentile(peer["cpu_ms"], part),
        )  # fmt: skip
    report.add(
        "CPU of a message, mean", "ms", sum(mine["cpu_ms"]) / len(texts),
        sum(peer["cpu_ms"]) / len(texts), wanted="a fifth",
    )  # fmt: skip
    report.add("resident memory", "MiB", mine["resident_mib"], peer["resident_mib"])
    report.add("CPU until ready", "s", mine["started_cpu_s"], peer["started_cpu_s"])
    report.add("training", "s", my_seconds, seconds)
    dates.add_to(report)
    return report
