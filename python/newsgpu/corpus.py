"""A corpus: documents as one contiguous UTF-8 buffer, and their metadata beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
import pyarrow as pa

from . import _core
from ._texts import arrow_column, large_binary

_METADATA = ("ids", "dates", "titles", "sources")


class Corpus:
    """Documents as Arrow's large strings: one UTF-8 buffer, ``offsets[D + 1]``, and metadata columns beside it.

    Parameters
    ----------
    texts
        A list or iterable of ``str``, ``bytes`` or ``None``; a pyarrow, pandas or polars column of strings or binary;
        or any object with the Arrow PyCapsule interface. A contiguous large-string column is taken without a copy.
        ``None`` (null) is a missing document: it stays a row, has no tokens and is a duplicate of nothing.
        ``bytes`` may be ill-formed UTF-8; each maximal ill-formed subpart reads as U+FFFD.
    ids, dates, titles, sources
        Columns of one value a document. Without ``ids`` a document's id is its row number as text.

    Raises
    ------
    TypeError
        ``texts`` is a single string, a table, or holds something that is no text.
    ValueError
        A string holds a lone surrogate, or a metadata column has another length.

    Examples
    --------
    >>> corpus = Corpus(["Ships may pass again.", "\u822a\u9053\u6062\u590d\u901a\u822a\u3002", None])
    >>> len(corpus), corpus.num_bytes, corpus[0]
    (3, 42, 'Ships may pass again.')
    """

    __slots__ = ("_array", "_metadata", "_view", "skipped")

    def __init__(
        self,
        texts: Any,
        *,
        ids: Any = None,
        dates: Any = None,
        titles: Any = None,
        sources: Any = None,
    ) -> None:
        array = large_binary(texts)
        metadata: dict[str, pa.Array | None] = {}
        for name, values in zip(_METADATA, (ids, dates, titles, sources), strict=True):
            metadata[name] = None if values is None else arrow_column(name, values, len(array))
        if metadata["ids"] is not None:
            metadata["ids"] = metadata["ids"].cast(pa.large_string())
        self._init(array, metadata, 0)

    def _init(self, array: pa.LargeBinaryArray, metadata: dict[str, pa.Array | None], skipped: int) -> None:
        self._array = array
        self._metadata = metadata
        self._view = _view_of(array)
        self.skipped = skipped

    @classmethod
    def _from_parts(cls, array: pa.LargeBinaryArray, metadata: dict[str, pa.Array | None], skipped: int = 0) -> Corpus:
        made = cls.__new__(cls)
        made._init(array, metadata, skipped)
        return made

    def __len__(self) -> int:
        return len(self._array)

    @property
    def num_bytes(self) -> int:
        """Bytes of text, without offsets and metadata."""
        return self._view.num_bytes

    @property
    def ids(self) -> pa.Array:
        """One id a document (large_string); the row number where none were given."""
        if self._metadata["ids"] is None:
            self._metadata["ids"] = pa.array(np.arange(len(self))).cast(pa.large_string())
        return self._metadata["ids"]

    @property
    def dates(self) -> pa.Array | None:
        """One date a document, or ``None``."""
        return self._metadata["dates"]

    @property
    def titles(self) -> pa.Array | None:
        """One title a document, or ``None``."""
        return self._metadata["titles"]

    @property
    def sources(self) -> pa.Array | None:
        """One source a document, or ``None``."""
        return self._metadata["sources"]

    @overload
    def __getitem__(self, index: int) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> Corpus: ...
    def __getitem__(self, index: int | slice) -> str | Corpus | None:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return self._take(np.arange(start, stop, step))
            length = max(0, stop - start)
            return self._select(lambda column: column.slice(start, length))
        row = range(len(self))[index]
        value = self._array[row].as_py()
        return None if value is None else value.decode("utf-8", errors="replace")

    def _take(self, rows: np.ndarray) -> Corpus:
        """The given rows, copied."""
        return self._select(lambda column: column.take(pa.array(rows)))

    def _select(self, pick: Any) -> Corpus:
        # Row numbers that stand for ids belong to the corpus they were counted in.
        ids = self.ids
        metadata = {name: None if column is None else pick(column) for name, column in self._metadata.items()}
        metadata["ids"] = pick(ids)
        return Corpus._from_parts(pick(self._array), metadata, self.skipped)

    def __iter__(self) -> Iterator[str | None]:
        for row in range(len(self)):
            yield self[row]

    def _text_array(self) -> pa.LargeStringArray:
        """The texts as valid UTF-8: ill-formed subparts become U+FFFD."""
        text = self._array.view(pa.large_string())
        try:
            text.validate(full=True)
        except pa.ArrowInvalid:
            return pa.array(list(self), pa.large_string())
        return text

    def to_arrow(self) -> pa.Table:
        """A table of ``id``, ``text`` and the metadata columns that are there; the text is not copied."""
        columns = {"id": self.ids, "text": self._text_array()}
        for plural in ("dates", "titles", "sources"):
            if (column := self._metadata[plural]) is not None:
                columns[plural[:-1]] = column
        return pa.table(columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<newsgpu.Corpus: {len(self):,} documents, {self.num_bytes:,} bytes>"


def as_corpus(texts: Any) -> Corpus:
    """``texts`` as a corpus: itself if it is one, else what ``Corpus(texts)`` makes of it."""
    return texts if isinstance(texts, Corpus) else Corpus(texts)


def _view_of(array: pa.LargeBinaryArray) -> _core.CorpusView:
    validity, offsets, data = array.buffers()
    first, count = array.offset, len(array)
    positions = (
        np.zeros(1, np.int64)
        if offsets is None or count == 0
        else np.frombuffer(offsets, np.int64)[first : first + count + 1]
    )
    content = np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    missing = validity is not None and array.null_count > 0
    bitmap = np.frombuffer(validity, np.uint8) if missing else None
    return _core.CorpusView(content, positions, bitmap, first)
