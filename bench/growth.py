"""How time grows with the size of a corpus of news.

python bench/growth.py near_duplicates count_ngrams … --data FOLDER [--most 2000] [--repeat 3] [--plot growth.svg]

News of any size are made from those of the folder: each document is a real one of which every second word is drawn anew
from all of the corpus, so that it repeats none, or, one time in ten, one of the hundred documents before it with a word
in fifty changed. Smaller corpora are the beginning of larger ones. Sizes take turns, so that what else the machine does
meets all of them; medians of the turns are shown, by the clock, and beside them the processors', all threads together.
All memory of results is kept between turns (``newsgpu.keep_memory``) and asked for before the first: where a virtual
machine has to be given it, that alone takes longer than the work. Time is linear where the nanoseconds a byte stay the
same: the last line of an operation says how far the least and the largest of them lie from the line between. Machines
get faster and slower within minutes, so each turn is compared with the others of its round. ``index`` adds the corpus
to a DuplicateIndex in batches of two megabytes; ``attack`` is a corpus of documents that share a paragraph.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import newsgpu as ng

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000)
BATCH_BYTES = 2_000_000

Ids = npt.NDArray[np.int64]


# --- corpora ------------------------------------------------------------------------------------------------------


class Words:
    """The words of real texts: their bytes end to end, each with a space behind it, and every text as their numbers."""

    def __init__(self, texts: list[str]) -> None:
        numbers: dict[str, int] = {}
        self.texts = [
            np.array([numbers.setdefault(word, len(numbers)) for word in text.split()], np.int64)
            for text in texts
            if text.strip()
        ]
        encoded = [word.encode() + b" " for word in numbers]
        self.bytes = np.frombuffer(b"".join(encoded), np.uint8)
        self.lengths = np.array([len(word) for word in encoded], np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.all = np.concatenate(self.texts)

    def spelled(self, ids: Ids) -> npt.NDArray[np.uint8]:
        lengths = self.lengths[ids]
        ends = np.cumsum(lengths)
        return self.bytes[np.repeat(self.starts[ids] - ends + lengths, lengths) + np.arange(ends[-1])]


def news(words: Words, drawn: np.random.Generator, repeats: float = 0.1) -> Iterator[Ids]:
    """Documents without end, of which this share repeats another one."""
    recent: list[Ids] = []
    while True:
        if len(recent) == 100 and drawn.random() < repeats:
            made = recent[drawn.integers(100)].copy()
            share = 0.02
        else:
            made = words.texts[drawn.integers(len(words.texts))].copy()
            share = 0.5
        changed = np.flatnonzero(drawn.random(len(made)) < share)
        made[changed] = words.all[drawn.integers(len(words.all), size=len(changed))]
        recent = [*recent[-99:], made]
        yield made


def one_paragraph(words: Words, drawn: np.random.Generator) -> Iterator[Ids]:
    """Documents that have most of their words in common, in one paragraph."""
    paragraph = words.all[drawn.integers(len(words.all), size=60)]
    while True:
        yield np.concatenate([paragraph, words.all[drawn.integers(len(words.all), size=40)]])


def make_corpus(words: Words, documents: Iterator[Ids], num_bytes: int) -> ng.Corpus:
    parts, offsets, waiting, waiting_bytes, size = [], [0], [], 0, 0
    for ids in documents:
        waiting.append(ids)
        length = int(words.lengths[ids].sum())
        waiting_bytes += length
        offsets.append(offsets[-1] + length)
        if waiting_bytes > 4_000_000 or size + waiting_bytes >= num_bytes:
            parts.append(words.spelled(np.concatenate(waiting)))
            size += waiting_bytes
            waiting, waiting_bytes = [], 0
        if size >= num_bytes:
            break
    column = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(),
        len(offsets) - 1,
        [None, pa.py_buffer(np.array(offsets, np.int64)), pa.py_buffer(np.concatenate(parts))],
    )
    return ng.Corpus(column)


def beginning(corpus: ng.Corpus, num_bytes: float) -> ng.Corpus:
    """The first documents, of so many bytes together."""
    offsets = np.frombuffer(corpus.to_arrow()["text"].chunk(0).buffers()[1], np.int64)
    return corpus[: int(np.searchsorted(offsets, num_bytes))]


# --- operations ---------------------------------------------------------------------------------------------------


def near_duplicates(corpus: ng.Corpus, num_threads: int) -> None:
    found = ng.near_duplicates(corpus, num_threads=num_threads, progress=False)
    found.clusters  # noqa: B018 - made on first use


def exact_duplicates(corpus: ng.Corpus, num_threads: int) -> None:
    ng.near_duplicates(corpus, method="exact", num_threads=num_threads, progress=False)


def count_ngrams(corpus: ng.Corpus, num_threads: int) -> None:
    ng.count_ngrams(corpus, (1, 2), min_count=3, num_threads=num_threads)


def count(corpus: ng.Corpus, num_threads: int) -> None:
    ng.CountVectorizer(num_threads=num_threads).fit_transform(corpus)


def tfidf(corpus: ng.Corpus, num_threads: int) -> None:
    ng.TfidfVectorizer(num_threads=num_threads).fit_transform(corpus)


def index(corpus: ng.Corpus, num_threads: int) -> None:
    kept = ng.DuplicateIndex()
    batches = max(1, corpus.num_bytes // BATCH_BYTES)
    bounds = np.linspace(0, len(corpus), batches + 1).astype(int).tolist()
    for first, last in itertools.pairwise(bounds):
        kept.add(corpus[first:last], num_threads=num_threads, progress=False)


OPERATIONS: dict[str, Callable[[ng.Corpus, int], None]] = {
    "near_duplicates": near_duplicates,
    "exact_duplicates": exact_duplicates,
    "count_ngrams": count_ngrams,
    "count": count,
    "tfidf": tfidf,
    "index": index,
    "attack": near_duplicates,
}


def measure(operation: str, corpora: list[ng.Corpus], repeat: int, num_threads: int) -> npt.NDArray[np.float64]:
    """[round, corpus, 3] nanoseconds a byte: by the clock, and of processors in the library and in the system."""
    run = OPERATIONS[operation]
    run(corpora[-1], num_threads)  # whose memory is enough for all
    turns = np.empty((repeat, len(corpora), 3))
    for each in turns:
        for turn, corpus in zip(each, corpora, strict=True):
            # The system tells library and system apart by looking now and then: a turn takes 100 MB at least.
            calls = max(1, 100_000_000 // corpus.num_bytes)
            clock, begin = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
            for _ in range(calls):
                run(corpus, num_threads)
            clock, end = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF)
            turn[:] = clock, end.ru_utime - begin.ru_utime, end.ru_stime - begin.ru_stime
            turn *= 1e9 / (calls * corpus.num_bytes)
    return turns


def from_line(clock: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[corpus] the time a byte of the typical round, over that of the line that lies between all of them."""
    rounds = np.exp(np.log(clock).mean(axis=1, keepdims=True))
    typical = np.median(clock / rounds, axis=0)
    return typical / np.sqrt(typical.min() * typical.max())


