"""CSV and TSV, through pyarrow's streaming reader."""

from __future__ import annotations

import csv
import io
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv

from .._texts import one_chunk, valid_text
from .columns import Batch, Columns, Sightings
from .failures import BrokenRow, corrupt, naming
from .paths import InputFile
from .streams import reopenable

__all__ = ["read_delimited"]

# A row must fit into a block; a longer one starts the file again with larger blocks.
_BLOCK_BYTES = 4 << 20
_MAX_BLOCK_BYTES = 2**31 - 1
_ROW_TOO_LONG = "straddl"


def read_delimited(
    file: InputFile, open_stream: Callable[[], BinaryIO], columns: Columns, seen: Sightings, *, skip_broken: bool
) -> Iterator[Batch]:
    """The rows of a CSV or TSV file with a header; fields may be quoted and then hold line ends.

    An empty field is null, a quoted empty one is an empty text; no other string means null. With one column, an
    empty line is a row.
    """
    with reopenable(file, open_stream) as open_again:
        yield from _read(file, open_again, columns, seen, skip_broken)


def _read(
    file: InputFile, open_stream: Callable[[], BinaryIO], columns: Columns, seen: Sightings, skip_broken: bool
) -> Iterator[Batch]:
    header = _header(file, open_stream)
    if header is None:
        return
    present = {role: name for role, name in columns.names.items() if name in header}
    for role, name in present.items():
        if header.count(name) > 1:
            raise ValueError(f"{file.path}: the column {name!r} for {role}= is there {header.count(name)} times")
    seen.add(1, present, header)
    seen.demand("text", columns.text, file.path)
    table = _Delimited(file, open_stream, header, present, skip_broken)
    delivered = 0
    block_bytes = _BLOCK_BYTES
    while True:
        try:
            for batch in table.batches(block_bytes, delivered):
                delivered += len(batch.text)
                yield batch
            return
        except _RowTooLongError:
            if block_bytes == _MAX_BLOCK_BYTES:
                raise corrupt(file.path, "a row is longer than 2 GiB; is a quoted field never closed?") from None
            block_bytes = min(8 * block_bytes, _MAX_BLOCK_BYTES)


def _delimiter(file: InputFile) -> str:
    return "\t" if file.format == "tsv" else ","


def _header(file: InputFile, open_stream: Callable[[], BinaryIO]) -> list[str] | None:
    """The names of the columns; ``None`` for a file without a line."""
    with open_stream() as stream:
        start = stream.read(1 << 20)
    lines = io.StringIO(start.decode("utf-8", "replace"), newline="")
    try:
        return next((row for row in csv.reader(lines, delimiter=_delimiter(file)) if row), None)
    except csv.Error as error:
        raise corrupt(file.path, f"its first line is no header of a table: {error}") from None


class _RowTooLongError(Exception):
    pass


class _QuoteCounter(io.RawIOBase):
    """Passes a stream on and counts its quotation marks: an odd number may be a field that is never closed.

    pyarrow reads ahead in a thread of its own. ``stop`` waits for it: afterwards it finds the end of the file, and does
    not meet a stream that is closed or an interpreter that is going down.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._lock = threading.Lock()
        self._stopped = False
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        with self._lock:
            if self._stopped:
                return b""
            piece = self._stream.read(size)
            self.quotes += piece.count(b'"')
            return piece

    def stop(self) -> None:
        """Ends the file here."""
        with self._lock:
            self._stopped = True


class _Delimited:
    """A file of rows, and how to read it again."""

    def __init__(
        self,
        file: InputFile,
        open_stream: Callable[[], BinaryIO],
        header: list[str],
        present: dict[str, str],
        skip_broken: bool,
    ) -> None:
        self._file = file
        self._open = open_stream
        self._header = header
        self._present = present
        self._skip_broken = skip_broken

    def batches(self, block_bytes: int, delivered: int) -> Iterator[Batch]:
        """The rows after the first ``delivered`` good ones."""
        broken: list[Any] = []

        def judge(row: Any) -> str:
            broken.append(row)
            return "skip" if self._skip_broken else "error"

        with self._open() as stream:
            counted = _QuoteCounter(stream)
            try:
                for table in self._tables(counted, block_bytes, judge, broken):
                    rows = table.slice(delivered)
                    delivered -= table.num_rows - rows.num_rows
                    if rows.num_rows:
                        found = {role: one_chunk(rows.column(name)) for role, name in self._present.items()}
                        text = found.pop("text")
                        yield Batch(text, **{role: valid_text(column) for role, column in found.items()})
            finally:
                counted.stop()
        if counted.quotes % 2:
            self._find_open_quote()
        yield Batch(pa.array([], pa.large_binary()), skipped=len(broken))

    def _tables(
        self, stream: _QuoteCounter, block_bytes: int, judge: Callable[[Any], str], broken: list[Any]
    ) -> Iterator[pa.RecordBatch]:
        wanted = list(dict.fromkeys(self._present.values()))
        try:
            with naming(self._file.path, self._file.format.upper()):
                yield from pyarrow.csv.open_csv(
                    stream,
                    # Rows are numbered only without threads.
                    read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=block_bytes),
                    parse_options=pyarrow.csv.ParseOptions(
                        delimiter=_delimiter(self._file),
                        newlines_in_values=True,
                        ignore_empty_lines=len(self._header) > 1,
                        invalid_row_handler=judge,
                    ),
                    convert_options=pyarrow.csv.ConvertOptions(
                        include_columns=wanted,
                        column_types={name: pa.large_binary() for name in wanted},
                        null_values=[""],
                        strings_can_be_null=True,
                        quoted_strings_can_be_null=False,
                    ),
                )
        except OSError as error:
            if _ROW_TOO_LONG in str(error):
                raise _RowTooLongError from None
            if broken and not self._skip_broken:
                raise self._broken_row(broken[0]) from None
            raise

    def _broken_row(self, row: Any) -> BrokenRow:
        line = next((line for number, (line, _) in enumerate(self._rows(), 1) if number == row.number), None)
        reason = f"the row has {row.actual_columns} columns, the header {row.expected_columns}"
        return BrokenRow(self._file.path, line, reason)

    def _find_open_quote(self) -> None:
        """Raises if the last field is quoted and not closed: it then took up all the rows behind it."""
        line = 1
        try:
            for line, _row in self._rows(strict=True):  # noqa: B007 - the last row is wanted
                pass
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise BrokenRow(self._file.path, None, f"a quoted field behind line {line} is never closed") from None

    def _rows(self, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
        """Rows with the line each begins in, by Python's reader: pyarrow numbers rows, not lines."""
        limit = csv.field_size_limit(sys.maxsize)
        try:
            with self._open() as stream, io.TextIOWrapper(stream, "utf-8", "replace", newline="") as text:
                reader = csv.reader(text, delimiter=_delimiter(self._file), strict=strict)
                line = 1
                for row in reader:
                    if row or len(self._header) == 1:
                        yield line, row
                    line = reader.line_num + 1
        finally:
            csv.field_size_limit(limit)
