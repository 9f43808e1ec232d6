"""Pipelines are a file: what is wrong in it is told with its line."""

from pathlib import Path

import pytest

from crm_bridge.deals.pipeline import HOUSE, PipelineFaults, load

SHIPPED = Path(__file__).resolve().parents[3] / "data" / "deals.yml"
CHATS = "".join(
    f"      - {{id: {one}}}\n" for one in ("new", "call_back", "meeting_booked", "lost")
)
FIRST = f"pipelines:\n  - id: sales\n    stages:\n{CHATS}"


def test_the_file_that_we_ship_is_what_the_house_has_without_one() -> None:
    assert load(SHIPPED.read_text("utf-8")) == HOUSE


def test_several_pipelines_in_order_the_first_is_the_chats() -> None:
    known = load(f"{FIRST}  - id: renewals\n    stages: [{{id: due}}, {{id: kept, state: won}}]\n")
    assert (list(known.stages), known.first) == (["sales", "renewals"], "sales")
    kept = known.stage_of("renewals", "kept")
    assert kept is not None
    assert kept.state == "won"
    assert known.is_further("renewals", "kept", than="due")
    assert not known.is_further("renewals", "due", than="kept")
    assert not known.is_further("renewals", "kept", than="no such stage")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "deals.yml:1:1: the file: must be a mapping, not nothing"),
        ("pipelines: []\n", "deals.yml:1:1: there is no pipeline"),
        ("pipelines: [\n", "is no YAML"),
        (f"{FIRST}      - {{id: new}}\n", "deals.yml:8:10: id: there are two stages 'new'"),
        (f"{FIRST}      - {{id: No Way}}\n", "deals.yml:8:10: id: 'No Way' is no id"),
        (f"{FIRST}      - {{id: won, state: one}}\n", "deals.yml:8:19: state: 'one' is not known"),
        (f"{FIRST}      - {{id: won, stat: won}}\n", "stat: unknown key. Did you mean 'state'?"),
        (f"{FIRST}  - id: sales\n    stages: [{{id: a}}]\n", "there are two pipelines 'sales'"),
        (f"{FIRST}  - id: empty\n    stages: []\n", "a pipeline without a stage"),
        (
            "pipelines:\n  - id: sales\n    stages:\n      - {id: new}\n",
            "the first pipeline lacks 'meeting_booked', where the chat moves deals",
        ),
    ],
)
def test_every_fault_has_its_place(source: str, fault: str) -> None:
    with pytest.raises(PipelineFaults) as refused:
        load(source)
    assert fault in str(refused.value)
