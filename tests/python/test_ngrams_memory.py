"""``count_ngrams`` within a memory budget: the same answer, no file left behind, and how much memory it takes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bounded_memory import interrupted_at_the_first_file, measure, on_a_full_disk

import newsgpu as ng

# What one worker and the terms take at the least: most budgets here are barely above, so there are many runs.
LEAST = 4 << 20


@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
@pytest.mark.parametrize(
    ("n", "limits"),
    [
        ((1, 2), {}),
        (2, {"top": 50}),
        ((1, 3), {"min_count": 3}),
        ((2, 4), {"min_documents": 3, "top": 1000}),
        (1, {"top": 0}),
        (8, {"min_count": 2}),
    ],
)
def test_equals_the_count_without_a_budget(
    name: str, n: Any, limits: dict[str, int], texts: Callable[[str], list[str]], folder: Path
) -> None:
    documents = [None, "", *texts(name)[:1500]]
    expected = ng.count_ngrams(documents, n, **limits)
    for num_threads, budget in ((1, LEAST), (2, LEAST + (2 << 20)), (2, "1GB")):
        assert ng.count_ngrams(documents, n, memory_budget=budget, num_threads=num_threads, **limits).equals(expected)
    assert list(folder.iterdir()) == []


def test_texts_that_several_ngrams_share() -> None:
    # NFKC makes "a b" of "a\u00a0b": a token of its own that reads like a bigram. A document counts once.
    tokenizer = ng.Tokenizer("whitespace", normalize="nfkc")
    documents = ["x\u2009y a\u2003b", "a\u00a0b a b c", "a b", *(f"w{i} a\u00a0b w{i}" for i in range(20_000))]
    expected = ng.count_ngrams(documents, (1, 3), tokenizer=tokenizer)
    found = ng.count_ngrams(documents, (1, 3), tokenizer=tokenizer, memory_budget=LEAST, num_threads=1)
    assert found.equals(expected)


def test_an_empty_corpus() -> None:
    assert ng.count_ngrams([], memory_budget="64MB").num_rows == 0
    assert ng.count_ngrams([None, "", " "], memory_budget="64MB").num_rows == 0


def test_a_full_disk_is_an_error_that_says_so(folder: Path) -> None:
    call = "ng.count_ngrams(texts, memory_budget=5 << 20, num_threads=1)"
    assert on_a_full_disk(call, "[f'word{i} and word{i + 1}' for i in range(300_000)]") == "OSError True True"
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed in /proc")
def test_nothing_is_left_after_ctrl_c(folder: Path) -> None:
    call = "ng.count_ngrams(texts, (1, 3), memory_budget=5 << 20, num_threads=1)"
    texts = "[f'word{i} and word{i + 1}' for i in range(400_000)]"
    assert interrupted_at_the_first_file(call, texts) == "interrupted []"
    assert list(folder.iterdir()) == []


# Every copy has some words of its own, so the vocabulary grows with the corpus.
WRITE_CORPUS = """
import json, lzma, random, sys
import pyarrow as pa
texts = []
for name in ("reuters-en", "20news-en", "xwlb-zh"):
    with lzma.open(f"{sys.argv[1]}/{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        texts += [json.loads(line)["text"] for line in lines]
limit = int(sys.argv[3])
schema = pa.schema([("text", pa.large_string())])
random.seed(1)
with pa.OSFile(sys.argv[2], "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
    batch, size, copy = [], 0, 0
    while size < limit:
        for text in texts:
            words = text.split(" ")
            for _ in range(len(words) // 40):
                words[random.randrange(len(words))] = f"n{copy}x{random.randrange(100_000)}"
            batch.append(" ".join(words))
            size += len(batch[-1].encode())
            if size >= limit:
                break
        copy += 1
    writer.write_batch(pa.record_batch([pa.array(batch, pa.large_string())], schema))
"""


@pytest.mark.full
def test_two_gigabytes_within_500_megabytes(data: Path, folder: Path) -> None:
    path = folder / "corpus.arrow"
    size = os.environ.get("NEWSGPU_TEST_BYTES", "2000000000")
    subprocess.run([sys.executable, "-c", WRITE_CORPUS, str(data), str(path), size], check=True, timeout=3600)
    call = "ng.count_ngrams(corpus, (1, 2), min_count=3, memory_budget=budget)"
    bounded, unbounded = (measure(path, budget, call, "[result]") for budget in ("500MB", "-"))
    assert bounded.peak < 800_000_000
    assert bounded.num_rows > 100_000
    assert bounded[1:] == unbounded[1:]
    assert os.listdir(folder) == ["corpus.arrow"]
