"""Counted documents, by the core or by Python, behind one face."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .. import _core
from .._execution import run
from ._documents import each
from ._vocabulary import Vocabulary

# Types that the core writes itself; others are made from int64.
_NATIVE_DTYPES = ("int32", "int64", "float32", "float64")


# Why a call cannot run on another device.
IN_PYTHON = "counting through Python callables and patterns"


class Weights(NamedTuple):
    """What the core multiplies counts by and divides rows by while it writes them."""

    idf: npt.NDArray[Any] | None
    norm: str


class Counts(Protocol):
    """The terms of a corpus in the order of their columns."""

    num_documents: int
    weighs: bool
    """Whether ``matrix`` can weigh."""

    def __len__(self) -> int:
        """The number of terms."""

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Occurrences of each term."""

    @property
    def document_counts(self) -> npt.NDArray[np.int64]:
        """Documents that hold each term."""

    def matrix(self, kept: npt.NDArray[np.bool_] | None, binary: bool, weights: Weights | None) -> sp.csr_array:
        """The counts of the terms that are kept; rows in order of first appearance in the corpus. Once only."""

    def vocabulary(self, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        """The terms that are kept. After the matrix."""

    def add_to(self, seen: Any) -> None:
        """Adds the terms to those of earlier batches."""


class NativeTerms:
    """What the core has counted, without a matrix."""

    weighs = False

    def __init__(self, terms: _core.TermCounts, num_documents: int, how: tuple[str, int | None]) -> None:
        self.num_documents = num_documents
        self._terms = terms
        self._how = how

    def __len__(self) -> int:
        return len(self._terms)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        return self._terms.counts

    @property
    def document_counts(self) -> npt.NDArray[np.int64]:
        return self._terms.document_counts

    def matrix(self, kept: npt.NDArray[np.bool_] | None, binary: bool, weights: Weights | None) -> sp.csr_array:
        raise AssertionError("only the terms were counted")

    def vocabulary(self, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        return Vocabulary.counted(self._terms, kept)

    def add_to(self, seen: Any) -> None:
        with run(*self._how) as execution:
            seen.add_counted(self._terms, self.num_documents, execution)


class NativeCounts:
    """What the core has counted; occurrences are added up when asked for."""

    def __init__(
        self, documents: _core.DocumentTerms, num_documents: int, dtype: Any, how: tuple[str, int | None]
    ) -> None:
        self.num_documents = num_documents
        self.weighs = np.dtype(dtype).name in ("float32", "float64")
        self._documents = documents
        self._dtype = dtype
        self._how = how
        self._sums: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self._documents)

    def _added_up(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        if self._sums is None:
            with run(*self._how) as execution:
                self._sums = self._documents.add_up(execution)
        return self._sums

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        return self._added_up()[0]

    @property
    def document_counts(self) -> npt.NDArray[np.int64]:
        return self._added_up()[1]

    def matrix(self, kept: npt.NDArray[np.bool_] | None, binary: bool, weights: Weights | None) -> sp.csr_array:
        mask = None if kept is None else kept.view(np.uint8)
        num_columns = len(self) if kept is None else int(kept.sum())
        with run(*self._how, description="writing rows") as execution:
            arrays = self._documents.take_matrix(mask, matrix_options(self._dtype, binary, weights), execution)
        return csr(arrays, num_columns, self._dtype)

    def vocabulary(self, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        return Vocabulary.counted(self._documents.terms, kept)

    def add_to(self, seen: Any) -> None:
        raise AssertionError("a matrix was asked for")


class PythonCounts:
    """What Python has counted, for callables: terms are any objects that can be hashed and ordered."""

    weighs = False

    def __init__(self, analyze: Callable[[Any], Iterable[Any]], documents: Any, dtype: Any) -> None:
        positions: dict[Any, int] = {}
        self._appearance_matrix = count_terms(analyze, documents, positions, dtype, grow=True)
        self.num_documents = self._appearance_matrix.shape[0]
        # Position of first appearance -> column.
        self._terms = sorted(positions)
        self._first_seen = list(positions)
        self._columns = np.empty(len(positions), dtype=np.int32)
        self._columns[[positions[term] for term in self._terms]] = np.arange(len(positions))

    def __len__(self) -> int:
        return len(self._terms)

    def _by_column(self, values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        ordered = np.empty(len(self._terms), dtype=np.int64)
        ordered[self._columns] = values
        return ordered

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        matrix = self._appearance_matrix
        return self._by_column(np.bincount(matrix.indices, weights=matrix.data, minlength=len(self)))

    @property
    def document_counts(self) -> npt.NDArray[np.int64]:
        return self._by_column(np.bincount(self._appearance_matrix.indices, minlength=len(self)))

    def vocabulary(self, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        column = self._columns.tolist()
        if kept is None:
            return Vocabulary({term: column[i] for i, term in enumerate(self._first_seen)})
        position = (np.cumsum(kept) - 1).tolist()
        return Vocabulary({term: position[column[i]] for i, term in enumerate(self._first_seen) if kept[column[i]]})

    def matrix(self, kept: npt.NDArray[np.bool_] | None, binary: bool, weights: Weights | None) -> sp.csr_array:
        seen = self._appearance_matrix
        columns = self._columns.astype(seen.indices.dtype)[seen.indices]
        matrix = sp.csr_array((seen.data, columns, seen.indptr), shape=seen.shape)
        if kept is not None:
            matrix = matrix[:, np.flatnonzero(kept)]
        if binary:
            matrix.data.fill(1)
        return matrix

    def add_to(self, seen: Any) -> None:
        seen.add_objects(
            self._first_seen, self.counts[self._columns], self.document_counts[self._columns], self.num_documents
        )


def count_terms(
    analyze: Callable[[Any], Iterable[Any]], documents: Any, columns: dict[Any, int], dtype: Any, *, grow: bool
) -> sp.csr_array:
    """Counts documents in Python. ``columns``: term to column; new terms get the next column if it may ``grow``, else
    they are ignored. Rows ascend by column."""
    indices: list[int] = []
    values: list[int] = []
    indptr = [0]
    for document in each(documents):
        row: dict[int, int] = {}
        for term in () if document is None else analyze(document):
            column = columns.setdefault(term, len(columns)) if grow else columns.get(term)
            if column is not None:
                row[column] = row.get(column, 0) + 1
        indices.extend(row)
        values.extend(row.values())
        indptr.append(len(indices))
    index_type = np.int64 if len(indices) > np.iinfo(np.int32).max else np.int32
    matrix = sp.csr_array(
        (np.asarray(values, np.intc), np.asarray(indices, index_type), np.asarray(indptr, index_type)),
        shape=(len(indptr) - 1, len(columns)),
        dtype=dtype,
    )
    matrix.sort_indices()
    return matrix


def native_dtype(dtype: Any) -> str:
    """The type in which the core counts for ``dtype``."""
    name = np.dtype(dtype).name
    return name if name in _NATIVE_DTYPES else "int64"


def matrix_options(dtype: Any, binary: bool, weights: Weights | None = None) -> _core.MatrixOptions:
    """How the core writes a matrix that becomes one of ``dtype``."""
    idf, norm = (None, "none") if weights is None else weights
    return _core.MatrixOptions(native_dtype(dtype), binary, idf, norm)


def csr(arrays: tuple[Any, Any, Any], num_columns: int, dtype: Any) -> sp.csr_array:
    """The core's (indptr, indices, data) as a SciPy array of ``dtype``; 64-bit indices only where 32 do not do."""
    indptr, indices, data = arrays
    index_type = np.int32 if len(indices) <= np.iinfo(np.int32).max else np.int64
    indptr, indices = indptr.astype(index_type, copy=False), indices.astype(index_type, copy=False)
    return sp.csr_array(
        (data.astype(dtype, copy=False), indices, indptr), shape=(len(indptr) - 1, num_columns), dtype=dtype
    )
