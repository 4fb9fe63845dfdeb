"""Passages that documents share: copied paragraphs, quotations, boilerplate."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from . import _core
from ._arguments import whole_number
from ._execution import run
from ._tables import table
from .corpus import as_corpus
from .tokens import Tokenizer


def shared_passages(
    corpus: Any,
    min_tokens: int = 20,
    *,
    tokenizer: Tokenizer | None = None,
    boilerplate_documents: int = 10,
    device: str = "auto",
    num_threads: int | None = None,
    progress: bool | None = None,
) -> pa.Table:
    """Finds the passages that documents share: maximal runs of at least ``min_tokens`` equal tokens.

    A run is maximal if the tokens before it differ or a document begins there, and the tokens behind it differ or a
    document ends. Tokens are compared by their normalized bytes. Repeats within one document are not reported.

    Parameters
    ----------
    corpus
        A :class:`Corpus`, or anything it accepts.
    min_tokens
        The shortest passage.
    tokenizer
        How tokens are found; by default ``Tokenizer("words")``, which ignores punctuation and case.
    boilerplate_documents
        A passage is boilerplate if one source has it in this many documents or more; without ``corpus.sources`` the
        whole corpus counts as one source, and so do the documents that lack one.
    device, num_threads, progress
        Where and how to run. The result does not depend on them.

    Returns
    -------
    pyarrow.Table
        ``left`` < ``right`` (int64 row numbers); ``left_start``, ``left_end``, ``right_start``, ``right_end`` (int64
        bytes from the beginning of the document: of the first token, and behind the last); ``num_tokens`` (int64);
        ``num_documents`` (int64: any ``min_tokens`` consecutive tokens of the passage are in at least this many
        documents); ``boilerplate`` (bool: and in at least ``boilerplate_documents`` of one source). Ordered by left,
        right, left_start, right_start.

    Notes
    -----
    Each run of ``min_tokens`` tokens that lies in at most 100 places is compared at all pairs of them. Those in more
    places are too, the cheapest first, as long as 2**28 comparisons of tokens suffice for all of them, which is so in
    small corpora. The rest are *crowded*: of each document the first place is compared with the first place of all.
    So a passage of very many documents is found in each of them, with the first document that has it, instead of in
    each pair; the schema's metadata tell under ``crowded_runs`` how many such runs there are.

    Cost: two passes over the tokens, one more over documents with passages; 12 bytes a token, 16 a repeated one.

    Examples
    --------
    >>> texts = ["He said: the ferry left at dawn.", "The ferry left at dawn, two hours late."]
    >>> found = shared_passages(texts, min_tokens=4).to_pylist()[0]
    >>> texts[0][found["left_start"] : found["left_end"]], found["num_tokens"]
    ('the ferry left at dawn', 5)
    """
    shortest = whole_number("min_tokens", min_tokens, 1)
    many = whole_number("boilerplate_documents", boilerplate_documents, 1)
    documents = as_corpus(corpus, num_threads)
    native = (tokenizer or Tokenizer())._native
    with run(device, num_threads, progress, "shared passages") as execution:
        *columns, source_documents, crowded = _core.shared_passages(
            documents._view, shortest, _source_numbers(documents.sources), native, execution
        )
    names = (
        "left",
        "right",
        "left_start",
        "left_end",
        "right_start",
        "right_end",
        "num_tokens",
        "num_documents",
    )
    found = table(**dict(zip(names, columns, strict=True)), boilerplate=source_documents >= many)
    return found.replace_schema_metadata({"crowded_runs": str(crowded)}) if crowded else found


def _source_numbers(sources: pa.Array | None) -> npt.NDArray[np.int32] | None:
    """The same number for documents of the same source; -1 for those without one."""
    if sources is None:
        return None
    numbers = pc.fill_null(sources.dictionary_encode().indices, -1)
    return np.ascontiguousarray(numbers.to_numpy(zero_copy_only=False), dtype=np.int32)
