"""What is wrong in data/: texts, mails, FAQ, examples for the bot. Every fault has a place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from contracts.languages import LANGUAGES
from crm_bridge.connectors.mapping import CrmMapping, MappingFaults
from crm_bridge.connectors.mapping import load as load_mapping
from crm_bridge.connectors.registry import SYSTEMS
from crm_bridge.deals.pipeline import HOUSE, PipelineFaults, Pipelines
from crm_bridge.deals.pipeline import load as load_pipelines
from crm_bridge.faq.check import check_faq
from playbook.check import check
from playbook.fault import Fault, PlaybookFaults, did_you_mean
from playbook.load import load

FEWEST_EXAMPLES = 20  # of one intent in one language
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def playbook_faults(folder: Path) -> list[Fault]:
    """Faults of shape and sense in every playbook; each file carries its playbook's name."""
    faults: list[Fault] = []
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        faults.append(Fault(str(folder), 1, 1, "there is no playbook"))
    for path in paths:
        try:
            playbook = load(path.read_text("utf-8"), filename=str(path))
        except PlaybookFaults as refused:
            faults.extend(refused.faults)
            continue
        faults.extend(check(playbook))
        if playbook.name != path.stem:
            what = f"the playbook is named '{playbook.name}', its file '{path.name}'"
            faults.append(Fault(str(path), 1, 1, what, "Give both one name."))
    return faults


def text_faults(folder: Path, *, every_placeholder: bool) -> list[Fault]:
    """Faults in <language>.yml files of texts: a missing language, a key that English has
    and another language lacks (or the reverse), an unknown placeholder; with
    `every_placeholder` also one that a language leaves out."""
    texts: dict[str, _Texts] = {}
    faults: list[Fault] = []
    for language in LANGUAGES:
        path = folder / f"{language}.yml"
        read = _read(path)
        if isinstance(read, Fault):
            faults.append(read)
            continue
        texts[language] = _Texts(path, read)
        faults.extend(texts[language].faults())
    english = texts.pop("en", None)
    if english is not None:
        for other in texts.values():
            faults.extend(other.against(english, every_placeholder=every_placeholder))
    return faults


class _Texts:
    """The texts of one language: key -> one wording or several."""

    def __init__(self, path: Path, read: Any) -> None:
        self._path = path
        self._read = read
        self.entries: Mapping[str, Any] = read if isinstance(read, Mapping) else {}

    def faults(self) -> Iterator[Fault]:
        if not isinstance(self._read, Mapping):
            yield Fault(str(self._path), 1, 1, "is no list of `key: text`")
        for key, value in self.entries.items():
            if not _wordings(value):
                yield self._fault(key, f"'{key}' is empty, or neither a text nor a list of texts")

    def against(self, english: "_Texts", *, every_placeholder: bool) -> Iterator[Fault]:
        for key in english.entries:
            if key not in self.entries:
                yield Fault(str(self._path), 1, 1, f"'{key}' is missing; en.yml has it")
        for key, value in self.entries.items():
            if key not in english.entries:
                hint = did_you_mean(str(key), english.entries)
                yield self._fault(key, f"'{key}' is not in en.yml", hint)
                continue
            own, known = _placeholders(value), _placeholders(english.entries[key])
            for name in sorted(own - known):
                what = f"'{key}' holds {{{name}}}, which en.yml does not"
                yield self._fault(key, what, did_you_mean(name, known))
            for name in sorted(known - own) if every_placeholder else ():
                yield self._fault(key, f"'{key}' lacks {{{name}}}")

    def _fault(self, key: Any, what: str, hint: str = "") -> Fault:
        line, column = self._read.lc.key(key)
        return Fault(str(self._path), line + 1, column + 1, what, hint)


def _wordings(value: Any) -> Sequence[str]:
    wordings = [value] if isinstance(value, str) else value
    if not isinstance(wordings, list) or not wordings:
        return ()
    sound = all(isinstance(wording, str) and wording.strip() for wording in wordings)
    return wordings if sound else ()


def _placeholders(value: Any) -> set[str]:
    return {name for wording in _wordings(value) for name in _PLACEHOLDER.findall(wording)}


def faq_faults(folder: Path) -> list[Fault]:
    """Faults in the FAQ files."""
    return [Fault(str(path), line, 1, what) for path, line, what in check_faq(folder)]


def pipeline_faults(path: Path) -> list[Fault]:
    """Faults in the file of pipelines, where there is one."""
    read = _pipelines(path)
    return read if isinstance(read, list) else []


