"""What has to be done for a booking, worked off task by task however long it takes. Pure but
for what the tasks do.

Each task is tried again until it is settled, is refused, or was tried as often as it may
be; then what it has instead is done (a person is told). One that waits holds up only
those that come after it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crm_bridge.durable.port import Steps

LATER: Final = "later"
REFUSED: Final = "refused"
GAVE_UP: Final = "gave up"
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)

type Settled = Mapping[str, str]  # task -> how it ended
type Act = Callable[[Settled], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Task:
    """`act` says how it went: LATER to be tried again, REFUSED for `instead` at once, anything
    else settles it. `instead` is done after `tries`; `after` are tasks that come before."""

    name: str
    act: Act
    instead: Act | None = None
    tries: int = 420  # about a day and a half
    after: tuple[str, ...] = ()


def pause_after(rounds: int) -> timedelta:
    """The pause after so many rounds: doubling from two seconds up to five minutes."""
    return min(FIRST_PAUSE * (1 << min(rounds, 20)), LONGEST_PAUSE)


async def work_off(steps: Steps, tasks: Sequence[Task]) -> Settled:
    """Do every task; how each ended (GAVE_UP: by what it has instead)."""
    settled: dict[str, str] = {}
    tried: Counter[str] = Counter()
    rounds = 0
    while True:
        for task in tasks:
            ready = all(name in settled for name in task.after)
            if task.name not in settled and ready:
                await _try(steps, task, settled, tried)
        if len(settled) == len(tasks):
            return settled
        await steps.pause(pause_after(rounds))
        rounds += 1


async def _try(steps: Steps, task: Task, settled: dict[str, str], tried: Counter[str]) -> None:
    known = dict(settled)
    said = await steps.once(task.name, lambda: task.act(known))
    tried[task.name] += 1
    if said == LATER and tried[task.name] < task.tries:
        return
    if said not in (LATER, REFUSED):
        settled[task.name] = said
        return
    if task.instead is not None:
        instead = task.instead
        if await steps.once(f"{task.name}, instead", lambda: instead(known)) == LATER:
            tried[task.name] -= 1  # nobody could be told: the task is tried once more
            return
    settled[task.name] = GAVE_UP
