"""Near-duplicates side by side with their peers: list[str] in, answer out, on two cores each.

python bench/dedup_peers.py --data FOLDER [--megabytes 16] [--repeat 3] [--planted 1000 --peers gaoya]

Every peer works at its best setting on two cores: what is written in Python (shingling, and the sketches of libraries
without threads) is spread over processes that are started before the clock. All get the same shingles: n consecutive
words (``re`` ``\\w+`` of the lowered text, rjieba for Chinese) or code points; gaoya makes its own. Newsgpu and a peer
run in turn; the ratio is the median of the pairs of runs, its least and greatest value in brackets.

An answer is a set of pairs, or a flag for each document that repeats an earlier one. It is held against the pairs of
newsgpu's exact join, which the tests hold against a matrix product: recall is the share of true pairs (or of documents
in them that are not the first) that was found, precision the share of what was found that is true. ``extra MB`` is the
most memory that a run took beyond what was there before, all processes together.

``--planted`` compares on one corpus of so many megabytes instead: English news made from the real ones
(bench/growth.py), of which three documents in ten repeat another one with a word in fifty changed.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import itertools
import multiprocessing
import os
import re
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import newsgpu as ng

sys.path.insert(0, str(Path(__file__).parent))

NUM_PROCESSES = 2
NUM_PERM = 128

Pair = tuple[int, int]


@dataclass(frozen=True)
class Answer:
    """What a tool says of a corpus: pairs, or flags where it gives no pairs."""

    pairs: set[Pair] | None
    flagged: set[int] | None = None

    def documents(self) -> set[int]:
        """The documents said to repeat an earlier one."""
        return self.flagged if self.pairs is None else {right for _, right in self.pairs}


@dataclass(frozen=True)
class Task:
    """What is shingled how."""

    unit: str
    n: int
    threshold: float
    chinese: bool


# --- shingles -----------------------------------------------------------------------------------------------------

WORD = re.compile(r"\w+")


def units(text: str, task: Task) -> list[str]:
    if task.unit == "characters":
        return list(" ".join(text.lower().split()))
    if task.chinese:
        rjieba = importlib.import_module("rjieba")
        return [word for word in rjieba.cut(text.lower()) if WORD.match(word)]
    return WORD.findall(text.lower())


def shingles(text: str, task: Task) -> list[str]:
    found = units(text, task)
    n = min(task.n, len(found))
    if n == 0:
        return []
    joint = "" if task.unit == "characters" else " "
    return list({joint.join(found[i : i + n]) for i in range(len(found) - n + 1)})


# --- peers --------------------------------------------------------------------------------------------------------


def bands_of(threshold: float) -> int:
    """Bands of 128 minima, as the peers' own documentation chooses them."""
    return 16 if threshold > 0.65 else 32


def parts(texts: list[str]) -> list[tuple[int, int]]:
    """Documents of each process, a few parts more than processes."""
    bounds = np.linspace(0, len(texts), 4 * NUM_PROCESSES + 1).astype(int).tolist()
    return list(itertools.pairwise(bounds))


class Tool:
    """A tool that finds duplicates. ``prepare`` is not timed, ``find`` is."""

    name: str
    package: str

    def prepare(self, texts: list[str], task: Task) -> None:
        self.texts, self.task = texts, task

    def find(self) -> Any:
        raise NotImplementedError

    def answer(self, found: Any) -> Answer:
        raise NotImplementedError

    def close(self) -> None:
        pass


class Newsgpu(Tool):
    name, package = "newsgpu", "newsgpu"

    def find(self) -> ng.NearDuplicates:
        task = self.task
        found = ng.near_duplicates(
            self.texts, task.threshold, unit=task.unit, n=task.n, num_threads=NUM_PROCESSES, progress=False
        )
        found.clusters  # noqa: B018 - made on first use
        return found

    def answer(self, found: ng.NearDuplicates) -> Answer:
        return Answer(pairs_of(found))


def pairs_of(found: ng.NearDuplicates) -> set[Pair]:
    return set(zip(found.pairs["left"].to_pylist(), found.pairs["right"].to_pylist(), strict=True))


