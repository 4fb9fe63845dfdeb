"""A corpus: documents as one contiguous UTF-8 buffer, and their metadata beside it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, SupportsIndex, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from . import _core
from ._dates import date_column
from ._execution import run
from ._html import MAX_CHARACTERS, MAX_ROWS, html_table
from ._tables import string_array
from ._texts import arrow_of, is_table, large_binary, one_chunk, text_column, valid_text

# Lists of so many rows cost nothing beside their texts.
_ITERATED_ROWS = 1 << 12
_METADATA = ("ids", "dates", "titles", "sources")

_Columns = dict[str, "pa.Array | None"]


class Corpus:
    """Documents as Arrow's large strings: one UTF-8 buffer, ``offsets[D + 1]``, and metadata columns beside it.

    Parameters
    ----------
    texts
        A list or iterable of ``str``, ``bytes`` or ``None``; a pyarrow, pandas or polars column of strings or binary;
        or any object with the Arrow PyCapsule interface. A contiguous large-string column is taken without a copy.
        ``None`` (null, NaN) is a missing document: it stays a row, has no tokens and is a duplicate of nothing.
        ``bytes`` may be ill-formed UTF-8; each maximal ill-formed subpart reads as U+FFFD.
        A table (a pyarrow table, a pandas or polars frame, a DuckDB relation) gives its column ``text``, or its only
        column, and its columns ``id``, ``date``, ``title`` and ``source`` where they are not given beside it.
    ids, titles, sources
        Columns of one value a document, kept as strings. Without ``ids`` a document's id is its row number as text.
    dates
        One date a document: dates, datetimes, ``datetime64``, timestamps, or strings of the forms that news has
        (ISO 8601, RFC 5322, ``26-FEB-1987 15:01:01.79``, ``2026\u5e744\u67088\u65e5``). Plain dates become ``date32``,
        dates with a time ``timestamp[us]``; see :attr:`dates`.
    num_threads
        Threads that make UTF-8 of Python's strings; all cores by default.

    Raises
    ------
    TypeError
        ``texts`` is a single string, or holds something that is no text.
    ValueError
        A string holds a lone surrogate, a metadata column has another length, or a date cannot be read; the message
        names the row.

    Notes
    -----
    Cost: O(D) for a large-string column, else one copy of the text. A corpus does not change once made, and shares its
    buffers with its slices and with what it was made from.

    Examples
    --------
    >>> corpus = Corpus(["Ships may pass again.", "\u822a\u9053\u6062\u590d\u901a\u822a\u3002", None])
    >>> len(corpus), corpus.num_bytes, corpus[0]
    (3, 42, 'Ships may pass again.')
    """

    __slots__ = ("_array", "_metadata", "_row_ids", "_view", "skipped")

    #: Broken rows that :func:`newsgpu.read` left out with ``errors="skip"``.
    skipped: int

    def __init__(
        self,
        texts: Any,
        *,
        ids: Any = None,
        dates: Any = None,
        titles: Any = None,
        sources: Any = None,
        num_threads: int | None = None,
    ) -> None:
        given = dict(zip(_METADATA, (ids, dates, titles, sources), strict=True))
        if isinstance(texts, Corpus):
            array, skipped = texts._array, texts.skipped
            found: dict[str, Any] = texts._metadata
        elif is_table(texts):
            text, found = _from_table(texts)
            array, skipped = large_binary(text, num_threads), 0
        else:
            array, skipped, found = large_binary(texts, num_threads), 0, {}
        columns = {name: found.get(name) if values is None else values for name, values in given.items()}
        self._init(array, {name: _column(name, values, len(array)) for name, values in columns.items()}, skipped)

    def _init(self, array: pa.LargeBinaryArray, metadata: _Columns, skipped: int) -> None:
        self._array = array
        self._metadata = metadata
        self._row_ids: pa.Array | None = None
        self._view = _view_of(array)
        self.skipped = skipped

    @classmethod
    def _from_parts(cls, array: pa.LargeBinaryArray, metadata: _Columns, skipped: int = 0) -> Corpus:
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
        if self._metadata["ids"] is not None:
            return self._metadata["ids"]
        if self._row_ids is None:
            self._row_ids = row_ids(np.arange(len(self)))
        return self._row_ids

    @property
    def _given_ids(self) -> pa.Array | None:
        """The ids that were given, or ``None``."""
        return self._metadata["ids"]

    @property
    def dates(self) -> pa.Array | None:
        """One date a document, or ``None``.

        ``date32`` where every value is a plain date. Else ``timestamp[us]``: the time as written where no value names a
        time zone, otherwise an instant, shown in the offset that all values share or in UTC. Arrow timestamps stay as
        they were given.
        """
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
    def __getitem__(self, index: SupportsIndex) -> str | None: ...
    @overload
    def __getitem__(self, index: slice) -> Corpus: ...
    def __getitem__(self, index: SupportsIndex | slice) -> str | Corpus | None:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return self.take(np.arange(start, stop, step))
            length = max(0, stop - start)
            part = self._select(lambda column: column.slice(start, length))
            if self.device != "cpu":
                part._view = self._view.part(start, length)
            return part
        try:
            row = range(len(self))[index]
        except IndexError:
            raise IndexError(f"document {index} is outside a corpus of {len(self)}") from None
        except TypeError:
            kind = type(index).__name__
            raise TypeError(f"a corpus takes an integer or a slice, got {kind}; take() has the rest") from None
        value = self._array[row]
        return str(value.as_buffer(), "utf-8", "replace") if value.is_valid else None

    def take(self, rows: npt.ArrayLike) -> Corpus:
        """The documents of the given row numbers, or of the rows where a boolean mask is true, in a copy.

        >>> Corpus(["a", "b", "c"]).take([2, 0])[0]
        'c'
        """
        chosen = np.asarray(rows)
        if chosen.dtype == bool:
            if chosen.shape != (len(self),):
                raise ValueError(f"rows must have one entry for each of {len(self)} documents, got {chosen.shape}")
            chosen = np.flatnonzero(chosen)
        if chosen.size == 0:
            chosen = np.empty(0, np.int64)
        if chosen.ndim != 1 or chosen.dtype.kind not in "iu":
            raise TypeError(f"rows must be a list of row numbers or a boolean mask, got {rows!r}")
        if chosen.size and not (chosen.min() >= 0 and chosen.max() < len(self)):
            raise IndexError(f"rows must lie in 0 to {len(self) - 1}, got {chosen.min()} to {chosen.max()}")
        picked = pa.array(chosen)
        return self._select(lambda column: column.take(picked))

    @property
    def device(self) -> str:
        """Where a copy of the text is kept: ``"cuda:K"``, or ``"cpu"`` where there is no other than this."""
        return self._view.device

    def to(self, device: str) -> Corpus:
        """The same corpus with a copy of its text on a device, which the calls that follow read instead of copying it.

        Calls with ``device="auto"`` run there if the device can do them, calls for that device read the copy, and all
        others the text in memory, which stays; results are the same. Slices keep the copy, selections and pickles do
        not. The copy is given back with the last corpus that uses it; ``corpus.to("cpu")`` is one that does not.

        Cost: the text and 8 bytes a document over the bus, and a ninth more than that of the device's memory.

        Raises
        ------
        DeviceUnavailable
            The device is not there.
        CudaError
            The corpus does not fit into its memory.

        Examples
        --------
        >>> corpus = Corpus(["one two", "three"])
        >>> corpus.to("cpu").device
        'cpu'
        """
        with run(device, call="Corpus.to") as execution:
            if device == "auto":
                raise ValueError("device must be 'cpu', 'cuda' or 'cuda:K', got 'auto'")
            if self.device in (device, f"{device}:0"):
                return self
            moved = Corpus._from_parts(self._array, self._metadata, self.skipped)
            if device != "cpu":
                moved._view = moved._view.to(execution)
            return moved

    def _select(self, pick: Callable[[pa.Array], pa.Array]) -> Corpus:
        # Row numbers that stand for ids belong to the corpus they were counted in.
        columns = {**self._metadata, "ids": self.ids}
        metadata = {name: None if column is None else pick(column) for name, column in columns.items()}
        return Corpus._from_parts(pick(self._array), metadata, self.skipped)

    def __iter__(self) -> Iterator[str | None]:
        # Many times as fast as a document after the other by its row.
        for first in range(0, len(self), _ITERATED_ROWS):
            yield from _decoded(self._array.slice(first, _ITERATED_ROWS))

    def __reduce__(self) -> tuple[Any, ...]:
        metadata = {name: None if column is None else _compact(column) for name, column in self._metadata.items()}
        return Corpus._from_parts, (_compact(self._array), metadata, self.skipped)

    def to_arrow(self) -> pa.Table:
        """A table of ``id``, ``text`` and the metadata columns that are there; the text is not copied."""
        columns = {"id": self.ids, "text": valid_text(self._array)}
        for plural in ("dates", "titles", "sources"):
            if (column := self._metadata[plural]) is not None:
                columns[plural[:-1]] = column
        return pa.table(columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"<newsgpu.Corpus: {len(self):,} documents, {self.num_bytes:,} bytes>"

    def _repr_html_(self) -> str:
        columns = {"id": self.ids, **{name[:-1]: self._metadata[name] for name in ("dates", "sources", "titles")}}
        shown = {name: column for name, column in columns.items() if column is not None}
        rows = (
            [*(column[row].as_py() for column in shown.values()), _beginning(self._array[row])]
            for row in range(min(len(self), MAX_ROWS))
        )
        caption = f"{len(self):,} documents, {self.num_bytes:,} bytes"
        return html_table([*shown, "text"], rows, caption=caption, num_rows=len(self))


def row_ids(rows: npt.NDArray[np.int64]) -> pa.LargeStringArray:
    """The ids of documents that were given none: their numbers."""
    return string_array(*_core.spell_numbers(rows))


def as_corpus(texts: Any, num_threads: int | None) -> Corpus:
    """``texts`` as a corpus: itself if it is one, else what ``Corpus(texts)`` makes of it."""
    return texts if isinstance(texts, Corpus) else Corpus(texts, num_threads=num_threads)


def _decoded(texts: pa.LargeBinaryArray) -> Iterator[str | None]:
    _, offsets, data = texts.buffers()
    content = memoryview(b"" if data is None else data)
    bounds = np.frombuffer(offsets, np.int64, len(texts) + 1, 8 * texts.offset).tolist()
    for (start, end), is_valid in zip(itertools.pairwise(bounds), texts.is_valid().to_pylist(), strict=True):
        yield str(content[start:end], "utf-8", "replace") if is_valid else None


def _beginning(text: pa.Scalar) -> str | None:
    """The first characters of a document, one more than are shown, without decoding the rest of it."""
    if not text.is_valid:
        return None
    # A code point has at most four bytes; what the cut splits is behind them.
    return str(text.as_buffer()[: 4 * (MAX_CHARACTERS + 2)], "utf-8", "replace")


def _from_table(table: Any) -> tuple[pa.ChunkedArray, dict[str, Any]]:
    """The column of texts, and the metadata columns that a table has."""
    if isinstance(table, (pa.Array, pa.ChunkedArray)):
        table = pa.Table.from_struct_array(table)
    elif type(table).__module__.partition(".")[0] == "pandas":
        table = pa.Table.from_pandas(table, preserve_index=False)
    elif not isinstance(table, pa.Table):
        table = pa.table(table)
    names = table.column_names
    if names.count("text") != 1 and len(names) != 1:
        raise TypeError(f"texts is a table without one column 'text'; pass one of its columns: {', '.join(names)}")
    text = table.column("text" if len(names) != 1 else 0)
    return text, {
        f"{name}s": table.column(name) for name in ("id", "date", "title", "source") if names.count(name) == 1
    }


def _column(name: str, values: Any, length: int) -> pa.Array | None:
    """A metadata column as Arrow keeps it: dates as dates, all else as large strings."""
    if values is None:
        return None
    array = arrow_of(values)
    if array is None:
        values = list(values) if not isinstance(values, (str, bytes)) else [values]
        count = len(values)
    else:
        values, count = one_chunk(array), len(array)
    if count != length:
        raise ValueError(f"{name} must have one entry for each of {length} documents, got {count}")
    if name != "dates":
        return text_column(values) if array is not None else _strings(name, values)
    dates, unread = date_column(values)
    if len(unread):
        row = int(unread[0])
        value = values[row].as_py() if array is not None else values[row]
        raise ValueError(f"dates[{row}] is no date: {value!r}")
    return dates


def _strings(name: str, values: list[Any]) -> pa.LargeStringArray:
    texts = [value if value is None or isinstance(value, (str, bytes)) else _missing_or_text(value) for value in values]
    try:
        return valid_text(large_binary(texts))
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("texts[", f"{name}[")) from None


def _missing_or_text(value: Any) -> str | None:
    # NaN and NaT differ from themselves; pandas.NA refuses to say.
    return None if type(value).__name__ == "NAType" or value != value else str(value)


def _compact(array: pa.Array) -> pa.Array:
    """The array without what its buffers hold outside it, which pickling would carry along."""
    return (
        array if array.offset == 0 and array.nbytes >= array.get_total_buffer_size() // 2 else pa.concat_arrays([array])
    )


def _view_of(array: pa.LargeBinaryArray) -> _core.CorpusView:
    validity, offsets, data = array.buffers()
    first, count = array.offset, len(array)
    positions = (
        np.zeros(1, np.int64)
        if offsets is None or count == 0
        else np.frombuffer(offsets, np.int64, count + 1, 8 * first)
    )
    content = np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    missing = validity is not None and array.null_count > 0
    bitmap = np.frombuffer(validity, np.uint8) if missing else None
    return _core.CorpusView(content, positions, bitmap, first)
