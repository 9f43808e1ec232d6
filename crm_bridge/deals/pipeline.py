"""The pipelines of deals and their stages, in order. Pure.

They are a file, `data/deals.yml`; `load` tells every fault with its line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from playbook.fault import Fault
from playbook.node import Node, Sheet

State = Literal["open", "won", "lost"]
STATES: Final[tuple[State, ...]] = get_args(State)
NEW: Final = "new"
CALL_BACK: Final = "call_back"
MEETING: Final = "meeting_booked"
LOST: Final = "lost"
BY_CHAT: Final = (NEW, CALL_BACK, MEETING, LOST)  # where the chat itself moves a deal
_MOST: Final = 50  # pipelines, and stages of one


class PipelineFaults(Exception):
    """Pipelines that cannot be used; `faults` holds every fault, in the file's order."""

    code = "pipelines_faulty"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a pipeline; `state` says whether the deal is over there, and how."""

    id: str
    state: State = "open"


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Pipeline -> its stages in order; the first pipeline is the chat's own."""

    stages: Mapping[str, tuple[Stage, ...]]

    @property
    def first(self) -> str:
        """Where a deal is opened that names no pipeline."""
        return next(iter(self.stages))

    def stage_of(self, pipeline: str, stage: str) -> Stage | None:
        """The stage of that id in that pipeline, if there is one."""
        return next((one for one in self.stages.get(pipeline, ()) if one.id == stage), None)

    def is_further(self, pipeline: str, stage: str, than: str) -> bool:
        """Whether `stage` comes after `than` in the pipeline; False where one is not there."""
        order = [one.id for one in self.stages.get(pipeline, ())]
        return than in order and stage in order[order.index(than) + 1 :]


HOUSE: Final = Pipelines(  # until a file was read
    {
        "sales": (
            *(Stage(one) for one in (NEW, CALL_BACK, MEETING, "proposal", "negotiation")),
            Stage("won", "won"),
            Stage(LOST, "lost"),
        )
    }
)


def load(source: str, *, filename: str = "deals.yml") -> Pipelines:
    """The pipelines of a file. Raises PipelineFaults with everything that is wrong in it."""
    sheet = Sheet(filename, languages=())
    found = _read(source, sheet)
    if not sheet.faults and not found:
        sheet.faults.append(Fault(filename, 1, 1, "there is no pipeline", "Write one."))
    if sheet.faults:
        raise PipelineFaults(sheet.faults)
    return Pipelines(found)


def _read(source: str, sheet: Sheet) -> dict[str, tuple[Stage, ...]]:
    try:
        value = YAML(typ="rt", pure=True).load(source)
    except YAMLError as fault:
        mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        sheet.faults.append(Fault(sheet.file, line, column, "is no YAML"))
        return {}
    found: dict[str, tuple[Stage, ...]] = {}
    root = Node(sheet, value, path="", at=(1, 1)).fields(("pipelines",))
    for entry in root["pipelines"].items(most=_MOST) if "pipelines" in root else ():
        fields = entry.fields(("id", "stages"))
        if "id" not in fields or "stages" not in fields:
            continue
        pipeline = fields["id"].slug()
        if pipeline in found:
            fields["id"].fault(f"there are two pipelines '{pipeline}'", "Give one another id.")
        stages = _stages(fields["stages"])
        for needed in BY_CHAT if not found else ():
            if needed not in [one.id for one in stages]:
                what = f"the first pipeline lacks '{needed}', where the chat moves deals"
                fields["stages"].fault(what, f"Add `- {{id: {needed}}}`.")
        found[pipeline] = stages
    return found


def _stages(node: Node) -> tuple[Stage, ...]:
    found: list[Stage] = []
    for entry in node.items(most=_MOST):
        fields = entry.fields(("id",), ("state",))
        if "id" not in fields:
            continue
        stage = fields["id"].slug()
        if stage in [one.id for one in found]:
            fields["id"].fault(f"there are two stages '{stage}'", "Give one another id.")
        state = fields["state"].one_of(STATES) if "state" in fields else "open"
        found.append(Stage(stage, next(one for one in STATES if one == state)))
    if not found:
        node.fault("a pipeline without a stage", "Add `- {id: new}`.")
    return tuple(found)
