"""The frequent n-grams of a corpus, counted exactly in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..corpus import Corpus
from ..ngrams import count_ngrams
from .pieces import TermColumns, distinct_terms, pieces

# An n-gram is counted if there is at least one of it in so many tokens, and two in all.
_TOKENS_PER_NGRAM = 50_000


def frequent_ngrams(corpus: Corpus, max_n: int, top: int, num_tokens: int, how: dict[str, Any]) -> pa.Table:
    """The ``top`` n-grams of 1 to ``max_n`` words, as ``count_ngrams`` gives them, that are not too rare.

    The least count is one in 50,000 tokens, or 2. An n-gram that reaches it in the corpus reaches it in proportion in
    at least one piece (Savasere, Omiecinski, Navathe 1995): one pass over the pieces finds candidates, a second one
    counts these. Memory: that of the n-grams of one piece.
    """
    least = max(2, num_tokens // _TOKENS_PER_NGRAM)
    parts = pieces(corpus)
    if len(parts) <= 1:
        return count_ngrams(corpus, (1, max_n), top=top, min_count=least, **how)
    shares = np.array([part.num_bytes for part in parts]) / corpus.num_bytes
    candidates = distinct_terms(
        count_ngrams(part, (1, max_n), min_count=max(1, int(least * share)), **how)["term"]
        .cast(pa.large_string())
        .combine_chunks()
        for part, share in zip(parts, shares, strict=True)
    )
    columns = TermColumns(candidates, (1, max_n))
    counts = np.zeros(len(columns), np.int64)
    document_counts = np.zeros(len(columns), np.int64)
    for part in parts:
        matrix = columns.count(part, how)
        counts += np.bincount(matrix.indices, matrix.data, len(columns)).astype(np.int64)
        document_counts += np.bincount(matrix.indices, minlength=len(columns))
    # Columns are in code point order, which a stable sort keeps among equal counts.
    chosen = np.argsort(-counts, kind="stable")[:top]
    chosen = chosen[counts[chosen] >= least]
    terms = candidates.take(pa.array(chosen)).cast(pa.string())
    return pa.table(
        {
            "term": terms,
            "n": pc.add(pc.count_substring(terms, " "), 1).cast(pa.int8()),
            "count": counts[chosen],
            "document_count": document_counts[chosen],
        }
    )