class Spread(Tool):
    """A tool whose shingles and sketches are made in several processes, which have the texts by fork."""

    def prepare(self, texts: list[str], task: Task) -> None:
        super().prepare(texts, task)
        global _spread
        _spread = self
        self.pool = multiprocessing.get_context("fork").Pool(NUM_PROCESSES)
        self.pool.map(abs, range(8 * NUM_PROCESSES))

    def sketch(self, part: tuple[int, int]) -> Any:
        raise NotImplementedError

    def shingles_of(self, part: tuple[int, int]) -> list[list[str]]:
        return [shingles(text, self.task) for text in self.texts[slice(*part)]]

    def sketches(self) -> Iterator[Any]:
        return self.pool.imap(_sketch, parts(self.texts))

    def close(self) -> None:
        self.pool.terminate()
        self.pool.join()


_spread: Spread


def _sketch(part: tuple[int, int]) -> Any:
    return _spread.sketch(part)


class Datasketch(Spread):
    name, package = "datasketch, 128", "datasketch"

    def sketch(self, part: tuple[int, int]) -> np.ndarray:
        from datasketch import MinHash

        made = []
        for document in self.shingles_of(part):
            minhash = MinHash(num_perm=NUM_PERM)
            minhash.update_batch([shingle.encode() for shingle in document])
            made.append(minhash.hashvalues)
        return np.array(made)

    def find(self) -> list[tuple[int, list[int]]]:
        from datasketch import MinHash, MinHashLSH

        lsh = MinHashLSH(threshold=self.task.threshold, num_perm=NUM_PERM)
        scheme = MinHash(num_perm=1).scheme
        found = []
        row = 0
        for matrix in self.sketches():
            for values in matrix:
                minhash = MinHash(num_perm=NUM_PERM, hashvalues=values, scheme=scheme)
                found.append((row, lsh.query(minhash)))
                lsh.insert(row, minhash, check_duplication=False)
                row += 1
        return found

    def answer(self, found: list[tuple[int, list[int]]]) -> Answer:
        return Answer({(other, row) for row, others in found for other in others})


class RensaFlags(Spread):
    name, package = "rensa RMinHash, flags", "rensa"

    def sketch(self, part: tuple[int, int]) -> list[list[str]]:
        return self.shingles_of(part)

    def find(self) -> list[bool]:
        import rensa

        sets = [document for part in self.sketches() for document in part]
        matrix = rensa.RMinHash.digest_matrix_from_token_sets(sets, NUM_PERM, 42)
        lsh = rensa.RMinHashLSH(self.task.threshold, NUM_PERM, bands_of(self.task.threshold))
        return lsh.insert_matrix_and_query_duplicate_flags(matrix)

    def answer(self, found: list[bool]) -> Answer:
        return Answer(None, {row for row, flag in enumerate(found) if flag})


class RensaInline(RensaFlags):
    """The same with shingles made in this process: sending them costs more than making them."""

    name = "rensa RMinHash, flags, one process"

    def prepare(self, texts: list[str], task: Task) -> None:
        Tool.prepare(self, texts, task)

    def sketches(self) -> Iterator[list[list[str]]]:
        yield self.shingles_of((0, len(self.texts)))

    def close(self) -> None:
        pass


class Gaoya(Tool):
    name, package = "gaoya", "gaoya"

    def prepare(self, texts: list[str], task: Task) -> None:
        os.environ["RAYON_NUM_THREADS"] = str(NUM_PROCESSES)
        if task.chinese and task.unit == "words":
            rjieba = importlib.import_module("rjieba")
            self.cut: Callable[[str], str] | None = lambda text: " ".join(rjieba.cut(text))
        else:
            self.cut = None
        super().prepare(texts, task)

    def find(self) -> list[list[int]]:
        import gaoya

        task = self.task
        bands = bands_of(task.threshold)
        analyzer = "char" if task.unit == "characters" else "word"
        index = gaoya.minhash.MinHashStringIndex(
            32, task.threshold, bands, NUM_PERM // bands, None, analyzer, True, (task.n, task.n), "vec"
        )
        texts = self.texts if self.cut is None else [self.cut(text) for text in self.texts]
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
        return index.par_bulk_query(texts)

    def answer(self, found: list[list[int]]) -> Answer:
        return Answer({(min(i, j), max(i, j)) for i, others in enumerate(found) for j in others if i != j})


