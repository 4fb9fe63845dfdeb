"""Whatever holds texts, as one Arrow array of large binary."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import _core


def large_binary(texts: Any) -> pa.LargeBinaryArray:
    """``texts`` as one contiguous large-binary array; without a copy where it already is one."""
    if isinstance(texts, (str, bytes, bytearray)):
        raise TypeError(f"texts must hold documents, got a single {type(texts).__name__}; did you mean [text]?")
    if hasattr(texts, "_array") and isinstance(texts._array, pa.LargeBinaryArray):
        return texts._array
    array = _arrow_of(texts)
    if array is not None:
        return _as_large_binary(array)
    try:
        iterable = iter(texts)
    except TypeError:
        raise TypeError(
            f"texts must be an iterable of str, bytes or None, or an Arrow column, got {type(texts).__name__}"
        ) from None
    content, offsets, validity = _core.encode_texts(texts if isinstance(texts, (list, tuple)) else iterable)
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(offsets) - 1,
        [None if validity is None else pa.py_buffer(validity), pa.py_buffer(offsets), pa.py_buffer(content)],
    )


def arrow_column(name: str, values: Any, length: int) -> pa.Array:
    """``values`` as one Arrow array of ``length`` entries."""
    array = _arrow_of(values)
    if array is None:
        try:
            array = pa.array(values if hasattr(values, "__len__") else list(values))
        except (TypeError, pa.ArrowException) as error:
            raise TypeError(f"{name} must be a column of values, got {type(values).__name__}: {error}") from None
    array = _one_chunk(array)
    if len(array) != length:
        raise ValueError(f"{name} must have one entry for each of {length} documents, got {len(array)}")
    return array


def _arrow_of(values: Any) -> pa.Array | pa.ChunkedArray | None:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    if type(values).__module__.partition(".")[0] == "pandas":
        return pa.Array.from_pandas(values)
    if hasattr(values, "__arrow_c_array__"):
        return pa.array(values)
    if hasattr(values, "__arrow_c_stream__"):
        return pa.chunked_array(values)
    return None


def _one_chunk(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(array, pa.ChunkedArray):
        return array
    if array.num_chunks == 1:
        return array.chunk(0)
    return pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)


def _as_large_binary(array: pa.Array | pa.ChunkedArray) -> pa.LargeBinaryArray:
    kind = array.type
    if pa.types.is_struct(kind):
        raise TypeError("texts is a table; pass the column that holds the text")
    if pa.types.is_dictionary(kind):
        array, kind = pc.cast(array, kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.large_binary())
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    is_bytes = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)
    if not is_text and not is_bytes:
        raise TypeError(f"texts must be a column of strings or binary, got {kind}")
    return _one_chunk(_one_chunk(array) if pa.types.is_large_binary(kind) else array.cast(pa.large_binary()))
