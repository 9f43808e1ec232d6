"""The state is small JSON, and one that cannot be read costs no answer."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playbook.state import State, read_state
from tests.playbook.world import Talk


def test_what_is_written_is_read_again() -> None:
    state = State(phase="asking", question="need", missed=2, recent=["need"], spoken={"next": 3})
    assert read_state(json.loads(json.dumps(state.dump()))) == state


def test_defaults_take_no_room() -> None:
    assert State().dump() == {"v": 1}


def test_another_version_begins_anew() -> None:
    assert read_state({"v": 99, "phase": "meeting"}) == State()


@given(
    st.dictionaries(
        st.sampled_from([*State().__slots__, "v", "x"]),
        st.none() | st.integers() | st.text() | st.lists(st.text()),
    )
)
def test_a_broken_state_never_raises(stored: dict[str, Any]) -> None:
    assert read_state(stored).phase in ("new", "asking", "meeting", "ended", "stopped")


def test_a_lost_state_asks_what_is_still_missing() -> None:
    talk = Talk().at("budget")
    talk.state = {}
    talk.system("start")
    assert talk.question == "budget"


def test_a_whole_talk_stays_small() -> None:
    talk = Talk()
    talk.start()
    for payload in ("need:crm", "industry:retail", "company_size:small", "budget:to_5k"):
        talk.press(f"set:{payload}")
    for _ in range(40):
        talk.press("lang:fi")
        talk.press("lang:en")
    assert len(json.dumps(talk.state)) < 2000
