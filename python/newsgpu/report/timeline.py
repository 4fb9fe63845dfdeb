"""Documents over time as the geometry of a small bar chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 1000, 220
BASE = 194
"""Where bars stand."""
_TOP = 12
# Room for the counts left of a panel.
_AXIS = 46.0

# Bars that still can be told apart; the finest unit that stays under this is taken.
_MAX_BARS = 130
_MAX_BAR_WIDTH = 56.0
# A silence this long, in bars, and this large a part of the whole, splits the chart: the axis is broken there.
_MIN_SILENCE_BARS = 12
_MIN_SILENCE_SHARE = 0.25

_UNITS = ("day", "week", "month", "quarter", "year", "decade")


@dataclass(frozen=True)
class Bar:
    """One period: its documents, and how many of those repeat others. Geometry in the units of the view box."""

    label: str
    documents: int
    repeats: int
    x: float
    width: float
    height: float
    repeats_height: float


@dataclass(frozen=True)
class Tick:
    """A label on an axis, at ``position`` along it."""

    label: str
    position: float


@dataclass(frozen=True)
class Panel:
    """A stretch of time without long silences, on a count axis of its own, ``left`` to ``right``."""

    left: float
    right: float
    bars: list[Bar]
    time_ticks: list[Tick]
    count_ticks: list[Tick]


@dataclass(frozen=True)
class Timeline:
    """Panels with bars of one ``unit``; ``dated`` documents are in it."""

    unit: str
    panels: list[Panel]
    dated: int


def timeline(days: npt.NDArray[np.datetime64], is_repeat: npt.NDArray[np.bool_]) -> Timeline:
    """The documents of each period, and how many repeat others; documents without a day (NaT) are left out."""
    known = ~np.isnat(days)
    for unit in _UNITS:
        periods = _periods(days[known], unit)
        stretches = list(_stretches(np.unique(periods)))
        num_bars = sum(last - first + 1 for first, last in stretches)
        if num_bars <= _MAX_BARS:
            break
    counts, repeats = _histogram(periods), _histogram(periods[is_repeat[known]])
    step = min((WIDTH - _AXIS * len(stretches)) / num_bars, _MAX_BAR_WIDTH)
    panels, left = [], _AXIS
    for first, last in stretches:
        panels.append(_panel(first, last, unit, left, step, counts, repeats))
        left = panels[-1].right + _AXIS
    return Timeline(unit, panels, int(known.sum()))


def _panel(
    first: int, last: int, unit: str, left: float, step: float, counts: dict[int, int], repeats: dict[int, int]
) -> Panel:
    top = _nice_ceiling(max(counts.get(period, 0) for period in range(first, last + 1)))
    scale = (BASE - _TOP) / top

    def x(period: int) -> float:
        return round(left + (period - first) * step, 2)

    bars = [
        Bar(
            _label(period, unit),
            counts.get(period, 0),
            repeats.get(period, 0),
            x(period),
            round(max(step - 1.5, step * 0.7), 2),
            round(counts.get(period, 0) * scale, 2),
            round(repeats.get(period, 0) * scale, 2),
        )
        for period in range(first, last + 1)
    ]
    right = x(last + 1)
    # A label begins at its bar: the last one may have no room left.
    room = min(WIDTH, right + _AXIS / 2)
    ticks = [Tick(label, x(period)) for label, period in _ticks(first, last, unit, right - left)]
    return Panel(
        left,
        right,
        bars,
        [tick for tick in ticks if tick.position + 6.5 * len(tick.label) <= room],
        [Tick(f"{value:,}", round(BASE - value * scale, 2)) for value in _count_ticks(top)],
    )


def _periods(days: npt.NDArray[np.datetime64], unit: str) -> npt.NDArray[np.int64]:
    """The number of the period each day lies in; consecutive periods have consecutive numbers."""
    if unit == "day":
        return days.astype(np.int64)
    if unit == "week":
        # Day 0, 1970-01-01, was a Thursday: weeks begin on Mondays.
        return (days.astype(np.int64) + 3) // 7
    months = days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]


def _stretches(periods: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and last period of each stretch of the axis; long silences between are left out."""
    silences = np.diff(periods)
    threshold = max(_MIN_SILENCE_BARS, _MIN_SILENCE_SHARE * (periods[-1] - periods[0]))
    for stretch in np.split(periods, np.flatnonzero(silences > threshold) + 1):
        yield int(stretch[0]), int(stretch[-1])


def _histogram(periods: npt.NDArray[np.int64]) -> dict[int, int]:
    values, counts = np.unique(periods, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _start(period: int, unit: str) -> np.datetime64:
    if unit == "day":
        return np.datetime64(period, "D")
    if unit == "week":
        return np.datetime64(period * 7 - 3, "D")
    months = period * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit] - 1970 * 12
    return np.datetime64(months, "M").astype("datetime64[D]")


def _label(period: int, unit: str) -> str:
    start = str(_start(period, unit))
    if unit == "day":
        return start
    if unit == "week":
        return f"week of {start}"
    if unit == "month":
        return start[:7]
    if unit == "quarter":
        return f"{start[:4]} Q{period % 4 + 1}"
    return start[:4] if unit == "year" else f"{start[:4]}s"


def _ticks(first: int, last: int, unit: str, width: float) -> Iterator[tuple[str, int]]:
    """Labels that do not run into one another: years where there are several, else months or days."""
    room = max(1, int(width // 84))
    labels: dict[str, int] = {}
    for period in range(first, last + 1):
        start = str(_start(period, unit))
        labels.setdefault(start if unit in ("day", "week") else start[:7] if unit == "month" else start[:4], period)
    years: dict[str, int] = {}
    for label, period in labels.items():
        years.setdefault(label[:4], period)
    chosen = list((years if len(years) > 3 else labels).items())
    yield from chosen[:: max(1, -(-len(chosen) // room))]


def _nice_ceiling(value: int) -> int:
    magnitude = 10 ** (len(str(value)) - 1)
    return next(factor * magnitude for factor in (1, 2, 3, 4, 5, 6, 8, 10) if factor * magnitude >= value)


def _count_ticks(top: int) -> list[int]:
    return [0, top // 2, top] if top % 2 == 0 else [0, top]
