"""Drawings of results, by matplotlib where it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def plot_near_duplicates(
    *,
    similarities: npt.NDArray[np.float64],
    cluster_sizes: npt.NDArray[np.int64],
    threshold: float,
    stats: dict[str, Any],
    axes: Any = None,
) -> npt.NDArray[Any]:
    """Similarities of pairs, sizes of clusters, and the probability of finding a pair, on three axes."""
    if axes is None:
        pyplot = _pyplot()
        _, axes = pyplot.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    drawn = np.asarray(axes, dtype=object).ravel()
    if drawn.shape != (3,):
        raise ValueError(f"axes must be three matplotlib axes, got {drawn.size}")
    _draw_similarities(drawn[0], similarities, threshold)
    _draw_cluster_sizes(drawn[1], cluster_sizes)
    _draw_recall(drawn[2], threshold, stats)
    return drawn


def detection_probability(similarity: float, *, bands: int, rows: int, minima: int, least_agreement: int) -> float:
    """The probability that some band agrees in all its rows and at least ``least_agreement`` of all minima agree.

    Minima agree independently, each with probability ``similarity``.
    """
    one = np.array([1 - similarity, similarity])
    broken_band = _power(one, rows)
    broken_band[-1] = 0.0
    agree = _power(one, minima)
    without_band = np.convolve(_power(broken_band, bands), _power(one, minima - bands * rows))
    return float(agree[least_agreement:].sum() - without_band[least_agreement:].sum())


def _power(distribution: npt.NDArray[np.float64], exponent: int) -> npt.NDArray[np.float64]:
    """The distribution of a sum of ``exponent`` independent draws."""
    made = np.ones(1)
    for _ in range(exponent):
        made = np.convolve(made, distribution)
    return made


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plot needs matplotlib: pip install newsgpu[plot]") from error
    return pyplot


def _draw_similarities(axes: Any, similarities: npt.NDArray[np.float64], threshold: float) -> None:
    edges = np.linspace(threshold, 1, 21) if threshold < 1 else np.array([0.95, 1.0])
    axes.hist(similarities, bins=edges)
    axes.set_title(f"{len(similarities):,} pairs of different texts")
    axes.set_xlabel("similarity")
    axes.set_ylabel("pairs")


def _draw_cluster_sizes(axes: Any, sizes: npt.NDArray[np.int64]) -> None:
    sizes = sizes[sizes > 1]
    values, counts = np.unique(sizes, return_counts=True)
    axes.scatter(values, counts, s=18)
    axes.set_xscale("log")
    axes.set_yscale("log")
    # A cluster has two documents at least, and there is no part of a cluster.
    _count_from(axes.set_xlim, axes.xaxis, 2, values)
    _count_from(axes.set_ylim, axes.yaxis, 1, counts)
    axes.set_title(f"{len(sizes):,} clusters of two or more")
    axes.set_xlabel("documents in a cluster")
    axes.set_ylabel("clusters")


def _count_from(set_limits: Any, axis: Any, least: int, counts: npt.NDArray[np.int64]) -> None:
    """A logarithmic axis for counts from ``least`` on, its ticks in plain numbers.

    Matplotlib's own are powers (3 × 10⁰), also of what is no whole number.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    most = max(10, int(counts.max(initial=least)))
    set_limits(least * 0.8, most * 1.25)
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if most <= 100 * least else (1.0,)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.set_minor_locator(NullLocator())


def _draw_recall(axes: Any, threshold: float, stats: dict[str, Any]) -> None:
    similarities = np.linspace(0, 1, 101)
    if stats["bands"] > 0:
        plan = {name: stats[name] for name in ("bands", "rows", "minima", "least_agreement")}
        probabilities = [detection_probability(float(s), **plan) for s in similarities]
        found = f"{stats['expected_recall']:.4f} at {threshold:g}"
        title = f"{stats['bands']} bands of {stats['rows']} rows: {found}"
    else:
        probabilities = [1.0] * len(similarities)
        title = "exact join: every pair is found"
    axes.plot(similarities, probabilities)
    axes.axvline(threshold, linestyle="--", linewidth=1)
    axes.set_ylim(0, 1.03)
    axes.set_title(title)
    axes.set_xlabel("similarity")
    axes.set_ylabel("probability of being looked at")