def _pipelines(path: Path) -> Pipelines | list[Fault]:
    if not path.exists():
        return HOUSE
    try:
        return load_pipelines(path.read_text("utf-8"), filename=str(path))
    except PipelineFaults as refused:
        return list(refused.faults)
    except UnicodeDecodeError:
        return [Fault(str(path), 1, 1, "is not UTF-8 text")]


def mapping_faults(folder: Path, deals: Path) -> list[Fault]:
    """Faults in the mappings of CRMs; each file carries its system's name, and stages are
    those of a pipeline in the file `deals`."""
    faults: list[Fault] = []
    read = _pipelines(deals)
    known_deals = read if isinstance(read, Pipelines) else None
    for path in sorted(folder.glob("*.yml")):
        if path.stem not in SYSTEMS:
            faults.append(Fault(str(path), 1, 1, "is no CRM's", did_you_mean(path.stem, SYSTEMS)))
            continue
        try:
            known = SYSTEMS[path.stem].known
            mapping = load_mapping(path.read_text("utf-8"), filename=str(path), known=known)
        except MappingFaults as refused:
            faults.extend(refused.faults)
            continue
        except UnicodeDecodeError:
            faults.append(Fault(str(path), 1, 1, "is not UTF-8 text"))
            continue
        if mapping.system != path.stem:
            what = f"maps '{mapping.system}', its file is '{path.name}'"
            faults.append(Fault(str(path), 1, 1, what, "Give both one name."))
        if known_deals is not None:
            faults.extend(_strange_stages(mapping, str(path), known_deals))
    return faults


def _strange_stages(mapping: CrmMapping, file: str, known: Pipelines) -> Iterator[Fault]:
    """Stages and pipelines that a mapping names and the house does not have."""
    stages = {one.id for every in known.stages.values() for one in every}
    names = {"stage": stages, "pipeline": set(known.stages)}
    rules = mapping.objects["deals"].fields if "deals" in mapping.objects else ()
    for rule in rules:
        for strange in sorted(set(rule.values) - names.get(rule.home, set(rule.values))):
            what = f"deals: '{strange}' is no {rule.home} of ours (data/deals.yml)"
            yield Fault(file, 1, 1, what, did_you_mean(strange, names[rule.home]))


def example_faults(folder: Path) -> list[Fault]:
    """Faults in the bot's examples: a language without some, an intent that one language
    has and another lacks, too few examples, one example under two intents."""
    faults: list[Fault] = []
    counted: dict[str, dict[str, int]] = {}
    for language in LANGUAGES:
        intents: dict[str, int] = {}
        seen: dict[str, str] = {}
        for path in sorted((folder / language).glob("*.yml")):
            faults.extend(_count(path, intents, seen))
        counted[language] = intents
        if not intents:
            faults.append(Fault(str(folder / language), 1, 1, "there are no examples"))
    every = {intent for intents in counted.values() for intent in intents}
    for name, known in counted.items():
        place = str(folder / name)
        for intent in sorted(every) if known else ():
            count = known.get(intent, 0)
            if count < FEWEST_EXAMPLES:
                what = f"the intent '{intent}' has {count} examples"
                faults.append(Fault(place, 1, 1, what, f"Write {FEWEST_EXAMPLES} or more."))
    return faults


def _count(path: Path, intents: dict[str, int], seen: dict[str, str]) -> Iterator[Fault]:
    read = _read(path)
    if isinstance(read, Fault):
        yield read
        return
    for entry in read.get("nlu", ()) if isinstance(read, Mapping) else ():
        intent, line = str(entry.get("intent")), entry.lc.line + 1
        if intent == "None":
            continue
        for number, text in enumerate(str(entry.get("examples", "")).splitlines()):
            example = text.removeprefix("-").strip().casefold()
            if not example:
                continue
            intents[intent] = intents.get(intent, 0) + 1
            other = seen.setdefault(example, intent)
            if other != intent:
                what = f"'{example}' is an example of '{intent}' and of '{other}'"
                yield Fault(str(path), line + number + 2, 1, what, "Leave it under one of them.")


def _read(path: Path) -> Any:
    """What the file holds, with the place of each key; or the fault that keeps it unread."""
    try:
        return YAML(typ="rt", pure=True).load(path.read_text("utf-8"))
    except FileNotFoundError:
        return Fault(str(path), 1, 1, "there is no such file")
    except UnicodeDecodeError:
        return Fault(str(path), 1, 1, "is not UTF-8 text")
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = (fault.problem or fault.context or "is no YAML").strip().splitlines()[0]
        return Fault(str(path), line, column, f"is no YAML: {what}")
    except YAMLError as fault:
        return Fault(str(path), 1, 1, f"is no YAML: {fault}")
