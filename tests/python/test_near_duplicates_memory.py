"""Near-duplicates within a memory budget: the same answer, files that nobody sees, and how much memory it takes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, this test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def same(found: ng.NearDuplicates, other: ng.NearDuplicates) -> bool:
    stats = ({k: v for k, v in each.stats.items() if k != "seconds"} for each in (found, other))
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


@pytest.mark.parametrize("options", [{"method": "exact"}, {"similarity": "containment"}])
def test_the_exact_join_has_no_budget(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="memory_budget needs method 'minhash'"):
        ng.near_duplicates(["one", "two"], memory_budget="1GB", **options)


FULL_DISK = """
import resource, sys
import newsgpu as ng
texts = [f"the same paragraph again and again with number {i}" for i in range(200_000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
try:
    ng.near_duplicates(texts, 0.5, memory_budget="28MB", num_threads=1)
except OSError as error:
    print(type(error).__name__, error.errno == 27)
"""


def test_a_full_disk_is_an_error_that_says_so(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "OSError True\n", done.stderr
    assert list(folder.iterdir()) == []


INTERRUPTED = """
import os, signal, threading, time
import newsgpu as ng
signal.signal(signal.SIGINT, signal.default_int_handler)
texts = [f"the same paragraph again and again with number {i}" for i in range(600_000)]

def open_spill_files():
    names = []
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            names.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        except FileNotFoundError:
            pass
    return [name for name in names if "newsgpu-" in name]

def stop():
    while not open_spill_files():
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=stop, daemon=True).start()
try:
    ng.near_duplicates(texts, 0.5, memory_budget="72MB")
except KeyboardInterrupt:
    print("interrupted", open_spill_files())
"""


def test_nothing_is_left_after_ctrl_c(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "interrupted []\n", done.stderr
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

MEASURE = """
import resource, sys
import newsgpu as ng, pyarrow as pa
mapped = pa.memory_map(sys.argv[1])
column = pa.ipc.open_file(mapped).read_all()["text"].chunk(0)
corpus = ng.Corpus(column)
def text_pages():
    # The pages of the text's own mapping that are in memory.
    total, inside = 0, False
    for line in open("/proc/self/smaps"):
        fields = line.split()
        if "-" in fields[0] and not fields[0].endswith(":"):
            inside = line.rstrip().endswith(sys.argv[1])
        elif inside and fields[0] == "Rss:":
            total += int(fields[1]) * 1024
    return total
budget = None if sys.argv[2] == "-" else sys.argv[2]
open("/proc/self/clear_refs", "w").write("5")
found = ng.near_duplicates(corpus, memory_budget=budget)
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM:"))
import hashlib
digest = hashlib.sha256(found.pairs["left"].to_numpy().tobytes() + found.pairs["right"].to_numpy().tobytes()
                        + found.pairs["similarity"].to_numpy().tobytes() + found.kept.tobytes()).hexdigest()
print(peak - text_pages(), found.stats["pairs"], digest)
"""


@pytest.mark.full
def test_a_gigabyte_within_600_megabytes(data: Path, folder: Path) -> None:
    path = folder / "corpus.arrow"
    subprocess.run(
        [sys.executable, "-c", WRITE_GIGABYTE, str(data / "reuters-en.jsonl.xz"), str(path)], check=True, timeout=1800
    )
    answers = []
    for budget in ("600MB", "-"):
        begin = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path), budget], capture_output=True, text=True, timeout=1800, check=True
        )
        peak, pairs, digest = done.stdout.split()
        print(f"budget {budget}: peak {int(peak) / 1e6:.0f} MB, {pairs} pairs, {time.perf_counter() - begin:.1f} s")
        answers.append((pairs, digest))
        if budget == "600MB":
            assert int(peak) < 900_000_000
    assert int(answers[0][0]) > 10_000
    assert answers[0] == answers[1]
    assert os.listdir(folder) == ["corpus.arrow"]
