"""Counting n-grams over a whole corpus."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from . import _core
from ._arguments import byte_count, whole_number
from ._execution import run
from ._tables import compact_strings, string_array, table
from .corpus import as_corpus
from .tokens import Tokenizer, word_analyzer


def count_ngrams(
    corpus: Any,
    n: int | tuple[int, int] = (1, 2),
    *,
    tokenizer: Tokenizer | None = None,
    top: int | None = None,
    min_count: int = 1,
    min_documents: int = 1,
    memory_budget: int | str | None = None,
    device: str = "auto",
    num_threads: int | None = None,
) -> pa.Table:
    """Counts all n-grams of a corpus exactly.

    Parameters
    ----------
    corpus
        A :class:`Corpus`, or anything a ``Corpus`` accepts.
    n
        A length, or (shortest, longest); at most 127. The parts of an n-gram are joined by one space.
    tokenizer
        How words are found; by default ``Tokenizer("words")``.
    top
        Report only the first so many.
    min_count, min_documents
        Report only n-grams with at least so many occurrences, in at least so many documents.
    memory_budget
        Working memory beyond the text and the result: bytes, or a string such as ``"500MB"`` or ``"2GiB"``; ``None``
        takes what it needs. N-grams that do not fit wait in a temporary file (``TMPDIR`` names its folder), which has
        no name and is gone with the process however it ends. The result is the same. About 2 MB a thread are needed
        in any case; ``top``, ``min_count`` and ``min_documents`` keep the result small.

    Returns
    -------
    pyarrow.Table
        ``term`` string, ``n`` int8, ``count`` int64, ``document_count`` int64; ordered by falling count, then by term
        in code point order. An empty corpus gives an empty table.

    Raises
    ------
    ValueError
        An option is outside its range, or ``memory_budget`` less than what the threads take in any case.
    OSError
        A temporary file cannot be written: the disk is full, say.

    Cost: one pass over the text and one sort for each length; 24 bytes for each distinct n-gram, and about as many
    for each token of 128 MB of text at most; text is made for the n-grams that are reported.

    Examples
    --------
    >>> count_ngrams(["the bridge", "the old bridge"], n=1, top=2).to_pydict()["term"]
    ['bridge', 'the']
    """
    analyzer = word_analyzer(n, tokenizer)
    limit = -1 if top is None else whole_number("top", top, 0)
    least = whole_number("min_count", min_count, 1), whole_number("min_documents", min_documents, 1)
    budget = 0 if memory_budget is None else byte_count("memory_budget", memory_budget)
    with run(device, num_threads, description="count_ngrams") as execution:
        content, offsets, lengths, counts, document_counts = _core.count_ngrams(
            as_corpus(corpus, num_threads)._view, analyzer, limit, *least, budget, execution
        )
    return table(
        term=compact_strings(string_array(content, offsets)),
        n=lengths,
        count=counts,
        document_count=document_counts,
    )
