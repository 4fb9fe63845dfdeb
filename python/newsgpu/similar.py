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

    Exact: no neighbour is missed, and similarity(a, b) and similarity(b, a) have the same bits.

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

    Cost: for every document the posting lists of its rarer words, and the rows of the candidates found in them.

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
