"""Arrow columns over the core's buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def string_array(content: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> pa.LargeStringArray:
    """The two buffers of a string column as an Arrow array, without a copy."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(content))


def compact_strings(array: pa.LargeStringArray) -> pa.StringArray | pa.LargeStringArray:
    """The column as ``pa.string()``, which most tools want; as it is where its text is 2 GiB or more."""
    assert pa.types.is_large_string(array.type)
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    fits = len(array) == 0 or offsets[-1] - offsets[0] < 2**31
    return array.cast(pa.string()) if fits else array


def table(**columns: Any) -> pa.Table:
    """A table whose columns are NumPy or Arrow arrays; NumPy's buffers are not copied."""
    return pa.table({name: pa.array(column) for name, column in columns.items()})
