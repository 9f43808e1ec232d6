"""In the benchmark's own environment: dateparser on the phrases of a file.

    .venv/bench/bin/python benchmarks/date_side.py PHRASES.json OUT.json

PHRASES: a list of {text, lang, now}. OUT: {"read": [ISO or null, …], "ms": […]}.
"""

import json
import sys
import time
from datetime import datetime
from pathlib import Path

import dateparser


def main(phrases_file: str, out_file: str) -> None:
    rows = json.loads(Path(phrases_file).read_text(encoding="utf-8"))
    read, spent = [], []
    warming = rows[:20]
    for row in [*warming, *rows]:
        settings = {
            "RELATIVE_BASE": datetime.fromisoformat(row["now"]),
            "PREFER_DATES_FROM": "future",
        }
        began = time.process_time()
        value = dateparser.parse(row["text"], languages=[row["lang"]], settings=settings)
        spent.append(1000 * (time.process_time() - began))
        read.append(value.isoformat() if value else None)
    out = {"read": read[len(warming) :], "ms": spent[len(warming) :]}
    Path(out_file).write_text(json.dumps(out), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
