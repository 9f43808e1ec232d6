"""Run the outside cases and print one table: suite, language, passed, of, %, and the
percentages of the development half and the check half (language only; CONTRIBUTING.md).

python -m tests.cases --cases DIR [--only dialogues,language,calendars] [--verbose] [--json]
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.cases import calendars, dialogues, faq, language_acts, language_time, language_values
from tests.cases.result import CaseResult, Half

Runner = Callable[[Path], Iterator[CaseResult]]
GROUPS: dict[str, tuple[Runner, ...]] = {
    "dialogues": (dialogues.run,),
    "language": (language_time.run, language_values.run, language_acts.run, faq.run),
    "calendars": (calendars.run,),
}
HALVES: tuple[Half, ...] = ("development", "check")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make cases")
    parser.add_argument("--cases", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _group(name: str, cases: Path) -> Iterator[CaseResult]:
    for runner in GROUPS[name]:
        yield from runner(cases)


def _share(results: list[CaseResult]) -> str:
    """Passed of those, in percent; "-" of none."""
    if not results:
        return "-"
    return f"{100 * sum(one.passed for one in results) / len(results):.1f}"


def _print(results: list[CaseResult], *, as_json: bool, verbose: bool) -> None:
    ran: defaultdict[tuple[str, str], list[CaseResult]] = defaultdict(list)
    for result in results:
        if result.skipped is None:
            ran[result.suite, result.language].append(result)
    for (suite, language), those in ran.items():
        good = sum(one.passed for one in those)
        if as_json:
            row = {"suite": suite, "language": language, "passed": good, "of": len(those)}
            print(json.dumps(row))
        else:
            halves = [_share([one for one in those if one.half == half]) for half in HALVES]
            print(
                f"{suite:<28} {language:<4} {good:>6} {len(those):>6} {_share(those):>6} "
                f"{halves[0]:>6} {halves[1]:>6}"
            )
    if as_json:
        return
    skipped = Counter((one.suite, one.skipped) for one in results if one.skipped is not None)
    for (suite, why), count in skipped.items():
        print(f"{suite:<28} skipped {count}: {why}")
    if verbose:
        for result in results:
            if result.skipped is None and not result.passed and result.half != "check":
                print(f"FAILED {result.suite} {result.language} {result.id}: {result.detail}")


def main() -> int:
    """0 when the runners ran, whatever passed: the table is the answer."""
    given = _arguments()
    names = [name.strip() for name in given.only.split(",") if name.strip()] or list(GROUPS)
    unknown = set(names) - GROUPS.keys()
    if unknown:
        print(f"there is no group {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
        return 2
    if not given.json:
        print(
            f"{'suite':<28} {'lang':<4} {'passed':>6} {'of':>6} {'%':>6} {'dev %':>6} {'check%':>6}"
        )
    for name in names:
        if not (given.cases / ("language" if name == "language" else name)).is_dir():
            print(f"no folder {name} in {given.cases}: nothing to run", file=sys.stderr)
            continue
        _print(list(_group(name, given.cases)), as_json=given.json, verbose=given.verbose)
    return 0


if __name__ == "__main__":
    sys.exit(main())
