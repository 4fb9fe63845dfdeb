"""Documents about the same thing."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from . import _core
from ._arguments import fraction, whole_number
from ._execution import run
from ._tables import table
from .corpus import as_corpus
from .tokens import Tokenizer, word_analyzer


def similar(
    corpus: Any,
    top: int = 10,
    *,
    threshold: float = 0.0,
    tokenizer: Tokenizer | None = None,
    device: str = "auto",
    num_threads: int | None = None,
) -> pa.Table:
    """The ``top`` nearest documents of every document by the cosine of their TF-IDF weights.

    Exact: no neighbour is missed. The similarity of rows a and b is min(1, a.b / sqrt(a.a b.b)): never above 1, exactly
    1 for documents with the same words as often, and the same bits from either side.

    Parameters
    ----------
    corpus
        A :class:`Corpus`, or anything a ``Corpus`` accepts.
    threshold
        The least similarity reported, 0 to 1. Documents that share no word are never reported.
    tokenizer
        How words are found; by default ``Tokenizer("words")``.

    Returns
    -------
    pyarrow.Table
        ``left`` int64, ``right`` int64 (row numbers), ``similarity`` float64; ordered by ``left``, then by falling
        similarity, then by ``right``. A document is not its own neighbour.

    Cost: quadratic in the number of documents, about 64 multiplications a pair; what rare words add is summed up, what
    frequent ones can add is bounded, and only documents that may be among the nearest are compared.

    Examples
    --------
    >>> similar(["old bridge", "new bridge", "harbour"], 1).to_pydict()["right"]
    [1, 0]
    """
    limit = whole_number("top", top, 1)
    least = fraction("threshold", threshold)
    analyzer = word_analyzer(1, tokenizer)
    with run(device, num_threads, description="similar") as execution:
        left, right, similarity = _core.similar(as_corpus(corpus, num_threads)._view, limit, least, analyzer, execution)
    return table(left=left, right=right, similarity=similarity)
