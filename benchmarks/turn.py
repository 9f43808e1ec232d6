"""What a turn costs: the whole of Usher beside the stock `rasa init` bot, same interview.

CPU is summed over every process of a side (ours: bot, actions, bridge; the stock bot: Rasa
and its action server, no database, no chat gateway). Our visitors keep an event stream open, as the
widget does; the stock bot's get the answer to their request. One, 8 and 32 conversations at a
time; then one talk of 105 turns.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from benchmarks import house, stock
from benchmarks.interview_script import interview, long_talk
from benchmarks.process_costs import cpu_seconds, resident_mib
from benchmarks.report import Report, percentile

AT_ONCE = (1, 8, 32)
ROUNDS_ALONE = 8  # conversations one after the other where one is held at a time
LONG_TURNS = 105
PARTIES_WARM = 3


class Visitor(Protocol):
    async def arrive(self) -> None: ...
    async def say(self, text: str) -> float: ...
    async def leave(self) -> None: ...


MakeVisitor = Callable[[httpx.AsyncClient], Visitor]


@dataclass
class Side:
    """One of the two, running."""

    pids: dict[str, list[int]]
    visitor: MakeVisitor

    @property
    def all_pids(self) -> list[int]:
        return [pid for pids in self.pids.values() for pid in pids]


@dataclass
class Measured:
    """Of one crowd of visitors: seconds of each turn, CPU seconds by part, wall seconds."""

    turns: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    wall: float = 0.0

    @property
    def cpu_ms(self) -> float:
        return 1000 * sum(self.cpu.values()) / len(self.turns)

    @property
    def per_second(self) -> float:
        return len(self.turns) / self.wall


async def _crowd(side: Side, scripts: list[list[str]]) -> Measured:
    """Every script by a visitor of its own, all at once."""
    measured = Measured()
    # shorter than the server's five seconds: no request goes into a connection being closed
    limits = httpx.Limits(max_connections=200, keepalive_expiry=2)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        visitors = [side.visitor(client) for _ in scripts]
        await asyncio.gather(*(visitor.arrive() for visitor in visitors))

        async def talk(visitor: Visitor, script: list[str]) -> None:
            for text in script:
                measured.turns.append(await visitor.say(text))

        before = {part: cpu_seconds(pids) for part, pids in side.pids.items()}
        began = time.perf_counter()
        await asyncio.gather(*(talk(*pair) for pair in zip(visitors, scripts, strict=True)))
        measured.wall = time.perf_counter() - began
        measured.cpu = {part: cpu_seconds(pids) - before[part] for part, pids in side.pids.items()}
        await asyncio.gather(*(visitor.leave() for visitor in visitors))
    return measured


def _joined(parts: Iterable[Measured]) -> Measured:
    whole = Measured()
    for part in parts:
        whole.turns += part.turns
        whole.wall += part.wall
        for name, seconds in part.cpu.items():
            whole.cpu[name] = whole.cpu.get(name, 0.0) + seconds
    return whole


async def _long_talk(side: Side) -> tuple[float, float]:
    """CPU ms of a turn around the tenth, and around the hundredth."""
    costs: list[float] = []
    async with httpx.AsyncClient(timeout=120) as client:
        visitor = side.visitor(client)
        await visitor.arrive()
        for text in long_talk(LONG_TURNS):
            before = cpu_seconds(side.all_pids)
            await visitor.say(text)
            costs.append(1000 * (cpu_seconds(side.all_pids) - before))
        await visitor.leave()
    return sum(costs[5:15]) / 10, sum(costs[95:105]) / 10


async def _measure(side: Side) -> tuple[dict[int, Measured], tuple[float, float], float]:
    numbers = iter(range(10_000))
    await _crowd(side, [interview(next(numbers)) for _ in range(PARTIES_WARM)])
    found: dict[int, Measured] = {}
    for crowd in AT_ONCE:
        rounds = ROUNDS_ALONE if crowd == 1 else 1
        parts = [
            await _crowd(side, [interview(next(numbers)) for _ in range(crowd)])
            for _ in range(rounds)
        ]
        found[crowd] = _joined(parts)
    long = await _long_talk(side)
    return found, long, resident_mib(side.all_pids)


def run() -> Report:
    """Measure ours, then the stock bot; never both at once."""
    report = Report("turn", "the stock `rasa init` bot (DIET, TED, UnexpecTED), REST channel")
    with house.running() as ours:
        side = Side(ours.pids, lambda client: house.HouseVisitor(client, ours.url))
        mine, my_long, my_memory = asyncio.run(_measure(side))
    senders = iter(range(10_000))
    with stock.running() as theirs:
        side = Side(
            theirs.pids,
            lambda client: stock.StockVisitor(client, theirs.url, f"visitor-{next(senders)}"),
        )
        peers, peer_long, peer_memory = asyncio.run(_measure(side))
    for crowd in AT_ONCE:
        _compare(report, crowd, mine[crowd], peers[crowd])
    report.add("CPU of turn 10, one long talk", "ms", my_long[0], peer_long[0])
    report.add("CPU of turn 100, one long talk", "ms", my_long[1], peer_long[1])
    report.add(
        "turn 100 over turn 10", "x", my_long[1] / my_long[0], peer_long[1] / peer_long[0],
        wanted="at most 2",
    )  # fmt: skip
    report.add("resident memory, all processes", "MiB", my_memory, peer_memory)
    for part, seconds in mine[1].cpu.items():
        report.add(f"of ours: {part}, 1 at a time", "ms", 1000 * seconds / len(mine[1].turns))
    return report


def _compare(report: Report, crowd: int, ours: Measured, peer: Measured) -> None:
    at = f"{crowd} at a time"
    wanted = {1: "at most a fifth", 32: ""}.get(crowd, "")
    report.add(f"CPU per turn, {at}", "ms", ours.cpu_ms, peer.cpu_ms, wanted=wanted)
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        bar = "under 120 on a quiet machine" if (crowd, name) == (1, "p95") else ""
        report.add(
            f"{name} of a turn, {at}", "ms",
            1000 * percentile(ours.turns, part), 1000 * percentile(peer.turns, part), wanted=bar,
        )  # fmt: skip
    bar = "25 and more" if crowd == 32 else ""
    report.add(f"turns per second, {at}", "1/s", ours.per_second, peer.per_second, wanted=bar)