def plot(path: str, sizes: list[float], measured: dict[str, npt.NDArray[np.float64]]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none"})
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 3.4), layout="constrained")
    for operation, relative in measured.items():
        axes.plot(sizes, relative, marker="o", label=operation)
    axes.axhspan(1 / 1.15, 1.15, alpha=0.15, color="gray", label="linear within 15 %")
    axes.set(xscale="log", xlabel="MB of news", ylabel="time a byte, relative to the line", ylim=(0, 2))
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.endswith("svg") else None)


def main(arguments: list[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("operations", nargs="+", choices=OPERATIONS)
    parser.add_argument("--data", default=os.environ.get("NEWSGPU_TEST_DATA"))
    parser.add_argument("--corpus", default="reuters-en", help="texts to make news from, words apart by spaces")
    parser.add_argument("--most", type=float, default=2000, help="megabytes of the largest corpus")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--plot", help="an SVG or PNG file")
    options = parser.parse_args(arguments)
    if not options.data:
        parser.error("--data or NEWSGPU_TEST_DATA must name a folder with NAME.jsonl.xz")
    with lzma.open(Path(options.data) / f"{options.corpus}.jsonl.xz", "rt", encoding="utf-8") as lines:
        words = Words([json.loads(line)["text"] for line in lines])
    ng.keep_memory("64GB")
    sizes = [size for size in SIZES if size <= options.most] or [options.most]
    print(ng.build_info(), "threads:", options.threads)
    measured: dict[str, npt.NDArray[np.float64]] = {}
    corpora: dict[Any, list[ng.Corpus]] = {}
    for operation in options.operations:
        kind = one_paragraph if operation == "attack" else news
        if kind not in corpora:
            whole = make_corpus(words, kind(words, np.random.default_rng(1)), int(sizes[-1] * 1e6))
            corpora[kind] = [beginning(whole, size * 1e6) for size in sizes]
        turns = measure(operation, corpora[kind], options.repeat, options.threads)
        for size, corpus, turn in zip(sizes, corpora[kind], np.median(turns, axis=0), strict=True):
            clock, library, system = turn
            print(
                f"{operation}: {size:6.0f} MB, {len(corpus):9,} documents: {clock:7.3f} ns a byte;"
                f" of processors {library:.3f} + {system:.3f}"
            )
        relative = measured[operation] = from_line(turns[:, :, 0])
        print(f"{operation}: within {100 * (relative.max() - 1):.0f} % of linear", flush=True)
    if options.plot:
        plot(options.plot, sizes, measured)
    return measured


if __name__ == "__main__":
    main()
