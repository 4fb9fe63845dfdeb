"""Parquet and Arrow files, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from .._texts import is_bytes_type, is_text_type, large_binary, text_column
from .columns import Batch, Columns, Sightings
from .failures import corrupt, naming
from .paths import InputFile
from .streams import ByteStream, seekable

__all__ = ["read_arrow", "read_parquet"]

# Rows of news are a few kilobytes.
_BATCH_ROWS = 1024
_FILE_MAGIC = b"ARROW1"


def read_parquet(file: InputFile, stream: ByteStream, columns: Columns, seen: Sightings) -> Iterator[Batch]:
    """The rows of a Parquet file."""
    with seekable(stream) as source:
        with naming(file.path, "Parquet"):
            table = pyarrow.parquet.ParquetFile(source, pre_buffer=False)
        present = _present(file, table.schema_arrow, columns, seen)
        with naming(file.path, "Parquet"):
            for rows in table.iter_batches(_BATCH_ROWS, columns=list(dict.fromkeys(present.values()))):
                yield _batch(rows, present)


def read_arrow(file: InputFile, stream: ByteStream, columns: Columns, seen: Sightings) -> Iterator[Batch]:
    """The rows of an Arrow (Feather) file or stream."""
    with seekable(stream) as source:
        with naming(file.path, "Arrow"):
            schema, batches = _record_batches(file, source)
        present = _present(file, schema, columns, seen)
        with naming(file.path, "Arrow"):
            for rows in batches:
                yield _batch(rows, present)


def _record_batches(file: InputFile, source: BinaryIO) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    magic = source.read(len(_FILE_MAGIC))
    source.seek(0)
    if not magic:
        raise corrupt(file.path, "is empty, which no Arrow file is")
    if magic == _FILE_MAGIC:
        reader = pa.ipc.open_file(source)
        return reader.schema, (reader.get_batch(i) for i in range(reader.num_record_batches))
    stream = pa.ipc.open_stream(source)
    return stream.schema, iter(stream)


def _present(file: InputFile, schema: pa.Schema, columns: Columns, seen: Sightings) -> dict[str, str]:
    """Role to column, for the columns that the file has; a dot leads into a struct."""
    present = {role: name for role, name in columns.names.items() if _type_at(schema, name) is not None}
    # A file says its columns even where it has no rows.
    seen.add(1, present, schema.names)
    seen.demand("text", columns.text, file.path)
    kind = _plain_type(_type_at(schema, columns.text))
    if not (is_text_type(kind) or is_bytes_type(kind) or pa.types.is_null(kind)):
        raise ValueError(f"{file.path}: the column {columns.text!r} for text= must hold strings, it holds {kind}")
    return present


def _type_at(schema: pa.Schema, name: str) -> pa.DataType | None:
    if name in schema.names:
        return schema.field(name).type
    kind: pa.DataType | None = None
    top, *path = name.split(".")
    if path and top in schema.names:
        kind = schema.field(top).type
        for part in path:
            if not pa.types.is_struct(kind) or kind.get_field_index(part) < 0:
                return None
            kind = kind.field(part).type
    return kind


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if isinstance(kind, pa.BaseExtensionType):
        return _plain_type(kind.storage_type)
    return _plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def _column(rows: pa.RecordBatch, name: str) -> pa.Array:
    if name in rows.schema.names:
        return rows.column(name)
    top, *path = name.split(".")
    return pc.struct_field(rows.column(top), path)


def _batch(rows: pa.RecordBatch, present: dict[str, str]) -> Batch:
    found = {role: _column(rows, name) for role, name in present.items()}
    text = large_binary(found.pop("text"))
    return Batch(text, **{role: _metadata(role, column) for role, column in found.items()})


def _metadata(role: str, column: pa.Array) -> pa.Array:
    if role == "date" and pa.types.is_temporal(column.type):
        return column
    return text_column(column)