class FastSketch(Spread):
    name, package = "FastSketchLSH, flags", "FastSketchLSH"

    def sketch(self, part: tuple[int, int]) -> np.ndarray:
        import FastSketchLSH

        sketch = FastSketchLSH.FastSimilaritySketch(size=NUM_PERM, seed=42)
        return np.asarray(sketch.batch(self.shingles_of(part), num_threads=1), np.uint64)

    def find(self) -> np.ndarray:
        import FastSketchLSH

        lsh = FastSketchLSH.LSH(num_perm=NUM_PERM, num_bands=bands_of(self.task.threshold), num_threads=NUM_PROCESSES)
        return np.asarray(lsh.insert_and_query_duplicates(np.concatenate(list(self.sketches()))))

    def answer(self, found: np.ndarray) -> Answer:
        return Answer(None, set(np.flatnonzero(found).tolist()))


class TextDedup(Spread):
    """Its own embedding and union-find; every pair of a cluster counts as reported."""

    name, package = "text-dedup MinHash", "text-dedup"

    def prepare(self, texts: list[str], task: Task) -> None:
        module = importlib.import_module("text_dedup.minhash")
        utils = importlib.import_module("text_dedup.utils")
        bands, rows = utils.optimal_param(task.threshold, 250, false_positive_weight=0.5, false_negative_weight=0.5)
        modulus, most = np.uint64((1 << 61) - 1), np.uint32((1 << 32) - 1)
        drawn = np.random.RandomState(42)
        self.options = {
            "num_perm": 250,
            "ngram_size": task.n,
            "min_length": 1,
            "hashranges": [(i * rows, (i + 1) * rows) for i in range(bands)],
            "permutations": (
                drawn.randint(1, modulus, size=250, dtype=np.uint64),
                drawn.randint(0, modulus, size=250, dtype=np.uint64),
            ),
            "hash_func": utils.sha1_hash,
            "dtype": np.uint64,
            "max_hash": most,
            "modulo_prime": modulus,
        }
        self.module, self.utils = module, utils
        super().prepare(texts, task)

    def text_of(self, text: str) -> str:
        # It splits at what is no word character: units of Chinese are put apart.
        apart = self.task.chinese or self.task.unit == "characters"
        return " ".join(units(text, self.task)) if apart else text

    def sketch(self, part: tuple[int, int]) -> list[list[bytes]]:
        return [
            self.module.embed_func(self.text_of(text), row, **self.options)["__signatures__"]
            for row, text in zip(range(*part), self.texts[slice(*part)], strict=True)
        ]

    def find(self) -> Any:
        clusters = self.utils.UnionFind()
        seen: list[dict[bytes, int]] = [{} for _ in self.options["hashranges"]]
        row = 0
        for part in self.sketches():
            for bands in part:
                for table, key in zip(seen, bands, strict=True):
                    first = table.setdefault(key, row)
                    if first != row:
                        clusters.union(first, row)
                row += 1
        return clusters

    def answer(self, found: Any) -> Answer:
        members: dict[int, list[int]] = {}
        for row in range(len(self.texts)):
            if row in found.parent:
                members.setdefault(found.find(row), []).append(row)
        return Answer({(a, b) for rows in members.values() for i, b in enumerate(rows) for a in rows[:i]})


PEERS: list[type[Tool]] = [RensaInline, RensaFlags, Gaoya, FastSketch, Datasketch, TextDedup]


def installed(peers: list[type[Tool]]) -> list[type[Tool]]:
    """Those that are there; names the absent ones."""
    modules = {"text-dedup": "text_dedup.minhash"}
    found = []
    for peer in peers:
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                importlib.import_module(modules.get(peer.package, peer.package))
            found.append(peer)
        except ImportError as error:
            print(f"absent: {peer.name} ({error})")
    return found


# --- measures -----------------------------------------------------------------------------------------------------


def share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def quality(answer: Answer, truth: set[Pair]) -> tuple[float, float]:
    """(precision, recall) of pairs, or of flagged documents."""
    if answer.pairs is not None:
        found, true = answer.pairs, truth
        right = len(found & true)
    else:
        documents, true_documents = answer.documents(), {right for _, right in truth}
        return (
            share(len(documents & true_documents), len(documents)),
            share(len(documents & true_documents), len(true_documents)),
        )
    return share(right, len(found)), share(right, len(true))


