"""The drawing of near-duplicates, and the curve in it."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import newsgpu as ng
from newsgpu._plots import detection_probability


@pytest.fixture
def matplotlib() -> Iterator[Any]:
    module = pytest.importorskip("matplotlib")
    module.use("Agg")
    yield module
    from matplotlib import pyplot

    pyplot.close("all")


# Characters, n = 1: {a,b,c,d} and {b,c,d,e} share 3 of 5; "abcd" comes three times.
TEXTS = ["abcd", "bcde", "abcd", "xyz", "dcba", "abcd"]


def find(**options: Any) -> ng.NearDuplicates:
    return ng.near_duplicates(TEXTS, 0.5, unit="characters", n=1, **options)


def test_what_is_drawn(matplotlib: Any) -> None:
    axes = find().plot()
    similarities, clusters, recall = axes
    # Pairs of different texts: abcd and bcde, abcd and dcba (equal sets), bcde and dcba.
    heights = [bar.get_height() for bar in similarities.patches]
    assert sum(heights) == 3
    assert heights[-1] == 1
    assert heights[4] == 2  # 0.6 is in [0.6, 0.625) of 20 bins from 0.5 on
    # One cluster of five; the sixth document is alone.
    assert clusters.collections[0].get_offsets().tolist() == [[5.0, 1.0]]
    line = recall.lines[0]
    at_threshold = np.interp(0.5, line.get_xdata(), line.get_ydata())
    assert at_threshold == pytest.approx(find().stats["expected_recall"], abs=1e-9)


def test_the_exact_join_finds_all(matplotlib: Any) -> None:
    _, _, recall = find(method="exact").plot()
    assert set(recall.lines[0].get_ydata()) == {1.0}
    assert recall.get_title() == "exact join: every pair is found"


def tick_labels(axes: Any, axis: Any) -> list[str]:
    axes.figure.canvas.draw()
    low, high = sorted(axis.get_view_interval())
    return [
        label.get_text()
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
        if low <= place <= high
    ]


def test_ticks_of_counts_are_plain_numbers(matplotlib: Any) -> None:
    _, clusters, _ = find().plot()
    assert tick_labels(clusters, clusters.xaxis) == ["2", "5", "10"]
    assert tick_labels(clusters, clusters.yaxis) == ["1", "2", "5", "10"]
    # One group of 3,000 copies: powers of ten are enough.
    _, clusters, _ = ng.near_duplicates(["abcd"] * 3000, 0.5, unit="characters", n=1).plot()
    assert tick_labels(clusters, clusters.xaxis) == ["10", "100", "1,000"]


def test_pandas_is_not_needed(matplotlib: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert len(find().plot()) == 3


def test_axes_of_ones_own(matplotlib: Any) -> None:
    from matplotlib import pyplot

    _, axes = pyplot.subplots(3, 1)
    assert find().plot(axes)[2] is axes[2]
    with pytest.raises(ValueError, match="axes must be three matplotlib axes, got 2"):
        find().plot(axes[:2])


def test_nothing_found(matplotlib: Any) -> None:
    for texts in ([], ["one text", "and another"]):
        similarities, clusters, _ = ng.near_duplicates(texts, 1.0).plot()
        assert "0 pairs" in similarities.get_title()
        assert "0 clusters" in clusters.get_title()


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"newsgpu\[plot\]"):
        find().plot()


def test_the_curve_is_the_sum_over_all_outcomes() -> None:
    # 5 minima, 2 bands of 2 rows, at least 3 agree: every one of the 32 outcomes.
    for s in (0.0, 0.3, 0.8, 1.0):
        expected = 0.0
        for agrees in itertools.product([0, 1], repeat=5):
            if sum(agrees) >= 3 and (all(agrees[:2]) or all(agrees[2:4])):
                expected += np.prod([s if agree else 1 - s for agree in agrees])
        assert detection_probability(s, bands=2, rows=2, minima=5, least_agreement=3) == pytest.approx(expected)
