"""Rows of many files, gathered into one corpus."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .._dates import date_column
from .._texts import valid_text
from ..corpus import Corpus
from .columns import Batch

__all__ = ["CorpusBuilder", "ill_formed_rows"]

_BLOCK_ROWS = 1 << 12


def ill_formed_rows(corpus: Corpus, encoding: str) -> npt.NDArray[np.int64]:
    """The documents that hold bytes that are no UTF-8, or U+FFFD, which other encodings put in such a place."""
    text = corpus._array
    if encoding != "utf-8":
        return np.flatnonzero(pc.fill_null(pc.match_substring(text, "\ufffd".encode()), False).to_numpy(False))
    # In blocks, for what valid_text repairs is held twice.
    blocks = (text.slice(first, _BLOCK_ROWS) for first in range(0, len(text), _BLOCK_ROWS))
    repaired = [pc.not_equal(valid_text(block).cast(pa.large_binary()), block) for block in blocks]
    return np.flatnonzero(pc.fill_null(pa.chunked_array(repaired, pa.bool_()), False).to_numpy())


class CorpusBuilder:
    """Gathers rows; the text in one buffer that grows in place, so that it is held once."""

    def __init__(self) -> None:
        # A bytearray grows by an eighth at a time through realloc, which moves pages instead of copying them.
        self._content = bytearray()
        self._offsets: list[npt.NDArray[np.int64]] = [np.zeros(1, np.int64)]
        self._valid: list[pa.BooleanArray] = []
        self._metadata: dict[str, list[pa.Array]] = {"id": [], "date": [], "title": [], "source": []}
        #: Rows left out so far.
        self.skipped = 0

    @property
    def num_bytes(self) -> int:
        """Bytes of text so far."""
        return len(self._content)

    def append(self, batch: Batch, names: pa.LargeStringArray) -> None:
        """Adds rows; where a row has no id it takes its entry of ``names``."""
        self.skipped += batch.skipped
        count = len(batch.text)
        if count == 0:
            return
        self._append_text(batch.text)
        ids = names if batch.id is None else pc.coalesce(batch.id, names)
        self._metadata["id"].append(ids)
        for role in ("date", "title", "source"):
            column = getattr(batch, role)
            self._metadata[role].append(pa.nulls(count) if column is None else column)

    def _append_text(self, text: pa.LargeBinaryArray) -> None:
        _, offsets, data = text.buffers()
        bounds = np.frombuffer(offsets, np.int64, len(text) + 1, 8 * text.offset)
        base = len(self._content) - bounds[0]
        if data is not None:
            self._content += memoryview(data)[bounds[0] : bounds[-1]]
        self._offsets.append(bounds[1:] + base)
        self._valid.append(text.is_valid())

    def finish(self) -> Corpus:
        """The corpus; the builder is empty afterwards."""
        offsets = np.concatenate(self._offsets)
        valid = pa.concat_arrays(self._valid) if self._valid else pa.array([], pa.bool_())
        has_null = valid.false_count > 0
        text = pa.LargeBinaryArray.from_buffers(
            pa.large_binary(),
            len(valid),
            [valid.buffers()[1] if has_null else None, pa.py_buffer(offsets), pa.py_buffer(self._content)],
        )
        metadata = {
            "ids": pa.concat_arrays(self._metadata["id"]) if len(valid) else pa.array([], pa.large_string()),
            "dates": self._dates(),
            "titles": _joined(self._metadata["title"]),
            "sources": _joined(self._metadata["source"]),
        }
        self._content, self._offsets, self._valid = bytearray(), [], []
        return Corpus._from_parts(text, metadata, self.skipped)

    def _dates(self) -> pa.Array | None:
        chunks = self._metadata["date"]
        kinds = {chunk.type for chunk in chunks if not pa.types.is_null(chunk.type)}
        if len(kinds) != 1 or not pa.types.is_temporal(next(iter(kinds))):
            written = _joined(chunks)
        else:
            kind = kinds.pop()
            written = pa.concat_arrays([chunk.cast(kind) for chunk in chunks])
        if written is None:
            return None
        dates, unread = date_column(written)
        if len(unread):
            example = written[int(unread[0])].as_py()
            warnings.warn(
                f"{len(unread):,} of {len(written):,} dates could not be read and are null; the first is {example!r}, "
                f"of document {self._id(int(unread[0]))!r}",
                UserWarning,
                stacklevel=4,
            )
        return None if dates.null_count == len(dates) else dates

    def _id(self, row: int) -> object:
        return pa.chunked_array(self._metadata["id"])[row].as_py()


def _joined(chunks: list[pa.Array]) -> pa.Array | None:
    """Columns of strings one after another; ``None`` where none holds a value."""
    if all(chunk.null_count == len(chunk) for chunk in chunks):
        return None
    return pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in chunks])
