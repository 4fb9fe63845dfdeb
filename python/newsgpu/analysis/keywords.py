"""Keywords of each document that read well, found in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..corpus import Corpus
from .phrases import is_weak
from .pieces import CountMatrix, TermColumns, counted_terms, distinct_terms, pieces

_SIZES = (1, 2)
_BATCH = 1 << 16
# Counts of so many bytes stay in memory between the pass that sums them up and the one that ranks; the others are
# counted twice.
_KEPT_BYTES = 128 << 20


def document_keywords(corpus: Corpus, top: int, how: dict[str, Any]) -> tuple[pa.Table, npt.NDArray[np.int64]]:
    """The ``top`` keywords of each document (id, rank, term, score), and where each document's begin, ``[D + 1]``.

    Terms are the words of the corpus, and the pairs of adjacent words that some document repeats, without those that
    ``is_weak`` names. The score is their TF-IDF: count * (ln((1 + D) / (1 + df)) + 1), each document divided by its
    Euclidean norm; equal scores are ordered by term in code point order. Cost: two passes over the text, a third one
    over what is beyond some 150 MB of it, and memory for the terms and for 128 MB of counts.
    """
    parts = pieces(corpus)
    columns = TermColumns(_strong(distinct_terms(_candidates(part, how) for part in parts)), _SIZES)
    document_counts = np.zeros(len(columns), np.int64)
    kept: list[CountMatrix | None] = []
    room = _KEPT_BYTES
    for part in parts:
        matrix = columns.count(part, how)
        document_counts += np.bincount(matrix.indices, minlength=len(columns))
        room -= matrix.num_bytes
        kept.append(matrix if room >= 0 else None)
    idf = np.log((1 + len(corpus)) / (1 + document_counts)) + 1
    tables, sizes = [], [np.zeros(1, np.int64)]
    kept.reverse()
    for part in parts:
        docs, ranks, terms, scores = _ranked(kept.pop() or columns.count(part, how), idf, top)
        sizes.append(np.bincount(docs, minlength=len(part)))
        tables.append(
            pa.table(
                {
                    "id": part.ids.take(pa.array(docs)),
                    "rank": pa.array(ranks, pa.int32()),
                    "term": columns.terms.take(pa.array(terms)).cast(pa.string()),
                    "score": scores,
                }
            )
        )
    return pa.concat_tables([_NO_KEYWORDS, *tables]), np.cumsum(np.concatenate(sizes))


_NO_KEYWORDS = pa.table(
    {
        "id": pa.array([], pa.large_string()),
        "rank": pa.array([], pa.int32()),
        "term": pa.array([], pa.string()),
        "score": pa.array([], pa.float64()),
    }
)


def _candidates(part: Corpus, how: dict[str, Any]) -> pa.LargeStringArray:
    """The words of a piece, and its pairs of words that a document holds twice."""
    terms, matrix = counted_terms(part, _SIZES, how)
    is_repeated = np.zeros(len(terms), bool)
    is_repeated[matrix.indices[matrix.data > 1]] = True
    is_word = pc.equal(pc.count_substring(terms, " "), 0)
    return terms.filter(pc.or_(is_word, pa.array(is_repeated)))


def _strong(terms: pa.LargeStringArray) -> pa.LargeStringArray:
    kept = [
        not is_weak(term)
        for first in range(0, len(terms), _BATCH)
        for term in terms[first : first + _BATCH].to_pylist()
    ]
    return terms.filter(pa.array(kept, pa.bool_()))


def _ranked(
    matrix: CountMatrix, idf: npt.NDArray[np.float64], top: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """(document, rank, column, score) of the first ``top`` entries of each row."""
    sizes = np.diff(matrix.indptr)
    docs = np.repeat(np.arange(len(sizes)), sizes)
    weights = matrix.data * idf[matrix.indices]
    norms = np.sqrt(np.bincount(docs, weights * weights, len(sizes)))
    weights = weights / norms[docs]
    # Columns ascend in a row, and stay so among equal weights.
    order = np.lexsort((-weights, docs))
    ranks = np.arange(len(order)) - matrix.indptr[:-1][docs]
    first = ranks < top
    chosen = order[first]
    return docs[chosen], ranks[first] + 1, matrix.indices[chosen], weights[chosen]
