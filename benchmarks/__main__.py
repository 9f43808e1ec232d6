"""Run the benchmarks named, or all: `python -m benchmarks turn nlu` (or `turn,nlu`)."""

import importlib
import sys

from benchmarks.report import HERE


def known() -> list[str]:
    """The benchmarks that there are: modules of this folder that define `run`."""
    modules = sorted(HERE.glob("*.py"))
    return [file.stem for file in modules if "\ndef run(" in file.read_text(encoding="utf-8")]


def main(arguments: list[str]) -> int:
    names = [name for argument in arguments for name in argument.split(",") if name]
    unknown = sorted(set(names) - set(known()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known())}", file=sys.stderr)
        return 2
    for name in names or known():
        importlib.import_module(f"benchmarks.{name}").run().write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
