"""Arrow columns of results."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from newsgpu._tables import compact_strings, string_array


def test_strings_are_compact_where_they_fit() -> None:
    array = string_array(np.frombuffer(b"onetwo", np.uint8), np.array([0, 3, 6]))
    assert compact_strings(array).equals(pa.array(["one", "two"], pa.string()))
    assert compact_strings(array[1:]).to_pylist() == ["two"]
    assert compact_strings(array[:0]).type == pa.string()


def test_strings_stay_large_from_two_gibibytes_on() -> None:
    content = np.zeros(2**31 + 1, np.uint8)  # pages of zeros that nobody touches
    array = string_array(content, np.array([0, 1, 2**31 + 1]))
    assert compact_strings(array).type == pa.large_string()
    assert compact_strings(array[1:]).type == pa.large_string()
    assert compact_strings(array[:1]).equals(pa.array(["\0"]))
