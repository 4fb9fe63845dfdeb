"""The words that set a document apart."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from . import _core
from ._arguments import whole_number
from ._execution import run
from ._tables import compact_strings, string_array, table
from .corpus import as_corpus
from .tokens import Tokenizer, word_analyzer


def keywords(
    corpus: Any,
    top: int = 10,
    *,
    n: int | tuple[int, int] = (1, 2),
    tokenizer: Tokenizer | None = None,
    device: str = "auto",
    num_threads: int | None = None,
) -> pa.Table:
    """The ``top`` terms of every document by TF-IDF.

    The score is the weight that ``TfidfVectorizer(ngram_range=n)`` gives: count * (ln((1 + D) / (1 + df)) + 1), each
    document divided by its Euclidean norm. Equal scores are ordered by term in code point order.

    Parameters
    ----------
    corpus
        A :class:`Corpus`, or anything a ``Corpus`` accepts.
    n
        A length, or (shortest, longest).
    tokenizer
        How words are found; by default ``Tokenizer("words")``.

    Returns
    -------
    pyarrow.Table
        ``id`` (of the document), ``rank`` int32 from 1, ``term`` string, ``score`` float64, in the order of the corpus
        and of the rank. A document without words has no row.

    Cost: that of ``TfidfVectorizer.fit_transform``.

    Examples
    --------
    >>> keywords(["the bridge", "the harbour"], 1, n=1).to_pydict()["term"]
    ['bridge', 'harbour']
    """
    limit = whole_number("top", top, 1)
    analyzer = word_analyzer(n, tokenizer)
    corpus = as_corpus(corpus, num_threads)
    with run(device, num_threads, description="keywords") as execution:
        documents, ranks, content, offsets, scores = _core.keywords(corpus._view, limit, analyzer, execution)
    return table(
        id=compact_strings(corpus.ids.take(pa.array(documents))),
        rank=ranks,
        term=compact_strings(string_array(content, offsets)),
        score=scores,
    )
