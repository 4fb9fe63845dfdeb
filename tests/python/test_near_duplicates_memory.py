"""Near-duplicates within a memory budget: the same answer, files that nobody sees, and how much memory it takes."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bounded_memory import interrupted_at_the_first_file, measure, on_a_full_disk

import newsgpu as ng

# What documents and threads take in any case, and the least that is shared out (src/cpu/memory_plan.cpp).
DOCUMENT_BYTES, THREAD_BYTES, LEAST_BYTES = 104, 2 << 20, 2 << 20


def least_budget(num_documents: int, num_threads: int = 1) -> int:
    return DOCUMENT_BYTES * num_documents + THREAD_BYTES * num_threads + LEAST_BYTES


def boilerplate(num_documents: int) -> list[str]:
    """Documents of one paragraph and a few words of their own: heavy buckets."""
    drawn = random.Random(5)
    vocabulary = [f"term{i}" for i in range(5_000)]
    paragraph = " ".join(drawn.choices(vocabulary, k=60))
    return [
        paragraph + " " + " ".join(drawn.choices(vocabulary, k=drawn.randrange(5, 60))) for _ in range(num_documents)
    ]


def same(found: ng.NearDuplicates, other: ng.NearDuplicates, *unlike: str) -> bool:
    """Whether two answers are equal, their statistics but for ``unlike`` and the times too."""
    stats = ({k: v for k, v in each.stats.items() if k not in ("seconds", *unlike)} for each in (found, other))
    return found.pairs.equals(other.pairs) and found.clusters.equals(other.clusters) and next(stats) == next(stats)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reuters-en", {}),
        ("reuters-en", {"threshold": 0.4, "unit": "characters", "n": 4, "keep": "longest"}),
        ("xwlb-zh", {"threshold": 0.5, "unit": "characters", "cluster": "components"}),
    ],
)
@pytest.mark.parametrize("num_threads", [1, 3])
def test_the_answer_is_the_same(
    texts: Callable[[str], list[str]], folder: Path, name: str, options: dict[str, Any], num_threads: int
) -> None:
    sample = texts(name)[:3000]
    sample += sample[:50]
    unbounded = ng.near_duplicates(sample, **options)
    assert unbounded.stats["pairs"] > 25
    for extra in (0, 1_000_000):
        budget = least_budget(len(sample), num_threads) + extra
        bounded = ng.near_duplicates(sample, memory_budget=budget, num_threads=num_threads, **options)
        assert same(bounded, unbounded)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reuters-en", {"method": "exact", "threshold": 0.5}),
        ("reuters-en", {"method": "exact", "threshold": 0.8, "n": 1, "keep": "longest"}),
        ("xwlb-zh", {"method": "exact", "threshold": 0.6, "unit": "characters", "n": 2}),
        ("ucsc-near-duplicates-en", {"similarity": "containment", "threshold": 0.7}),
        ("xwlb-zh", {"similarity": "containment", "threshold": 0.5, "unit": "characters"}),
    ],
)
def test_the_exact_join_gives_the_same(
    texts: Callable[[str], list[str]], folder: Path, name: str, options: dict[str, Any]
) -> None:
    sample = texts(name)[:1500]
    sample += sample[:50]
    unbounded = ng.near_duplicates(sample, **options)
    assert unbounded.stats["pairs"] > 50
    # From what is needed at the least, where blocks have some ten documents, to what joins all at once.
    for num_threads, extra in ((1, 0), (3, 0), (2, 3_000_000), (2, 20_000_000), (2, 1_000_000_000)):
        budget = least_budget(len(sample), num_threads) + extra
        bounded = ng.near_duplicates(sample, memory_budget=budget, num_threads=num_threads, **options)
        # How many pairs are looked at depends on what is joined together.
        assert same(bounded, unbounded, "candidates")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("options", [{"method": "exact"}, {"similarity": "containment"}])
def test_the_exact_join_within_a_budget_and_long_documents(options: dict[str, Any]) -> None:
    drawn = random.Random(3)
    long = [" ".join(drawn.choices(["left", "right", "north", "south", "up"], k=30_000)) for _ in range(3)]
    texts = [*long, long[0] + " end", long[1][:-500], *boilerplate(200)]
    unbounded = ng.near_duplicates(texts, 0.9, n=7, **options)
    assert unbounded.stats["pairs"] >= 2
    bounded = ng.near_duplicates(texts, 0.9, n=7, memory_budget=least_budget(len(texts)), num_threads=1, **options)
    assert same(bounded, unbounded, "candidates")


def test_the_answer_is_the_same_where_buckets_are_heavy(folder: Path) -> None:
    texts = boilerplate(4_000)
    unbounded = ng.near_duplicates(texts, 0.6, num_threads=2)
    assert unbounded.stats["uncompared_pairs"] > 0
    assert same(ng.near_duplicates(texts, 0.6, memory_budget=least_budget(len(texts), 2), num_threads=2), unbounded)


def test_what_does_not_fit_waits_in_a_temporary_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = boilerplate(4_000)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    with pytest.raises(FileNotFoundError, match="absent"):
        ng.near_duplicates(texts, 0.6, memory_budget=least_budget(len(texts)), num_threads=1)
    # What fits needs no file.
    ng.near_duplicates(texts, 0.6, memory_budget="8GB", num_threads=1)


@pytest.mark.parametrize(
    ("budget", "error", "match"),
    [
        (1, ValueError, "memory_budget must be at least .* got 1$"),
        ("1kB", ValueError, "memory_budget must be at least .* got 1000$"),
        (0, ValueError, "memory_budget must be at least 1, got 0"),
        (-5, ValueError, "memory_budget must be at least 1, got -5"),
        ("lots", ValueError, "'600MB' or '1.5GiB', got 'lots'"),
        ("12iB", ValueError, "got '12iB'"),
        (1.5, TypeError, "memory_budget must be an int"),
    ],
)
def test_bad_budgets(budget: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        ng.near_duplicates(["one", "two"], memory_budget=budget)


@pytest.mark.parametrize(
    "budget", [64_000_000, np.int64(64_000_000), "64MB", "64 mb", "0.064GB", "62500 kB", "61.1MiB", "64M"]
)
def test_ways_to_write_a_budget(budget: Any) -> None:
    assert ng.near_duplicates(["one two three", "One, two three."], memory_budget=budget).stats["pairs"] == 1


def test_a_full_disk_is_an_error_that_says_so(folder: Path) -> None:
    call = "ng.near_duplicates(texts, 0.5, memory_budget='28MB', num_threads=1)"
    texts = "[f'the same paragraph again and again with number {i}' for i in range(200_000)]"
    assert on_a_full_disk(call, texts) == "OSError True True"
    assert list(folder.iterdir()) == []


def test_nothing_is_left_after_ctrl_c(folder: Path) -> None:
    call = "ng.near_duplicates(texts, 0.5, memory_budget='72MB')"
    texts = "[f'the same paragraph again and again with number {i}' for i in range(600_000)]"
    assert interrupted_at_the_first_file(call, texts) == "interrupted []"
    assert list(folder.iterdir()) == []


# A corpus of 1 GB in a file: 30 % of the documents repeat another one with some of its words changed.
WRITE_GIGABYTE = """
import random, sys
import newsgpu as ng, pyarrow as pa
drawn = random.Random(7)
sources = ng.read(sys.argv[1]).to_arrow()["text"].to_pylist()
words = [text.split() for text in sources if text]
schema = pa.schema([("text", pa.large_string())])
with pa.OSFile(sys.argv[2], "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
    size, batch, kept = 0, [], []
    while size < 1_000_000_000:
        if kept and drawn.random() < 0.3:
            document = list(drawn.choice(kept))
            for _ in range(drawn.randrange(1 + len(document) // 20)):
                document[drawn.randrange(len(document))] = drawn.choice(drawn.choice(words))
        else:
            document = list(drawn.choice(words))
            for at in drawn.sample(range(len(document)), len(document) * 35 // 100):
                document[at] = f"{document[at]}{drawn.randrange(10000)}"
        text = " ".join(document)
        if len(kept) < 20_000:
            kept.append(document)
        batch.append(text)
        size += len(text.encode())
    writer.write_table(pa.table({"text": pa.array(batch, pa.large_string())}).combine_chunks())
"""


@pytest.fixture(scope="module")
def gigabyte(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gigabyte") / "corpus.arrow"
    source = data / "reuters-en.jsonl.xz"
    subprocess.run([sys.executable, "-c", WRITE_GIGABYTE, str(source), str(path)], check=True, timeout=1800)
    return path


@pytest.mark.full
@pytest.mark.parametrize("method", ["minhash", "exact"])
def test_a_gigabyte_within_600_megabytes(gigabyte: Path, folder: Path, method: str) -> None:
    call = f"ng.near_duplicates(corpus, method='{method}', memory_budget=budget)"
    bounded, unbounded = (
        measure(gigabyte, budget, call, "[result.clusters, result.pairs]") for budget in ("600MB", "-")
    )
    assert bounded.peak < 900_000_000
    assert bounded.num_rows > 10_000
    assert bounded[1:] == unbounded[1:]
    assert list(folder.iterdir()) == []
