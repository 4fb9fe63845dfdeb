"""Groups of documents that repeat one another: who kept, who repeats, and which copies are exact."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .. import _core
from .._execution import run
from ..corpus import Corpus


@dataclass(frozen=True)
class Repeat:
    """A document that repeats its group's keeper. ``days_after`` is ``None`` where a date is missing."""

    row: int
    similarity: float
    is_exact: bool
    days_after: int | None


@dataclass(frozen=True)
class Group:
    """A keeper's row and the documents that repeat it, in input order."""

    keeper: int
    repeats: tuple[Repeat, ...]

    def __len__(self) -> int:
        return 1 + len(self.repeats)


def duplicate_groups(
    corpus: Corpus, clusters: pa.Table, days: npt.NDArray[np.datetime64] | None, num_threads: int | None
) -> list[Group]:
    """The clusters of two documents or more, the largest first, then in input order of their keepers.

    ``clusters`` has a row a document: ``cluster_id``, ``is_keeper``, ``similarity`` (to its keeper). A copy is exact
    where NFKC_Casefold, with white space folded, makes the two texts equal.
    """
    members = _members(clusters["cluster_id"].to_numpy())
    is_keeper = np.asarray(clusters["is_keeper"])
    similarity = np.asarray(clusters["similarity"].to_numpy(), float)
    keepers = [int(rows[is_keeper[rows]][0]) for rows in members]
    repeats = [rows[rows != keeper] for rows, keeper in zip(members, keepers, strict=True)]
    exact = _exact_copies(corpus, keepers, repeats, similarity, num_threads)
    groups = [
        Group(
            keeper,
            tuple(Repeat(int(row), float(similarity[row]), int(row) in exact, _lag(days, keeper, row)) for row in rows),
        )
        for keeper, rows in zip(keepers, repeats, strict=True)
    ]
    return sorted(groups, key=lambda group: (-len(group), group.keeper))


def source_repeats(groups: Sequence[Group], sources: pa.Array | None) -> list[tuple[str, str, int]]:
    """``(source, repeated source, documents)``: how often one source repeats another, most often first."""
    if sources is None:
        return []
    counts: Counter[tuple[str, str]] = Counter()
    for group in groups:
        original = sources[group.keeper].as_py()
        for repeat in group.repeats:
            source = sources[repeat.row].as_py()
            if original and source:
                counts[str(source), str(original)] += 1
    return [(*pair, count) for pair, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _members(cluster_ids: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The rows of each cluster of two or more, in input order."""
    order = np.argsort(cluster_ids, kind="stable")
    bounds = np.flatnonzero(np.diff(cluster_ids[order])) + 1
    return [rows for rows in np.split(order, bounds) if len(rows) > 1]


def _exact_copies(
    corpus: Corpus,
    keepers: Sequence[int],
    repeats: Sequence[npt.NDArray[np.int64]],
    similarity: npt.NDArray[np.float64],
    num_threads: int | None,
) -> set[int]:
    """Rows whose folded text equals that of their keeper; only pairs of similarity 1 can be equal."""
    pairs = [
        (int(row), keeper)
        for keeper, rows in zip(keepers, repeats, strict=True)
        for row in rows
        if similarity[row] == 1.0
    ]
    rows = sorted({row for pair in pairs for row in pair})
    folded = dict(zip(rows, _folded(corpus.take(np.array(rows, np.int64)), num_threads), strict=True))
    return {row for row, keeper in pairs if folded[row] == folded[keeper]}


def _folded(corpus: Corpus, num_threads: int | None) -> list[bytes]:
    with run("cpu", num_threads) as execution:
        content, offsets = _core.normalize(corpus._view, "nfkc_casefold", execution)
    data = content.tobytes()
    texts = (data[start:end] for start, end in itertools.pairwise(offsets))
    return [" ".join(text.decode("utf-8", "replace").split()).encode() for text in texts]


def _lag(days: npt.NDArray[np.datetime64] | None, keeper: int, row: int) -> int | None:
    if days is None or np.isnat(days[keeper]) or np.isnat(days[row]):
        return None
    return int((days[row] - days[keeper]).astype(int))
