"""What a benchmark found: figures with their unit, ours beside the peer's, on disk and shown."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


@dataclass(frozen=True)
class Figure:
    """One measured thing. `wanted` is the bar in words, where there is one."""

    name: str
    unit: str
    ours: float
    peer: float | None = None
    wanted: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours as a part of the peer's; below 1 is less."""
        return None if not self.peer else round(self.ours / self.peer, 3)


@dataclass
class Report:
    """A benchmark's figures. `peer` says what stands beside ours."""

    name: str
    peer: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    load_before: float = field(default_factory=lambda: round(os.getloadavg()[0], 2))

    def add(
        self, name: str, unit: str, ours: float, peer: float | None = None, *, wanted: str = ""
    ) -> None:
        """Take a figure in, rounded to what can be believed."""
        rounded = None if peer is None else _three_digits(peer)
        self.figures.append(Figure(name, unit, _three_digits(ours), rounded, wanted))

    def write(self) -> Path:
        """Write results/NAME.json and print the table."""
        file = HERE / "results" / f"{self.name}.json"
        file.parent.mkdir(exist_ok=True)
        content = {
            "benchmark": self.name,
            "peer": self.peer,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {self.load_before}",
            "figures": [{**asdict(each), "ratio": each.ratio} for each in self.figures],
            "notes": self.notes,
        }
        file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        self._print()
        return file

    def _print(self) -> None:
        print(f"\n{self.name}: ours beside {self.peer} (load before: {self.load_before})")
        for each in self.figures:
            peer = (
                ""
                if each.peer is None
                else f"{each.peer:>10g}" + (f"  x{each.ratio:g}" if each.ratio is not None else "")
            )
            wanted = f"   wanted: {each.wanted}" if each.wanted else ""
            print(f"  {each.name:<46}{each.ours:>10g} {each.unit:<8}{peer}{wanted}")
        for note in self.notes:
            print(f"  {note}")


def _three_digits(value: float) -> float:
    return float(f"{value:.4g}")


def percentile(values: list[float], part: float) -> float:
    """The value that `part` (0 to 1) of the values do not exceed; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(part * len(ordered)) - 1))]
