"""Arrow columns over the core's buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def string_array(content: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> pa.LargeStringArray:
    """The two buffers of a string column as an Arrow array, without a copy."""
    return pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(content))


def table(**columns: Any) -> pa.Table:
    """A table whose columns are NumPy or Arrow arrays; NumPy's buffers are not copied."""
    return pa.table({name: pa.array(column) for name, column in columns.items()})
