"""Documents beyond 2 GiB: what is found in a part is found in every repetition of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import newsgpu as ng

# A line end on both sides of each repetition: a boundary whatever stands around it. The long word keeps the number of
# tokens small; it and the run of Han characters span many windows.
PART = (
    "Reuters 1987\r\n" + "a" * 400_000 + " said:\n" + "\u4e2d" * 5_000 + "\u3002\u30ab\u30bf \u0e44\u0e17\u0e22 x\n"
).encode() + b"\xe4\xb8 \xff\n"


@pytest.mark.full
@pytest.mark.parametrize("kind", ["words", "segments", "sklearn", "characters", "whitespace"])
def test_more_than_two_gibibytes(kind: str) -> None:
    repeats = 2**31 // len(PART) + 3
    buffer = pa.allocate_buffer(repeats * len(PART))
    whole = np.frombuffer(buffer, np.uint8)
    whole.reshape(repeats, -1)[:] = np.frombuffer(PART, np.uint8)
    offsets = pa.py_buffer(np.array([0, buffer.size], np.int64))
    corpus = ng.Corpus(pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, offsets, buffer]))
    tokenizer = ng.Tokenizer(kind)
    part = tokenizer.tokenize([PART])
    assert tokenizer.count(corpus).tolist() == [repeats * part.num_tokens]
    if kind == "characters":
        return  # these tokens take more memory than the text
    tokens = tokenizer.tokenize(corpus)
    bases = np.arange(repeats, dtype=np.int64)[:, None] * len(PART)
    assert np.array_equal(tokens.starts, (bases + part.starts).ravel())
    assert np.array_equal(tokens.ends, (bases + part.ends).ravel())
    assert np.array_equal(tokens.status, np.tile(part.status, repeats))
