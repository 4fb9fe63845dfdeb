"""The corpus: what it takes, without which copies, and what it gives back."""

from __future__ import annotations

import copy
import datetime as dt
import io
import pickle
import sys
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import newsgpu as ng
from newsgpu.corpus import row_ids

# ASCII, Latin-1, UCS-2 and UCS-4 strings in CPython; runs longer and shorter than what is converted at once.
TEXTS = [
    "",
    "plain ASCII, rather longer than sixteen characters",
    "na\u00efve caf\u00e9",
    "\u822a\u9053\u6062\u590d\u901a\u822a\u3002" * 9,
    "English with \u201cquotes\u201d and 2026\u5e74 inside",
    "\U0001f600 smile " * 5 + "\u4e2d" * 20,
    "\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff",
    "nul \0 inside",
]


def addresses(array: pa.Array) -> list[int | None]:
    return [None if buffer is None else buffer.address for buffer in array.buffers()]


@pytest.mark.parametrize("make", [list, tuple, iter, lambda texts: (text for text in texts), np.array])
def test_strings_become_utf8(make: Any) -> None:
    corpus = ng.Corpus(make(TEXTS[1:7]))
    assert list(corpus) == TEXTS[1:7]
    assert corpus.num_bytes == sum(len(text.encode()) for text in TEXTS[1:7])


def test_every_code_point_is_encoded_as_python_does() -> None:
    points = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
    texts = ["".join(points[i : i + 100]) for i in range(0, len(points), 100)]
    texts += [text[3:8] for text in texts]
    assert ng.Corpus(texts)._array.to_pylist() == [text.encode() for text in texts]


def test_missing_documents() -> None:
    corpus = ng.Corpus(["a", None, float("nan"), np.float64("nan"), pd.NA, pd.NaT, b"b"])
    assert list(corpus) == ["a", None, None, None, None, None, "b"]
    assert ng.Tokenizer().count(corpus).tolist() == [1, 0, 0, 0, 0, 0, 1]


def test_no_utf8_copy_stays_on_the_callers_strings() -> None:
    texts = ["\u4e2d\u6587" * 100, "caf\u00e9" * 100, "\U0001f600" * 100]
    before = [sys.getsizeof(text) for text in texts]
    for made in (texts, iter(texts), np.array(texts, object), pd.Series(texts, dtype=object)):
        ng.Corpus(made, ids=texts, titles=texts)
    assert [sys.getsizeof(text) for text in texts] == before
    texts[0].encode()
    memoryview(pa.array(texts).buffers()[2])
    assert sys.getsizeof(texts[0]) > before[0], "the check would not notice a cached copy"


