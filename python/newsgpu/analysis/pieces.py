"""A corpus in pieces, so that what is counted of one need not fit into memory for all."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .. import _core
from .._execution import run
from .._tables import string_array
from ..corpus import Corpus
from ..tokens import word_analyzer

# Counting n-grams of one to three words takes some fifty bytes for each byte of a piece.
PIECE_BYTES = 2 << 20


def trim_memory() -> None:
    """Gives freed memory back to the system.

    glibc keeps what worker threads freed in an arena of each: over many pieces, and then for the rest of the process,
    that is more than the text itself.
    """
    # Other C libraries have no such function, and no such arenas.
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True)
class CountMatrix:
    """How often each document of a piece holds each term: compressed sparse rows, columns ascending in a row."""

    indptr: npt.NDArray[np.int64]
    indices: npt.NDArray[np.int32]
    data: npt.NDArray[Any]

    @property
    def num_bytes(self) -> int:
        """Memory that it takes."""
        return int(self.indptr.nbytes + self.indices.nbytes + self.data.nbytes)


def pieces(corpus: Corpus, piece_bytes: int = PIECE_BYTES) -> list[Corpus]:
    """``corpus`` as runs of documents of ``piece_bytes`` or a little more each; they depend on the texts alone."""
    ends = np.cumsum(pc.fill_null(pc.binary_length(corpus._array), 0).to_numpy(zero_copy_only=False), dtype=np.int64)
    if not len(ends):
        return []
    # A piece ends with the document that fills it.
    cuts = np.unique(np.searchsorted(ends, np.arange(piece_bytes, ends[-1], piece_bytes)) + 1)
    bounds = [0, *cuts.tolist(), len(corpus)]
    return [corpus[first:last] for first, last in itertools.pairwise(bounds) if first < last]


# How counts are kept.
_COUNTS = _core.MatrixOptions("int32")


class TermColumns:
    """Known terms as columns; counts them in a piece."""

    def __init__(self, terms: pa.LargeStringArray, sizes: tuple[int, int]) -> None:
        self.terms = terms
        self._index = _core.TermIndex(Corpus(terms)._view)
        self._analyzer = word_analyzer(sizes, None)

    def __len__(self) -> int:
        return len(self.terms)

    def count(self, piece: Corpus, how: dict[str, Any]) -> CountMatrix:
        """The counts of the terms in the documents of ``piece``; other terms are ignored."""
        with run(**how) as execution:
            return CountMatrix(*_core.count_columns(piece._view, self._analyzer, self._index, _COUNTS, execution))


def counted_terms(
    piece: Corpus, sizes: tuple[int, int], how: dict[str, Any]
) -> tuple[pa.LargeStringArray, CountMatrix]:
    """All n-grams of ``piece`` and how often its documents hold them."""
    with run(**how) as execution:
        counted = _core.count(piece._view, word_analyzer(sizes, None), execution)
        matrix = CountMatrix(*counted.take_matrix(None, _COUNTS, execution))
        return string_array(*counted.terms.texts(None, execution)), matrix


def distinct_terms(batches: Iterator[pa.LargeStringArray]) -> pa.LargeStringArray:
    """The distinct terms of ``batches``, in code point order."""
    terms = pa.array([], pa.large_string())
    for batch in batches:
        terms = pc.unique(pa.concat_arrays([terms, batch]))
        trim_memory()
    return terms.take(pc.sort_indices(terms))
