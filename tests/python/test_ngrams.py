"""``count_ngrams`` against a counter over token lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

import newsgpu as ng


def test_order_and_columns() -> None:
    table = ng.count_ngrams(["b a b", "a", None, ""], n=(1, 2), tokenizer=ng.Tokenizer("whitespace"))
    assert table.schema == pa.schema(
        [("term", pa.string()), ("n", pa.int8()), ("count", pa.int64()), ("document_count", pa.int64())]
    )
    assert table.to_pylist() == [
        {"term": "a", "n": 1, "count": 2, "document_count": 2},
        {"term": "b", "n": 1, "count": 2, "document_count": 1},
        {"term": "a b", "n": 2, "count": 1, "document_count": 1},
        {"term": "b a", "n": 2, "count": 1, "document_count": 1},
    ]


def test_limits() -> None:
    documents = ["a b a", "b c", "a c c c"]
    tokenizer = ng.Tokenizer("whitespace")

    def terms(**limits: Any) -> list[str]:
        return ng.count_ngrams(documents, 1, tokenizer=tokenizer, **limits)["term"].to_pylist()

    assert terms() == ["c", "a", "b"]
    assert terms(top=1) == ["c"]
    assert terms(top=0) == []
    assert terms(min_count=3) == ["c", "a"]
    assert terms(min_documents=3) == []
    assert ng.count_ngrams([], 1).num_rows == 0


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"n": 0}, ValueError, "n must be at least 1, got 0"),
        ({"n": (2, 1)}, ValueError, r"n must be a length or a pair \(shortest, longest\), got \(2, 1\)"),
        ({"n": 200}, ValueError, "between 1 and 127"),
        ({"n": "2"}, TypeError, "n must be an int"),
        ({"top": -1}, ValueError, "top must be at least 0, got -1"),
        ({"min_count": 0}, ValueError, "min_count must be at least 1"),
        ({"min_documents": 1.5}, TypeError, "min_documents must be an int"),
        ({"tokenizer": str.split}, TypeError, "tokenizer must be a newsgpu.Tokenizer or None"),
        ({"memory_budget": "1kB"}, ValueError, r"memory_budget must be at least \d+ bytes for \d+ threads, got 1000"),
        ({"memory_budget": 0}, ValueError, "memory_budget must be at least 1, got 0"),
        ({"memory_budget": "much"}, ValueError, "memory_budget must be a number of bytes"),
        ({"memory_budget": 1.5}, TypeError, "memory_budget must be an int"),
        ({"device": "tpu"}, ValueError, "device"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ng.count_ngrams(["a"], **arguments)


@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
@pytest.mark.parametrize("n", [(1, 2), (2, 2), (1, 8)])
def test_real_text_against_a_counter(name: str, n: tuple[int, int], texts: Callable[[str], list[str]]) -> None:
    documents = texts(name)[:200]
    counts: Counter[tuple[str, int]] = Counter()
    document_counts: Counter[tuple[str, int]] = Counter()
    for tokens in ng.Tokenizer().tokenize(documents).to_arrow().to_pylist():
        terms = [(" ".join(tokens[i : i + k]), k) for k in range(n[0], n[1] + 1) for i in range(len(tokens) - k + 1)]
        counts.update(terms)
        document_counts.update(set(terms))
    expected = sorted((-count, term, length, document_counts[term, length]) for (term, length), count in counts.items())
    for num_threads in (1, 2):
        table = ng.count_ngrams(documents, n, num_threads=num_threads)
        found = zip(*(table[column].to_pylist() for column in ("count", "term", "n", "document_count")), strict=True)
        assert [(-count, term, length, documents_) for count, term, length, documents_ in found] == expected