@pytest.mark.parametrize(
    "text", ["\ud83d", "long enough for a run of units \udc00", "\U0001f600\ud800", "\u4e2d" * 20 + "\ud800"]
)
def test_a_lone_surrogate_names_its_document(text: str) -> None:
    with pytest.raises(ValueError, match=r"texts\[2\] holds a lone surrogate"):
        ng.Corpus(["a", "b", text])


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one text", "single str"),
        (b"one text", "single bytes"),
        (7, "got int"),
        (None, "got NoneType"),
        (["a", 3], r"texts\[1\] must be str, bytes or None, got int"),
        ([["a"]], r"texts\[0\] .* got list"),
        ([1.5], r"texts\[0\] .* got float"),
        ({"a": "b"}, "got dict"),
        ({"a"}, "got set"),
        (np.array([["a"]]), r"texts\[0\] .* got numpy.ndarray"),
        (pa.array([1, 2]), "got int64"),
        (pd.Series([1, 2]), "got int64"),
        (pa.table({"a": ["x"], "b": ["y"]}), "columns: a, b"),
    ],
)
def test_what_is_no_text_is_refused(texts: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ng.Corpus(texts)


def test_ill_formed_bytes_are_kept_and_read_as_replacements() -> None:
    # Unicode 15.0, table 3-8: one U+FFFD for each maximal subpart.
    raw = b"\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64"
    corpus = ng.Corpus([raw])
    assert corpus[0] == "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd"
    assert corpus.num_bytes == len(raw)
    assert corpus.to_arrow()["text"].to_pylist() == [corpus[0]]


def test_large_strings_are_taken_without_a_copy() -> None:
    for kind in (pa.large_string(), pa.large_binary()):
        array = pa.array(["first", None, "third"], kind)
        corpus = ng.Corpus(array)
        assert addresses(corpus._array) == addresses(array)
        assert addresses(corpus[1:]._array) == addresses(array)
        assert addresses(corpus.to_arrow()["text"].chunk(0)) == addresses(array)
    padded = pa.chunked_array([[], ["a", "b"], []], pa.large_string())
    assert addresses(ng.Corpus(padded)._array) == addresses(padded.chunk(1))


def test_arrow_and_pandas_backends_share_the_text() -> None:
    array = pa.array(["first", "second"], pa.large_string())
    series = pd.Series(array, dtype=pd.ArrowDtype(pa.large_string()))
    assert addresses(ng.Corpus(series)._array)[2] == addresses(array)[2]
    # 32-bit offsets are widened; the text is not touched.
    narrow = pa.array(["first", "second"], pa.string())
    assert addresses(ng.Corpus(narrow)._array)[2] == addresses(narrow)[2]


class Capsule:
    """An object that speaks nothing but the Arrow PyCapsule interface."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return self.array.__arrow_c_array__(requested_schema)


class StreamCapsule:
    def __init__(self, array: Any) -> None:
        self.array = array

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.array.__arrow_c_stream__(requested_schema)


def arrow_inputs() -> Iterator[Any]:
    texts = ["a", None, "", "\u4e2d\u6587", "a"]
    array = pa.array(texts)
    yield array
    yield array.cast(pa.large_string())
    yield array.cast(pa.string_view())
    yield pa.array([None if text is None else text.encode() for text in texts], pa.binary_view())
    yield array.cast(pa.binary())
    yield array.dictionary_encode()
    yield pa.chunked_array([array[:2], array[2:2], array[2:]])
    yield pa.chunked_array([array[:2], array[2:]]).dictionary_encode()
    yield pa.concat_arrays([pa.array(["x"]), array, pa.array(["y"])])[1:6]
    yield pa.array([None if text is None else f"{text}" for text in texts], pa.large_string())
    yield Capsule(array)
    yield StreamCapsule(pa.chunked_array([array]))
    yield pd.Series(texts)
    yield pd.Series(texts, dtype=object)
    yield pd.Series(texts, dtype="category")
    yield pd.Series(texts, index=[5, 4, 3, 2, 1])
    yield pl.Series(texts)
    yield pl.Series(texts, dtype=pl.Categorical)
    yield np.array(texts, object)
    yield pl.DataFrame({"text": texts, "other": [1, 2, 3, 4, 5]})
    yield pd.DataFrame({"body": texts})
    yield pa.table({"text": texts})
    yield pa.record_batch({"text": texts})
    yield duckdb.sql("select unnest(['a', null, '', '\u4e2d\u6587', 'a']) as body")
    yield ng.Corpus(texts)


@pytest.mark.parametrize("made", list(arrow_inputs()), ids=lambda made: type(made).__name__)
def test_columns_of_every_kind(made: Any) -> None:
    assert list(ng.Corpus(made)) == ["a", None, "", "\u4e2d\u6587", "a"]


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 1000])
def test_row_numbers_are_spelled_as_arrow_does(count: int) -> None:
    for rows in (np.arange(count), np.arange(count)[::2] * -97, 2**63 - 1 - np.arange(count)):
        assert row_ids(rows).equals(pa.array(rows).cast(pa.large_string()))
    assert row_ids(np.array([-(2**63)])).to_pylist() == [str(-(2**63))]


def test_columns_without_a_text() -> None:
    for made in (pa.nulls(2), pa.chunked_array([pa.nulls(1), pa.nulls(1)]), pd.Series([np.nan, np.nan]), [None, None]):
        assert list(ng.Corpus(made)) == [None, None]
    for made in (
        [],
        pa.array([], pa.string()),
        pa.chunked_array([], pa.large_string()),
        pa.nulls(0),
        pd.Series([], dtype=object),
    ):
        assert len(ng.Corpus(made)) == 0
    runs = pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"])
    assert list(ng.Corpus(runs)) == ["a", "a", "b"]


def test_slices_keep_their_rows_ids_and_missing_documents() -> None:
    texts = [None if i % 3 == 0 else f"text {i}" for i in range(40)]
    corpus = ng.Corpus(texts, titles=[f"title {i}" for i in range(40)])
    for start, stop in [(0, 40), (5, 5), (3, 20), (9, 33), (-7, None), (50, 60)]:
        part = corpus[start:stop]
        assert list(part) == texts[start:stop]
        assert part.ids.to_pylist() == [str(i) for i in range(40)][start:stop]
        assert part.titles is not None
        assert part.titles.to_pylist() == [f"title {i}" for i in range(40)][start:stop]
        assert part.num_bytes == sum(len(text or "") for text in texts[start:stop])
        assert ng.Tokenizer().count(part).tolist() == [0 if text is None else 2 for text in texts[start:stop]]
        assert list(part[1:4]) == texts[start:stop][1:4]
    assert list(corpus[::-7]) == texts[::-7]
    assert corpus[-1] == texts[-1]
    assert corpus[np.int64(4)] == "text 4"
    with pytest.raises(IndexError, match="document 40 is outside a corpus of 40"):
        corpus[40]


def test_a_walk_gives_what_rows_give() -> None:
    kinds: list[bytes | None] = [b"", None, b"a\xff", "\u822a\u9053".encode(), b"\xe8\x88", b"plain"]
    texts = [kinds[i % 13 % 6] for i in range(2 * 4096 + 3)]
    corpus = ng.Corpus(texts)
    for part in (corpus, corpus[5:], corpus[4095:4098], corpus[:0]):
        assert list(part) == [part[i] for i in range(len(part))]


def test_take() -> None:
    corpus = ng.Corpus(["a", "b", "c"], ids=["x", "y", "z"])
    assert list(corpus.take([2, 0, 2])) == ["c", "a", "c"]
    assert corpus.take(np.array([False, True, True])).ids.to_pylist() == ["y", "z"]
    assert len(corpus.take([])) == 0
    for rows, error in [
        ([3], IndexError),
        ([-1], IndexError),
        ([True], ValueError),
        ([0.5], TypeError),
        ([[0]], TypeError),
    ]:
        with pytest.raises(error, match="rows"):
            corpus.take(rows)


def test_metadata() -> None:
    corpus = ng.Corpus(["a", "b"], ids=[7, None], titles=np.array(["t", "u"]), sources=pl.Series(["s", None]))
    assert corpus.ids.to_pylist() == ["7", None]
    assert corpus.titles is not None
    assert corpus.titles.to_pylist() == ["t", "u"]
    assert corpus.sources is not None
    assert corpus.sources.to_pylist() == ["s", None]
    assert ng.Corpus(["a", "b"]).ids.to_pylist() == ["0", "1"]
    assert ng.Corpus(["a"]).dates is None
    again = ng.Corpus(corpus, titles=["v", "w"])
    assert again.titles is not None
    assert again.titles.to_pylist() == ["v", "w"]
    assert again.ids.equals(corpus.ids)
    with pytest.raises(ValueError, match="ids must have one entry for each of 2 documents, got 3"):
        ng.Corpus(["a", "b"], ids=[1, 2, 3])
    with pytest.raises(ValueError, match=r"titles\[1\] holds a lone surrogate"):
        ng.Corpus(["a", "b"], titles=["t", "\ud800"])


def test_dates_of_a_corpus() -> None:
    day = dt.date(2026, 4, 8)
    for dates in ([day], ["2026-04-08"], np.array(["2026-04-08"], "datetime64[D]"), pa.array([day])):
        corpus = ng.Corpus(["a"], dates=dates)
        assert corpus.dates is not None
        assert corpus.dates.type == pa.date32()
        assert corpus.dates.to_pylist() == [day]
    stamps = pd.Series(pd.to_datetime(["2026-04-08 12:00", None]))
    assert ng.Corpus(["a", "b"], dates=stamps).dates.cast(pa.timestamp("us")).to_pylist() == [
        dt.datetime(2026, 4, 8, 12),
        None,
    ]
    with pytest.raises(ValueError, match=r"dates\[1\] is no date: 'soon'"):
        ng.Corpus(["a", "b"], dates=["2026-04-08", "soon"])
    with pytest.raises(TypeError, match=r"dates\[0\] must be a date"):
        ng.Corpus(["a"], dates=[object()])


def full_corpus() -> ng.Corpus:
    return ng.Corpus(
        ["first", None, "\u4e2d\u6587"],
        ids=["x", "y", "z"],
        dates=["2026-04-08", None, "2026-04-10"],
        titles=["t", None, "v"],
        sources=[None, "s", "s"],
    )


def test_round_trips() -> None:
    corpus = full_corpus()
    table = corpus.to_arrow()
    assert table.column_names == ["id", "text", "date", "title", "source"]
    arrow_table = table  # DuckDB finds it by its name
    made = [
        ng.Corpus(arrow_table),
        ng.Corpus(pl.DataFrame(corpus)),
        ng.Corpus(pd.DataFrame.from_arrow(corpus))
        if hasattr(pd.DataFrame, "from_arrow")
        else ng.Corpus(table.to_pandas()),
        ng.Corpus(duckdb.sql("select * from arrow_table")),
        pickle.loads(pickle.dumps(corpus)),
        copy.deepcopy(corpus),
        pa.table(corpus),
    ]
    for other in made:
        assert pa.table(other).cast(table.schema).equals(table)


def test_pickling_a_slice_takes_only_its_text() -> None:
    corpus = ng.Corpus(["x" * 1000] * 1000, ids=[f"{i}" for i in range(1000)])
    part = corpus[400:402]
    assert len(pickle.dumps(part)) < 5000
    assert list(pickle.loads(pickle.dumps(part))) == ["x" * 1000] * 2
    assert pickle.loads(pickle.dumps(part)).ids.to_pylist() == ["400", "401"]
    empty = pickle.loads(pickle.dumps(corpus[3:3]))
    assert len(empty) == 0


def test_html_table_escapes_what_it_shows() -> None:
    corpus = ng.Corpus(
        ["<script>alert(1)</script>", None, "\u4e2d" * 500, *["more"] * 20],
        ids=["<b>", *map(str, range(22))],
        titles=["&"] * 23,
    )
    shown = corpus._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<td>&lt;b&gt;</td>" in shown
    assert "<td>&amp;</td>" in shown
    assert "\u4e2d" * 160 + "\u2026" in shown
    assert "\u4e2d" * 161 not in shown
    assert "and 13 more" in shown
    assert "0 documents" in ng.Corpus([])._repr_html_()


def test_more_than_two_gibibytes() -> None:
    # Untouched pages of zeros take no memory.
    size = 2**31 + 100
    content = np.zeros(size, np.uint8)
    content[-5:] = list(b"end\xe4\xb8")
    offsets = np.array([0, 10, size - 5, size], np.int64)
    array = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(content)])
    corpus = ng.Corpus(array)
    assert corpus.num_bytes == size
    assert corpus[2] == "end\ufffd"
    assert corpus[2:].num_bytes == 5
    assert ng.Tokenizer().count(corpus[2:]).tolist() == [1]


def test_damaged_offsets_are_refused() -> None:
    buffers = [None, pa.py_buffer(np.array([0, 5, 3, 5], np.int64)), pa.py_buffer(b"abcde")]
    with pytest.raises(ValueError, match="offsets must ascend"):
        ng.Corpus(pa.LargeBinaryArray.from_buffers(pa.large_binary(), 3, buffers))


def test_an_interrupted_generator_leaves_nothing_behind() -> None:
    def texts() -> Iterator[str]:
        yield "a"
        raise io.UnsupportedOperation("no more")

    with pytest.raises(io.UnsupportedOperation):
        ng.Corpus(texts())
