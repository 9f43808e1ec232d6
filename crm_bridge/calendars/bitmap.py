"""Minutes as bits of one big integer: bit i stands for the minute `frame.start` + i. Pure.

A month is 44,640 bits, five kilobytes; and, or and shifts over it cost about a
microsecond, which is what makes openings for a hundred advisors a matter of
milliseconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from crm_bridge.calendars.intervals import Interval

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_DAY = 1440


@dataclass(frozen=True, slots=True)
class Frame:
    """The minutes [start, start + length) after 1970-01-01T00:00Z that a bitmap is about."""

    start: int
    length: int

    @classmethod
    def around(cls, window: Interval, *, margin_minutes: int = 0) -> "Frame":
        """The frame of every minute that `window` touches, and `margin_minutes` on each side."""
        start = minute_floor(window.start) - margin_minutes
        return cls(start, minute_ceil(window.end) + margin_minutes - start)

    @classmethod
    def of_days(cls, window: Interval, *, margin_minutes: int = 0) -> "Frame":
        """The same in whole days of UTC: for every window of a day it is the same frame."""
        near = cls.around(window, margin_minutes=margin_minutes)
        start = near.start // _DAY * _DAY
        return cls(start, -(-(near.start + near.length - start) // _DAY) * _DAY)

    @property
    def full(self) -> int:
        """The bitmap with every minute set."""
        return (1 << self.length) - 1

    def instant(self, bit: int) -> datetime:
        """When the minute of a bit begins, in UTC."""
        return _EPOCH + (self.start + bit) * _MINUTE

    def bits(self, interval: Interval) -> int:
        """The minutes that lie wholly within `interval`."""
        return self.bits_of(minute_ceil(interval.start), minute_floor(interval.end))

    def bits_of(self, first: int, end: int) -> int:
        """The minutes [first, end) after 1970 that are in the frame."""
        first, end = max(first - self.start, 0), min(end - self.start, self.length)
        return ((1 << (end - first)) - 1) << first if end > first else 0

    def inside(self, intervals: Iterable[Interval]) -> int:
        """The minutes wholly within any of `intervals` (rounded inward: times to meet)."""
        found = 0
        for interval in intervals:
            found |= self.bits(interval)
        return found

    def touched(self, runs: Iterable[tuple[int, int]]) -> int:
        """The minutes of [first, end) pairs in minutes after 1970 (see `rounded_outward`).

        Built a day at a time: setting a bit costs the length of the number it is set in.
        """
        days = [0] * (-(-self.length // _DAY) or 1)
        for first, end in runs:
            at, stop = max(first - self.start, 0), min(end - self.start, self.length)
            while at < stop:
                day, offset = divmod(at, _DAY)
                upto = min(stop - at, _DAY - offset)
                days[day] |= ((1 << upto) - 1) << offset
                at += upto
        packed = b"".join(day.to_bytes(_DAY // 8, "little") for day in days)
        return int.from_bytes(packed, "little")


@dataclass(frozen=True, slots=True)
class Places:
    """Every `every`-th minute of `frame`, a bit each: bit i stands for the minute
    `frame.start` + i * `every`. `every` divides a day, and `frame` is one of whole days."""

    frame: Frame
    every: int = 1

    @property
    def length(self) -> int:
        """How many there are."""
        return self.frame.length // self.every

    def of(self, bits: int) -> int:
        """The minutes set in a bitmap of the frame that are places."""
        if self.every == 1:
            return bits
        kept = bin(bits)[:1:-1][:: self.every]  # the lowest minute first
        return int(kept[::-1], 2)

    def minute(self, bit: int) -> int:
        """The minute of a bit, counted from 1970."""
        return self.frame.start + bit * self.every

    def within(self, interval: Interval) -> int:
        """The places whose minutes lie wholly within `interval`."""
        return self._counted.bits_of(
            *self._run(minute_ceil(interval.start), minute_floor(interval.end))
        )

    def touched(self, runs: Iterable[tuple[int, int]]) -> int:
        """The places among the minutes of [first, end) pairs, in minutes after 1970."""
        return self._counted.touched(self._run(first, end) for first, end in runs)

    @property
    def _counted(self) -> Frame:
        return Frame(0, self.length)

    def _run(self, first: int, end: int) -> tuple[int, int]:
        start, every = self.frame.start, self.every
        return -((start - first) // every), -((start - end) // every)


@dataclass(frozen=True, slots=True, eq=False)
class Minutes:
    """Minutes that are set: bit i stands for the minute `start` + i after 1970. Told apart by
    identity: hashing twenty kilobytes would cost more than what is cached by it."""

    start: int
    bits: int

    def within(self, frame: Frame) -> int:
        """The same minutes as a bitmap of `frame`."""
        shift = self.start - frame.start
        moved = self.bits << shift if shift >= 0 else self.bits >> -shift
        return moved & frame.full


@lru_cache(maxsize=16384)
def span(minute: int, length: int) -> tuple[datetime, datetime]:
    """From when to when `length` minutes from a minute after 1970 on are, in UTC. Kept: the
    same times are offered again and again."""
    return _EPOCH + minute * _MINUTE, _EPOCH + (minute + length) * _MINUTE


def minute_floor(instant: datetime) -> int:
    """Whole minutes from 1970 to `instant`, rounded down."""
    return (instant - _EPOCH) // _MINUTE


def minute_ceil(instant: datetime) -> int:
    """Whole minutes from 1970 to `instant`, rounded up."""
    return -((_EPOCH - instant) // _MINUTE)


def rounded_outward(intervals: Iterable[Interval], *, to: int = 1) -> list[tuple[int, int]]:
    """Busy times as [first, end) minutes after 1970, grown to multiples of `to` minutes.

    Empty intervals never block and are left out.
    """
    return [
        (minute_floor(each.start) // to * to, -(-minute_ceil(each.end) // to) * to)
        for each in intervals
        if each.end > each.start
    ]


def spread_down(bits: int, minutes: int) -> int:
    """Each set bit also sets the `minutes` bits below it."""
    done = 0
    while done < minutes:
        step = min(done + 1, minutes - done)
        bits |= bits >> step
        done += step
    return bits


def spread_up(bits: int, minutes: int) -> int:
    """Each set bit also sets the `minutes` bits above it (cut the result to its frame)."""
    done = 0
    while done < minutes:
        step = min(done + 1, minutes - done)
        bits |= bits << step
        done += step
    return bits


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """The runs of set bits as [first, end) pairs, lowest first."""
    at = 0
    while bits:
        zeros = (bits & -bits).bit_length() - 1
        bits >>= zeros
        ones = (~bits & (bits + 1)).bit_length() - 1
        yield at + zeros, at + zeros + ones
        bits >>= ones
        at += zeros + ones


def positions(bits: int) -> list[int]:
    """The numbers of the set bits, lowest first."""
    text = bin(bits)[:1:-1]
    found = []
    at = text.find("1")
    while at >= 0:
        found.append(at)
        at = text.find("1", at + 1)
    return found
