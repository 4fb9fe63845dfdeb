"""The pairs of near-duplicates as a table of bounded size."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..near_duplicates import NearDuplicates

MAX_PAIRS = 5_000_000
"""``m`` copies of one text alone make ``m * (m - 1) / 2`` pairs: beyond this many, keepers stand for their groups."""


def pair_table(duplicates: NearDuplicates, max_pairs: int = MAX_PAIRS) -> tuple[pa.Table, bool]:
    """Every pair, and ``True``; where there are more than ``max_pairs``, each repeat with its keeper, and ``False``.

    Columns: left, right (rows), left_id, right_id, similarity, ordered by left, right.
    """
    if duplicates.stats["pairs"] <= max_pairs:
        return duplicates.pairs, True
    clusters = duplicates.clusters
    ids = clusters["id"].combine_chunks()
    is_keeper = clusters["is_keeper"].to_numpy()
    cluster = clusters["cluster_id"].to_numpy()
    keeper_of = np.zeros(len(cluster), np.int64)
    keeper_of[cluster[is_keeper]] = np.flatnonzero(is_keeper)
    repeats = np.flatnonzero(~is_keeper)
    left, right = np.sort(np.stack([repeats, keeper_of[cluster[repeats]]]), axis=0)
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    similarity = clusters["similarity"].to_numpy()[repeats[order]]
    columns = {"left": left, "right": right, "left_id": ids.take(left), "right_id": ids.take(right)}
    return pa.table({**columns, "similarity": similarity}), False