class MemoryWatch:
    """The most memory of this process and its children, looked at every few milliseconds, beyond that at first."""

    def __enter__(self) -> MemoryWatch:
        self.before = self.peak = self.now()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.stop.wait(0.003):
            self.peak = max(self.peak, self.now())

    def now(self) -> int:
        return sum(private_bytes(pid) for pid in [os.getpid(), *children()])

    @property
    def megabytes(self) -> float:
        return (self.peak - self.before) / 1e6


def children() -> list[int]:
    with contextlib.suppress(OSError):
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
        return [int(pid) for pid in text.split()]
    return []


def private_bytes(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        resident, shared = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1:3]
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def version(package: str) -> str:
    return ng.__version__ if package == "newsgpu" else metadata.version(package)


def compare(peer_class: type[Tool], texts: list[str], task: Task, truth: set[Pair], repeat: int) -> str:
    ours, peer = Newsgpu(), peer_class()
    ours.prepare(texts, task)
    peer.prepare(texts, task)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    try:
        with MemoryWatch() as our_memory:
            our_quality = quality(ours.answer(ours.find()), truth)
        with MemoryWatch() as peer_memory:
            peer_quality = quality(peer.answer(peer.find()), truth)
        times: list[tuple[float, float]] = []
        for _ in range(repeat):
            begin = time.perf_counter()
            ours.find()
            middle = time.perf_counter()
            peer.find()
            times.append((middle - begin, time.perf_counter() - middle))
    finally:
        peer.close()
    ratios = [b / a for a, b in times]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    return (
        f"newsgpu {megabytes / mine:7.1f} MB/s  P {our_quality[0]:.3f} R {our_quality[1]:.3f}  "
        f"+{our_memory.megabytes:5.0f} MB | {peer.name} {version(peer.package)}: {megabytes / other:6.2f} MB/s  "
        f"P {peer_quality[0]:.3f} R {peer_quality[1]:.3f}  +{peer_memory.megabytes:5.0f} MB | "
        f"ratio {statistics.median(ratios):6.1f} [{min(ratios):.1f}, {max(ratios):.1f}]"
    )


TASKS = [
    ("reuters-en", "words", 5),
    ("xwlb-zh", "characters", 5),
    ("xwlb-zh", "words", 5),
]


def planted(texts: list[str], megabytes: float) -> list[str]:
    from growth import Words, make_corpus, news

    words = Words(texts)
    corpus = make_corpus(words, news(words, np.random.default_rng(1), repeats=0.3), int(megabytes * 1e6))
    return corpus.to_arrow()["text"].to_pylist()


def main() -> None:
    from peers import read

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("NEWSGPU_TEST_DATA"))
    parser.add_argument("--threshold", type=float, default=0.8)
    parser.add_argument("--megabytes", type=float, help="of each corpus; all of it otherwise")
    parser.add_argument("--planted", type=float, help="megabytes of a corpus with planted repeats")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peers", help="a regular expression: only peers whose name matches")
    parser.add_argument("--tasks", help="a regular expression: only tasks such as 'xwlb-zh words'")
    options = parser.parse_args()
    if not options.data:
        parser.error("--data or NEWSGPU_TEST_DATA must name a folder with NAME.jsonl.xz")
    print(ng.build_info(), "cores:", os.cpu_count())
    peers = [peer for peer in installed(PEERS) if re.search(options.peers or "", peer.name)]
    for name, unit, n in [("planted reuters-en", "words", 5)] if options.planted else TASKS:
        if not re.search(options.tasks or "", f"{name} {unit}"):
            continue
        if options.planted:
            texts = planted(read(Path(options.data) / "reuters-en.jsonl.xz", None).strings, options.planted)
        else:
            texts = read(Path(options.data) / f"{name}.jsonl.xz", options.megabytes).strings
        task = Task(unit, n, options.threshold, name.endswith("zh"))
        exact = ng.near_duplicates(texts, task.threshold, unit=unit, n=n, method="exact", progress=False)
        truth = pairs_of(exact)
        print(f"\n{name}, {unit}, n = {n}, threshold {task.threshold}: {len(texts)} documents, {len(truth)} true pairs")
        for peer in peers:
            print(compare(peer, texts, task, truth, options.repeat), flush=True)


if __name__ == "__main__":
    main()
