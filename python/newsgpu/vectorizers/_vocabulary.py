"""A fitted vocabulary: term to column, a dict only for those who ask for one."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .. import _core
from .._execution import run
from .._tables import string_array
from ..corpus import Corpus


class _OwnTerms(dict[Any, int]):
    """Term to column, in a dict that notes when somebody changes it; copies and pickles of it are plain dicts."""

    __slots__ = ("is_changed",)

    def __init__(self, terms: Mapping[Any, int]) -> None:
        super().__init__(terms)
        self.is_changed = False

    def __reduce__(self) -> tuple[type[dict[Any, int]], tuple[dict[Any, int]]]:
        return dict, (dict(self),)


def _changing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def noted(self: _OwnTerms, *args: Any, **kwargs: Any) -> Any:
        self.is_changed = True
        return method(self, *args, **kwargs)

    return noted


for _name in ("__delitem__", "__ior__", "__setitem__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(_OwnTerms, _name, _changing(getattr(dict, _name)))


class Vocabulary:
    """Distinct terms and their columns.

    A vocabulary that the core has counted keeps the core's form, from which Arrow strings, a dict or an index are made
    when asked for. Whoever changes the dict changes the vocabulary: the index is then made anew.
    """

    def __init__(self, mapping: dict[Any, int] | None = None) -> None:
        self._mapping: dict[Any, int] | None = None if mapping is None else _OwnTerms(mapping)
        self._counted: _core.TermCounts | None = None
        self._columns: npt.NDArray[np.int32] | None = None
        self._texts: pa.LargeStringArray | None = None
        self._appearance: npt.NDArray[np.int32] | None = None
        self._index: _core.TermIndex | None = None
        self._is_indexed = False
        self._indexed: dict[Any, int] | None = None
        self._size = 0

    @classmethod
    def of_users(cls, mapping: dict[Any, int]) -> Vocabulary:
        """A user's own mapping, which may change unseen: an index serves while the mapping equals what it was."""
        made = cls()
        made._mapping = mapping
        return made

    @classmethod
    def counted(cls, terms: _core.TermCounts, kept: npt.NDArray[np.bool_] | None) -> Vocabulary:
        """The terms that ``kept`` (one entry a term; ``None``: all) leaves."""
        made = cls()
        made._counted = terms
        made._columns = None if kept is None else np.flatnonzero(kept).astype(np.int32)
        made._appearance = renumber(terms.appearance, kept)
        made._size = len(made._appearance)
        return made

    @classmethod
    def of_texts(cls, texts: pa.LargeStringArray, appearance: npt.NDArray[np.int32]) -> Vocabulary:
        """Terms in the order of their columns, and the columns in order of first appearance."""
        made = cls()
        made._texts, made._appearance, made._size = texts, appearance, len(texts)
        return made

    def __len__(self) -> int:
        return self._size if self._mapping is None else len(self._mapping)

    def mapping(self) -> dict[Any, int]:
        """Term to column, in order of first appearance."""
        if self._mapping is None:
            appearance = self._appearance
            assert appearance is not None
            texts = self.texts()
            _, offsets, content = texts.buffers()
            first = texts.offset
            self._mapping = _OwnTerms(
                _core.term_columns(
                    np.frombuffer(b"" if content is None else content, np.uint8),
                    np.frombuffer(offsets, np.int64)[first : first + len(texts) + 1],
                    appearance,
                )
            )
        return self._mapping

    def texts(self) -> pa.LargeStringArray:
        """The terms in the order of their columns. For a vocabulary that came as a mapping, all have to be ``str``."""
        if self._mapping is not None:
            return pa.array(self._sorted_terms(self._mapping), pa.large_string())
        if self._texts is None:
            assert self._counted is not None
            with run() as execution:
                self._texts = string_array(*self._counted.texts(self._columns, execution))
        return self._texts

    def names(self) -> npt.NDArray[np.object_]:
        """The terms in the order of their columns, as Python objects."""
        terms = self.texts().to_pylist() if self._mapping is None else self._sorted_terms(self._mapping)
        names = np.empty(len(terms), dtype=object)
        names[:] = terms
        return names

    def index(self) -> _core.TermIndex | None:
        """What the core finds columns with; ``None`` where a term is no text."""
        mapping = self._mapping
        if mapping is None:
            if not self._is_indexed:
                self._index = _core.TermIndex(Corpus(self.texts())._view)
        elif not isinstance(mapping, _OwnTerms):
            if not self._is_indexed or self._indexed != mapping:
                self._is_indexed = False
                self._indexed = dict(mapping)
                self._index = _index_of(self._sorted_terms(self._indexed))
        elif mapping.is_changed or not self._is_indexed:
            # Before it is read: what changes meanwhile is noted, and an error leaves no index behind.
            mapping.is_changed = self._is_indexed = False
            self._index = _index_of(self._sorted_terms(mapping))
        self._is_indexed = True
        return self._index

    @staticmethod
    def _sorted_terms(mapping: Mapping[Hashable, int]) -> list[Any]:
        return sorted(mapping, key=mapping.__getitem__)

    def __getstate__(self) -> dict[str, Any]:
        if self._mapping is not None:
            return {"mapping": dict(self._mapping)}
        return {"texts": self.texts(), "appearance": self._appearance}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state.get("mapping"))  # type: ignore[misc]
        if "texts" in state:
            self._texts, self._appearance = state["texts"], state["appearance"]
            self._size = len(self._texts)


def renumber(columns: npt.NDArray[np.int32], kept: npt.NDArray[np.bool_] | None) -> npt.NDArray[np.int32]:
    """Those of ``columns`` that are kept, counted among the kept."""
    if kept is None:
        return columns
    position = np.cumsum(kept, dtype=np.int32) - np.int32(1)
    return position[columns[kept[columns]]]


def _index_of(terms: list[Any]) -> _core.TermIndex | None:
    if not all(isinstance(term, str) for term in terms):
        return None
    try:
        return _core.TermIndex(Corpus(terms)._view)
    except ValueError:  # a lone surrogate
        return None
