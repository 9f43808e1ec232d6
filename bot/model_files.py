"""Which model belongs to the data as they are: var/models/usher-<fingerprint>.tar.gz.

The fingerprint covers what a model is made of: examples, rules, domain, config and the
classifier's own code. Nothing of Rasa is imported, so asking costs milliseconds.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE_OF = (
    "config.yml",
    "bot/domain",
    "bot/components",
    "data/nlu",
    "data/rules",
    "requirements/bot.in",
)


def _files(root: Path) -> Iterator[Path]:
    for name in MADE_OF:
        place = root / name
        yield from (
            sorted(file for file in place.rglob("*") if file.suffix in {".yml", ".py"})
            if place.is_dir()
            else [place]
        )


def fingerprint(root: Path = ROOT) -> str:
    """16 hexadecimal digits that change when anything the model is made of changes."""
    digest = hashlib.sha256()
    for file in _files(root):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def model_file(var: Path, root: Path = ROOT) -> Path:
    """Where the model of the present data is, or will be."""
    return var / "models" / f"usher-{fingerprint(root)}.tar.gz"


def current_model(var: Path, root: Path = ROOT) -> Path | None:
    """The model of the present data; else the newest that there is; else None."""
    exact = model_file(var, root)
    if exact.exists():
        return exact
    others = sorted((var / "models").glob("usher-*.tar.gz"), key=lambda file: file.stat().st_mtime)
    return others[-1] if others else None
