"""Whatever holds texts, as one Arrow array of large binary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import _core
from ._execution import run

__all__ = ["arrow_of", "is_table", "large_binary", "one_chunk", "text_column", "utf8_list", "valid_text"]


def large_binary(texts: Any, num_threads: int | None = None) -> pa.LargeBinaryArray:
    """``texts`` as one contiguous large-binary array; without a copy where it already is one."""
    if isinstance(texts, (str, bytes, bytearray)):
        raise TypeError(f"texts must hold documents, got a single {type(texts).__name__}; did you mean [text]?")
    if isinstance(texts, (Mapping, Set)):
        raise TypeError(f"texts must keep an order of documents, got {type(texts).__name__}; did you mean a list?")
    array = arrow_of(texts)
    if array is not None:
        return _as_large_binary(array)
    if hasattr(texts, "to_numpy"):
        # A pandas column of Python objects. pyarrow would leave a cached UTF-8 copy on each string.
        texts = texts.to_numpy(dtype=object)
    try:
        iterable = texts if isinstance(texts, (list, tuple)) else iter(texts)
    except TypeError:
        raise TypeError(
            f"texts must be an iterable of str, bytes or None, or an Arrow column, got {type(texts).__name__}"
        ) from None
    with run(num_threads=num_threads, progress=False) as execution:
        content, offsets, validity = _core.encode_texts(iterable, execution)
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(offsets) - 1,
        [None if validity is None else pa.py_buffer(validity), pa.py_buffer(offsets), pa.py_buffer(content)],
    )


def utf8_list(texts: Sequence[str | None], num_threads: int | None) -> _core.Utf8TextList:
    """A list of ``str`` and ``None`` as the core reads it where its strings lie; only what is not ASCII is encoded."""
    with run(num_threads=num_threads, progress=False) as execution:
        return _core.Utf8TextList(texts, execution)


def arrow_of(values: Any) -> pa.Array | pa.ChunkedArray | None:
    """The Arrow column that ``values`` is or wraps; ``None`` for Python and NumPy objects."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    if type(values).__module__.partition(".")[0] == "pandas":
        return None if values.dtype.kind == "O" and values.dtype == object else pa.Array.from_pandas(values)
    if hasattr(values, "__arrow_c_array__"):
        return pa.array(values)
    if hasattr(values, "__arrow_c_stream__"):
        return pa.chunked_array(values)
    return None


def is_table(values: Any) -> bool:
    """Whether ``values`` has columns of its own: a pyarrow or pandas table, a DuckDB relation, a polars frame."""
    if isinstance(values, (pa.Table, pa.RecordBatch)):
        return True
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return pa.types.is_struct(values.type)
    if type(values).__module__.partition(".")[0] == "pandas":
        return hasattr(values, "columns")
    if hasattr(values, "__arrow_c_schema__"):
        return pa.types.is_struct(pa.DataType._import_from_c_capsule(values.__arrow_c_schema__()))
    return hasattr(values, "__arrow_c_stream__") and hasattr(values, "columns")


def one_chunk(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A chunked array as one array; without a copy where a single chunk holds everything."""
    if not isinstance(array, pa.ChunkedArray):
        return array
    chunks = [chunk for chunk in array.chunks if len(chunk)]
    if not chunks:
        return pa.array([], array.type)
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)


def _plain(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The values behind a dictionary, run ends or an extension type."""
    if isinstance(array, pa.ChunkedArray):
        chunks = [_plain(chunk) for chunk in array.chunks]
        return pa.chunked_array(chunks) if chunks else _plain(pa.array([], array.type))
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    if pa.types.is_dictionary(array.type):
        # Large strings first: the repeated values together may pass 2 GiB.
        values = array.dictionary
        if is_text_type(values.type) or is_bytes_type(values.type):
            values = values.cast(pa.large_string() if is_text_type(values.type) else pa.large_binary())
        return values.take(array.indices)
    if pa.types.is_run_end_encoded(array.type):
        return pc.run_end_decode(array)
    return array


def _as_large_binary(array: pa.Array | pa.ChunkedArray) -> pa.LargeBinaryArray:
    array = _plain(array)
    if is_text_type(array.type) or is_bytes_type(array.type):
        return one_chunk(array.cast(pa.large_binary()))
    if array.null_count == len(array):
        return pa.nulls(len(array), pa.large_binary())
    raise TypeError(f"texts must be a column of strings or binary, got {array.type}")


def is_text_type(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds strings."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_bytes_type(kind: pa.DataType) -> bool:
    """Whether an Arrow type holds bytes."""
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    )


def valid_text(array: pa.LargeBinaryArray) -> pa.LargeStringArray:
    """Bytes as valid UTF-8: each maximal ill-formed subpart becomes U+FFFD; no copy where there is none."""
    text = array.view(pa.large_string())
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        repaired = (None if value is None else value.decode("utf-8", "replace") for value in array.to_pylist())
        return pa.array(list(repaired), pa.large_string())
    return text


def text_column(array: pa.Array | pa.ChunkedArray) -> pa.LargeStringArray:
    """Any column as large strings: numbers as written, nested values as JSON, bytes as UTF-8."""
    array = one_chunk(_plain(array))
    if is_bytes_type(array.type):
        return valid_text(array.cast(pa.large_binary()))
    if pa.types.is_nested(array.type):
        values = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in array.to_pylist()
        ]
        return pa.array(values, pa.large_string())
    return array.cast(pa.large_string())


def json_text(value: Any) -> str:
    """A nested value, which a column of strings keeps as JSON."""
    return json.dumps(value, ensure_ascii=False, default=str)
