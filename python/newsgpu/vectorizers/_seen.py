"""The terms of all batches that ``partial_fit`` was given."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .. import _core
from .._tables import string_array
from ..corpus import Corpus
from ._vocabulary import Vocabulary, renumber


class SeenTerms:
    """Term counts that grow batch by batch: in the core for text, in a dict once a term is anything else."""

    def __init__(self) -> None:
        self._core: _core.GrowingTerms | None = _core.GrowingTerms()
        self._objects: dict[Any, list[int]] = {}
        self._num_documents_of_objects = 0

    def add_counted(self, terms: _core.TermCounts, num_documents: int, execution: _core.Execution) -> None:
        """Adds a batch that the core has counted."""
        if self._core is not None:
            self._core.add(terms, num_documents, execution)
            return
        order = terms.appearance
        texts = string_array(*terms.texts(order, execution)).to_pylist()
        self.add_objects(texts, terms.counts[order], terms.document_counts[order], num_documents)

    def add_objects(
        self,
        terms: list[Any],
        counts: npt.NDArray[np.int64],
        document_counts: npt.NDArray[np.int64],
        num_documents: int,
    ) -> None:
        """Adds a batch that Python has counted; terms in order of first appearance."""
        if self._core is not None:
            try:
                if all(isinstance(term, str) for term in terms):
                    self._core.add_texts(Corpus(terms)._view, counts, document_counts, num_documents)
                    return
            except ValueError:  # a lone surrogate
                pass
            self._leave_core()
        for term, count, document_count in zip(terms, counts.tolist(), document_counts.tolist(), strict=True):
            held = self._objects.setdefault(term, [0, 0])
            held[0] += count
            held[1] += document_count
        self._num_documents_of_objects += num_documents

    def _leave_core(self) -> None:
        assert self._core is not None
        terms = string_array(*self._core.texts()).to_pylist()
        counted, self._core = self._core, None
        self.add_objects(terms, counted.counts, counted.document_counts, counted.num_documents)

    @property
    def num_documents(self) -> int:
        """Documents of all batches."""
        return self._num_documents_of_objects if self._core is None else self._core.num_documents

    def __len__(self) -> int:
        return len(self._objects) if self._core is None else len(self._core)

    def _order(self) -> npt.NDArray[np.int32]:
        """The terms in order, by their number of first appearance."""
        if self._core is not None:
            return self._core.sorted()
        terms = list(self._objects)
        return np.asarray(sorted(range(len(terms)), key=terms.__getitem__), dtype=np.int32)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Occurrences of each term, in the order of the columns."""
        return self._by_appearance(0)[self._order()]

    @property
    def document_counts(self) -> npt.NDArray[np.int64]:
        """Documents that hold each term, in the order of the columns."""
        return self._by_appearance(1)[self._order()]

    def _by_appearance(self, which: int) -> npt.NDArray[np.int64]:
        if self._core is not None:
            return self._core.document_counts if which else self._core.counts
        return np.asarray([held[which] for held in self._objects.values()], dtype=np.int64)

    def vocabulary(self, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        """The terms that are kept."""
        order = self._order()
        columns = np.empty_like(order)
        columns[order] = np.arange(len(order), dtype=np.int32)
        appearance = renumber(columns, kept)
        if self._core is None:
            terms = [term for term, column in zip(self._objects, columns, strict=True) if kept is None or kept[column]]
            return Vocabulary(dict(zip(terms, appearance.tolist(), strict=True)))
        texts = string_array(*self._core.texts())
        return Vocabulary.of_texts(texts.take(pa.array(order if kept is None else order[kept])), appearance)

    def __getstate__(self) -> dict[str, Any]:
        if self._core is None:
            return {"objects": self._objects, "num_documents": self.num_documents}
        return {
            "texts": string_array(*self._core.texts()),
            "counts": self._core.counts,
            "document_counts": self._core.document_counts,
            "num_documents": self.num_documents,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]
        if "objects" in state:
            self._core = None
            self._objects, self._num_documents_of_objects = state["objects"], state["num_documents"]
        else:
            assert self._core is not None
            self._core.add_texts(
                Corpus(state["texts"])._view, state["counts"], state["document_counts"], state["num_documents"]
            )
