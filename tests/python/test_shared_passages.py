"""Shared passages: against the definition on small corpora, and on text that repeats itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsgpu as ng

Passage = tuple[int, int, int, int, int, int, int]
COLUMNS = ("left", "right", "left_start", "left_end", "right_start", "right_end", "num_tokens")


def rows_of(table: pa.Table) -> list[Passage]:
    return list(zip(*(table[name].to_pylist() for name in COLUMNS), strict=True))


def token_places(corpus: ng.Corpus, tokenizer: ng.Tokenizer) -> list[list[tuple[str, int, int]]]:
    """(normalized text, start, end) of the tokens of each document, in bytes from its beginning."""
    tokens = tokenizer.tokenize(corpus)
    base = 0
    listed = []
    for doc in range(len(corpus)):
        first, last = tokens.offsets[doc], tokens.offsets[doc + 1]
        starts, ends = tokens.starts[first:last] - base, tokens.ends[first:last] - base
        listed.append(list(zip(tokens[doc], starts.tolist(), ends.tolist(), strict=True)))
        base += len((corpus[doc] or "").encode())
    return listed


def brute_force(texts: list[str | None], min_tokens: int, tokenizer: ng.Tokenizer) -> list[Passage]:
    """Every maximal common run, by looking at all pairs of places."""
    documents = token_places(ng.Corpus(texts), tokenizer)
    found = []
    for left, a in enumerate(documents):
        for right in range(left + 1, len(documents)):
            b = documents[right]
            for i in range(len(a)):
                for j in range(len(b)):
                    if a[i][0] != b[j][0] or (i > 0 and j > 0 and a[i - 1][0] == b[j - 1][0]):
                        continue
                    size = 0
                    while i + size < len(a) and j + size < len(b) and a[i + size][0] == b[j + size][0]:
                        size += 1
                    if size >= min_tokens:
                        ends = (a[i + size - 1][2], b[j][1], b[j + size - 1][2])
                        found.append((left, right, a[i][1], ends[0], ends[1], ends[2], size))
    return sorted(found, key=lambda p: (p[0], p[1], p[2], p[4]))


# --- worked out by hand -------------------------------------------------------------------------------------------


def test_passages_worked_out_by_hand() -> None:
    texts = [
        "He said: the ferry left at dawn.",
        "",
        None,
        "The Ferry LEFT, at dawn! And the ferry left at noon.",
        "No ferry left at all.",
    ]
    table = ng.shared_passages(texts, 3)
    assert table.schema == pa.schema(
        [
            *((name, pa.int64()) for name in COLUMNS),
            ("num_documents", pa.int64()),
            ("boilerplate", pa.bool_()),
        ]
    )
    assert rows_of(table) == [
        (0, 3, 9, 31, 0, 23, 5),  # the ferry left at dawn
        (0, 3, 9, 26, 29, 46, 4),  # the ferry left at
        (0, 4, 13, 26, 3, 16, 3),  # ferry left at
        (3, 4, 4, 18, 3, 16, 3),
        (3, 4, 33, 46, 3, 16, 3),
    ]
    # "the ferry left" is in two documents, "ferry left at" in three, "left at dawn" in two.
    assert table["num_documents"].to_pylist() == [2, 2, 3, 3, 3]
    assert ng.shared_passages(texts, 6).num_rows == 0


def test_characters_and_bytes() -> None:
    # Documents of Chinese: three bytes a character.
    texts = ["今天渡轮黎明出发。", "据报道,渡轮黎明出发"]
    assert rows_of(ng.shared_passages(texts, 6, tokenizer=ng.Tokenizer("characters"))) == [(0, 1, 6, 24, 10, 28, 6)]


def test_stop_words_are_no_tokens() -> None:
    texts = ["the ferry left at the dawn", "ferry left dawn"]
    assert rows_of(ng.shared_passages(texts, 3, tokenizer=ng.Tokenizer(stop_words=["the", "at"]))) == [
        (0, 1, 4, 26, 0, 15, 3)
    ]


def test_boilerplate_is_what_one_source_says_often() -> None:
    menu = "Home News Sport Weather Travel Contact"
    quote = "we shall open the bridge again on Friday"
    texts, sources = [], []
    for i in range(12):
        texts.append(f"{menu} story{i} is about own{i}")
        sources.append("a.example")
        texts.append(f"paper{i} says {quote} as told{i}")
        sources.append(f"{i}.example")
    table = ng.shared_passages(ng.Corpus(texts, sources=sources), 5)
    assert table.num_rows == 2 * 12 * 11 // 2
    is_menu = np.array([left % 2 == 0 for left in table["left"].to_pylist()])
    assert (table["boilerplate"].to_numpy() == is_menu).all()
    assert set(table["num_documents"].to_pylist()) == {12}
    # Without sources the corpus is one, and so are documents that have none.
    assert all(ng.shared_passages(texts, 5)["boilerplate"].to_pylist())
    assert all(ng.shared_passages(ng.Corpus(texts, sources=[None] * 24), 5)["boilerplate"].to_pylist())
    few = ng.shared_passages(ng.Corpus(texts, sources=sources), 5, boilerplate_documents=13)
    assert not any(few["boilerplate"].to_pylist())


def test_nothing_to_find() -> None:
    for texts in ([], [None], [""], ["one two three"], ["one two three", "four five six"]):
        assert ng.shared_passages(texts, 1).num_rows == 0


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"min_tokens": 0}, ValueError, "min_tokens"),
        ({"min_tokens": 2.5}, TypeError, "min_tokens"),
        ({"boilerplate_documents": 0}, ValueError, "boilerplate_documents"),
        ({"device": "cuda"}, ng.DeviceUnavailable, "cuda"),
        ({"num_threads": 0}, ValueError, "num_threads"),
    ],
)
def test_bad_arguments(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        ng.shared_passages(["one", "two"], **options)


def test_more_tokens_asked_for_than_there_are() -> None:
    assert ng.shared_passages(["one two", "one two"], 2**62).num_rows == 0


# --- against the definition ---------------------------------------------------------------------------------------

WORDS = st.sampled_from(["rain", "Rain", "falls", "on", "a", "中国", "新闻", "!", "é"])


@settings(max_examples=300, deadline=None)
@given(
    texts=st.lists(st.one_of(st.none(), st.lists(WORDS, max_size=14).map(" ".join)), max_size=8),
    min_tokens=st.integers(1, 5),
    kind=st.sampled_from(["words", "characters", "segments", "whitespace"]),
    num_threads=st.integers(1, 3),
)
def test_equals_brute_force(texts: list[str | None], min_tokens: int, kind: Any, num_threads: int) -> None:
    tokenizer = ng.Tokenizer(kind)
    found = ng.shared_passages(texts, min_tokens, tokenizer=tokenizer, num_threads=num_threads)
    assert rows_of(found) == brute_force(texts, min_tokens, tokenizer)


@pytest.mark.parametrize("alphabet", [1, 2, 5])
def test_equals_brute_force_where_runs_are_many(alphabet: int) -> None:
    """More than 100 places a run: still all pairs, because they are cheap."""
    drawn = random.Random(alphabet)
    texts = [" ".join(f"w{drawn.randrange(alphabet)}" for _ in range(drawn.randrange(40))) for _ in range(12)]
    for min_tokens in (1, 3, 10):
        found = ng.shared_passages(texts, min_tokens)
        assert rows_of(found) == brute_force(texts, min_tokens, ng.Tokenizer())
        assert found.schema.metadata is None


def test_counts_of_documents_by_definition() -> None:
    drawn = random.Random(4)
    texts = [" ".join(f"w{drawn.randrange(4)}" for _ in range(30)) for _ in range(20)]
    sources = [drawn.choice("xyz") for _ in texts]
    table = ng.shared_passages(ng.Corpus(texts, sources=sources), 4, boilerplate_documents=3)
    documents = [text.split() for text in texts]
    runs = [{tuple(words[i : i + 4]) for i in range(len(words) - 3)} for words in documents]
    assert table.num_rows > 100
    for row in table.to_pylist():
        words = texts[row["left"]].encode()[row["left_start"] : row["left_end"]].decode().split()
        parts = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        assert row["num_documents"] == min(sum(part in run for run in runs) for part in parts)
        of_one = min(
            max(sum(part in run for run, at in zip(runs, sources, strict=True) if at == source) for source in "xyz")
            for part in parts
        )
        assert row["boilerplate"] == (of_one >= 3)


def test_real_news(texts: Callable[[str], list[str]]) -> None:
    """A copied sentence is found where it was put."""
    sample = [text for text in texts("reuters-en")[:2000] if len(text.split()) > 60]
    sentence = "the quick harbour pilot of Corvane measured seven different lighthouses before an early breakfast today"
    for row in (100, 500, 900):
        words = sample[row].split()
        sample[row] = " ".join([*words[:20], sentence, *words[20:]])
    found = ng.shared_passages(sample, 14)
    planted = [
        (row["left"], row["right"])
        for row in found.to_pylist()
        if "lighthouses" in sample[row["left"]].encode()[row["left_start"] : row["left_end"]].decode()
    ]
    assert planted == [(100, 500), (100, 900), (500, 900)]
    for num_threads in (1, 2, 5):
        assert ng.shared_passages(sample, 14, num_threads=num_threads).equals(found)


# --- text that repeats itself -------------------------------------------------------------------------------------


def test_copies_of_a_sentence_are_found_once_a_document() -> None:
    sentence = (
        "the quick brown fox jumps over the lazy dog and then it sleeps until the very next morning comes again " * 2
    )
    found = ng.shared_passages([sentence] * 10_000)
    assert found["left"].to_pylist() == [0] * 9999
    assert found["right"].to_pylist() == list(range(1, 10_000))
    assert set(found["num_tokens"].to_pylist()) == {40}
    assert set(found["num_documents"].to_pylist()) == {10_000}
    assert all(found["boilerplate"].to_pylist())
    assert int(found.schema.metadata[b"crowded_runs"]) > 0


def test_one_word_over_and_over() -> None:
    texts = ["a " * 100_000, "a " * 50_000 + "b", "c " + "a " * 30_000]
    found = ng.shared_passages(texts)
    # Of each document the first place, with the first place of all.
    assert rows_of(found) == [
        (0, 1, 0, 2 * 50_000 - 1, 0, 2 * 50_000 - 1, 50_000),
        (0, 2, 0, 2 * 30_000 - 1, 2, 2 + 2 * 30_000 - 1, 30_000),
    ]


def test_crowded_passages_are_found_with_the_first_document() -> None:
    """A paragraph in thousands of documents with words of their own around it, and longer runs in two of them."""
    drawn = random.Random(6)
    paragraph = " ".join(f"p{i}" for i in range(300))
    longer = " ".join(f"q{i}" for i in range(30))
    texts = []
    for i in range(3000):
        own = [f"own{i}x{drawn.randrange(10**6)}" for _ in range(20)]
        before = longer if i in (7, 2000) else " ".join(own[:10])
        texts.append(f"{before} {paragraph} {' '.join(own[10:])}")
    rows = [row for row in rows_of(ng.shared_passages(texts)) if row[6] != 330]
    assert [(left, right, size) for left, right, *_, size in rows] == [(0, i, 300) for i in range(1, 3000)]
    assert [row[:2] for row in rows_of(ng.shared_passages(texts)) if row[6] == 330] == [(7, 2000)]


def seconds_of(texts: list[str]) -> float:
    begin = time.process_time()
    ng.shared_passages(texts, num_threads=1)
    return time.process_time() - begin


@pytest.mark.parametrize("kind", ["copies", "periodic", "boilerplate"])
def test_time_is_near_linear_on_repeated_text(kind: str) -> None:
    drawn = random.Random(7)
    words = [f"w{i}" for i in range(5000)]
    shared = " ".join(drawn.choices(words, k=200))

    def make(size: int) -> list[str]:
        if kind == "copies":
            return [shared] * size
        if kind == "periodic":
            return ["a b c d e " * size for _ in range(20)]
        return [f"{shared} {' '.join(drawn.choices(words, k=100))}" for _ in range(size)]

    small, large = make(1500), make(12_000)
    seconds_of(small)
    assert seconds_of(large) < 8 * 3 * seconds_of(small) + 0.5
