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
    """Term to column, in a dict that counts its changes; copies and pickles of it are plain dicts."""

    __slots__ = ("changes",)
    changes: int

    def __new__(cls, *_: Any, **__: Any) -> _OwnTerms:
        made = super().__new__(cls)
        made.changes = 0
        return made

    def __reduce__(self) -> tuple[type[dict[Any, int]], tuple[dict[Any, int]]]:
        return dict, (dict(self),)


def _changing(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def counted(self: _OwnTerms, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        finally:
            # Behind the change: whoever reads the number and then the terms has either both or is told later.
            self.changes += 1

    return counted


CHANGING = ("__delitem__", "__init__", "__ior__", "__setitem__", "clear", "pop", "popitem", "setdefault", "update")
for _name in CHANGING:
    setattr(_OwnTerms, _name, _changing(getattr(dict, _name)))


class Vocabulary:
    """Distinct terms and their columns.

    A vocabulary that the core has counted keeps the core's form, from which Arrow strings, a dict or an index are made
    when asked for. Whoever changes the dict changes the vocabulary: the index is then made anew.
    """

    def __init__(self, mapping: Mapping[Any, int] | None = None) -> None:
        self._mapping: dict[Any, int] | None = None if mapping is None else _OwnTerms(mapping)
        self._counted: _core.TermCounts | None = None
        self._columns: npt.NDArray[np.int32] | None = None
        self._texts: pa.LargeStringArray | None = None
        self._appearance: npt.NDArray[np.int32] | None = None
        # What it was made of (the number of changes of a dict of ours, a copy of a user's own mapping, or None for
        # counted terms), and the index: in one, for other threads.
        self._indexed: tuple[Any, _core.TermIndex | None] | None = None
        self._size = 0

    @classmethod
    def of_users(cls, mapping: dict[Any, int]) -> Vocabulary:
        """A user's own mapping of distinct columns, which may change unseen: an index serves while it is equal."""
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
            made = _OwnTerms(
                _core.term_columns(
                    np.frombuffer(b"" if content is None else content, np.uint8),
                    np.frombuffer(offsets, np.int64)[first : first + len(texts) + 1],
                    appearance,
                )
            )
            if self._indexed is not None:
                self._indexed = (made.changes, self._indexed[1])
            self._mapping = made
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
        mapping, held = self._mapping, self._indexed
        # Before the terms are read: what changes meanwhile makes another index necessary.
        source = mapping.changes if isinstance(mapping, _OwnTerms) else mapping
        if held is not None and held[0] == source:
            return held[1]
        if mapping is None:
            index: _core.TermIndex | None = _core.TermIndex(Corpus(self.texts())._view)
        else:
            if not isinstance(mapping, _OwnTerms):
                mapping = source = dict(mapping)
            index = _index_of(self._sorted_terms(mapping))
        self._indexed = (source, index)
        return index

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
