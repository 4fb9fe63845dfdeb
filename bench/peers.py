"""newsgpu and its peers, side by side in one process.

    python bench/peers.py --data DIR [--icu BUILD/bench/icu_peer.so] [--corpora reuters-en xwlb-zh] [--repeat 5]

DIR holds ``NAME.jsonl.xz``, documents in the field ``text`` (or set NEWSGPU_TEST_DATA). Answers are compared first;
where a peer defines a task in another way, its row says so. Then the two run in turn, `--repeat` times each, and the
medians' ratio is printed with the spread. A peer that is not installed is named as absent, never left out in silence.
With ``--memory`` each side works once, in a process of its own, and the most memory is compared that it takes beyond
the texts (Linux).

A later step adds a `Row` to a function that `ROWS` names.
"""

from __future__ import annotations

import argparse
import ctypes
import functools
import importlib
import json
import lzma
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import numpy as np
import pyarrow as pa

import newsgpu as ng


@dataclass
class Text:
    """A corpus in every shape that a peer takes, made before anything is timed."""

    name: str
    strings: list[str]
    corpus: ng.Corpus = field(init=False)
    bytes: np.ndarray = field(init=False)
    offsets: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        array = pa.array(self.strings, pa.large_string())
        self.corpus = ng.Corpus(array)
        _, offsets, data = array.buffers()
        self.offsets = np.frombuffer(offsets, np.int64)[: len(array) + 1]
        self.bytes = np.frombuffer(data, np.uint8)[: self.offsets[-1]]

    @functools.cached_property
    def several(self) -> ng.Corpus:
        """The corpus over and over, at least 100 MB: the start of a thread costs as much as counting 0.3 MB."""
        return ng.Corpus(pa.array(self.strings * (1 + int(100 / self.megabytes)), pa.large_string()))

    @property
    def megabytes(self) -> float:
        return len(self.bytes) / 1e6


@dataclass
class Row:
    """One comparison: `ours` and `peer` do the same to `text`; `same` compares the results, None where they differ."""

    task: str
    peer_name: str
    ours: Callable[[Text], object]
    peer: Callable[[Text], object]
    same: Callable[[object, object], bool] | None
    note: str = ""
    megabytes: float | None = None
    """Of text, where a slow peer gets a part of it: both then work on the same part."""


class Icu:
    """The C++ functions of bench/icu_peer.cpp."""

    def __init__(self, path: str) -> None:
        self.library = ctypes.CDLL(path)
        self.library.icu_peer_version.restype = ctypes.c_char_p
        self.library.icu_tokenize.restype = ctypes.c_int64
        self.library.icu_nfkc_casefold.restype = ctypes.c_int64
        self.version = self.library.icu_peer_version().decode()

    @staticmethod
    def pointer(array: np.ndarray) -> ctypes.c_void_p:
        return ctypes.c_void_p(array.ctypes.data)

    def documents(self, text: Text) -> tuple[ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]:
        return self.pointer(text.bytes), self.pointer(text.offsets), ctypes.c_int64(len(text.strings))

    def count(self, text: Text, utf16: bool) -> np.ndarray:
        counts = np.empty(len(text.strings), np.int64)
        self.library.icu_count(*self.documents(text), int(utf16), self.pointer(counts))
        return counts

    def tokenize(self, text: Text) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        room = len(text.bytes)
        starts, ends, status = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.uint16)
        count = self.library.icu_tokenize(
            *self.documents(text), self.pointer(starts), self.pointer(ends), self.pointer(status)
        )
        return starts[:count], ends[:count], status[:count]

    def nfkc_casefold(self, text: Text) -> np.ndarray:
        made = np.empty(len(text.bytes) * 2 + 1024, np.uint8)
        written = self.library.icu_nfkc_casefold(*self.documents(text), self.pointer(made), ctypes.c_int64(len(made)))
        return made[:written]


def core() -> object:
    return importlib.import_module("newsgpu._core")


def one_thread() -> object:
    return core().Execution("cpu", 1)


def core_corpus(text: Text) -> object:
    return text.corpus._view


def count_with(kind: str, threads: int = 1) -> Callable[[Text], np.ndarray]:
    tokenizer = ng.Tokenizer(kind)
    return lambda text: tokenizer.count(text.corpus, device="cpu", num_threads=threads)


def count_several(threads: int) -> Callable[[Text], np.ndarray]:
    tokenizer = ng.Tokenizer("words")
    return lambda text: tokenizer.count(text.several, device="cpu", num_threads=threads)


def tokenize(text: Text) -> object:
    return ng.Tokenizer("words").tokenize(text.corpus, device="cpu", num_threads=1)


def same_tokens(ours: object, theirs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> bool:
    starts, ends, status = theirs
    return bool(
        np.array_equal(ours.starts, starts)
        and np.array_equal(ours.ends, ends)
        and np.array_equal(np.asarray(ours.status).astype(np.int64), status.astype(np.int64))
    )


def normalize(text: Text) -> tuple[np.ndarray, np.ndarray]:
    made = core().normalize(core_corpus(text), "nfkc_casefold", one_thread())
    return tuple(np.asarray(part) for part in made)


def same_bytes(ours: tuple[np.ndarray, np.ndarray], theirs: np.ndarray) -> bool:
    return any(part.dtype == np.uint8 and np.array_equal(part, theirs) for part in ours)


def equal(ours: object, theirs: object) -> bool:
    return bool(np.array_equal(np.asarray(ours), np.asarray(theirs)))


def words_by_re(text: Text) -> np.ndarray:
    pattern = re.compile(r"(?u)\b\w\w+\b")
    return np.array([len(pattern.findall(each.lower())) for each in text.strings])


def text_engine_rows(icu: Icu | None) -> Iterator[Row | str]:
    """Step 2: words, positions, forms."""
    if icu is None:
        yield "ICU (C++): give --icu, built from bench/icu_peer.cpp"
    else:
        name = f"ICU {icu.version}"
        yield Row("count words", f"{name}, UTF-8", count_with("words"), lambda t: icu.count(t, False), equal)
        yield Row("count words", f"{name}, UTF-16", count_with("words"), lambda t: icu.count(t, True), equal)
        yield Row("words with positions", f"{name}, UTF-8", tokenize, icu.tokenize, same_tokens)
        yield Row("NFKC_Casefold", name, normalize, icu.nfkc_casefold, same_bytes)
    yield Row("count words, 2 threads", "newsgpu, 1 thread", count_several(2), count_several(1), equal)
    yield Row(r"\w\w+ count", f"Python re {sys.version.split()[0]}", count_with("sklearn"), words_by_re, equal)

    if polars := optional("polars"):

        def by_polars(text: Text) -> np.ndarray:
            series = polars.Series(text.strings)
            return series.str.to_lowercase().str.count_matches(r"\b\w\w+\b").to_numpy()

        yield Row(
            r"\w\w+ count", version("polars"), count_with("sklearn"), by_polars, None, "another \\w, all its threads"
        )
    else:
        yield "polars: not installed"
    for module in ("jieba", "rjieba"):
        if peer := optional(module):
            cut = peer.lcut if hasattr(peer, "lcut") else peer.cut
            cut("\u4e2d\u56fd")
            yield Row(
                "count words",
                version(module),
                count_with("words"),
                lambda t, cut=cut: [len(cut(each)) for each in t.strings],
                None,
                "another dictionary",
                4.0,
            )
        else:
            yield f"{module}: not installed"
    if stringzilla := optional("stringzilla"):
        if hasattr(stringzilla, "utf8_case_fold"):
            yield Row(
                "case folding",
                version("stringzilla"),
                normalize,
                lambda t: [stringzilla.utf8_case_fold(each) for each in t.strings],
                None,
                "no NFKC",
            )
        if hasattr(stringzilla, "utf8_word_iter"):
            yield Row(
                "count words",
                version("stringzilla"),
                count_with("segments"),
                lambda t: [sum(1 for _ in stringzilla.utf8_word_iter(each)) for each in t.strings],
                None,
                "no dictionary",
                4.0,
            )
    else:
        yield "stringzilla: not installed"


def fitted(name: str, threads: int | None = None, **settings: object) -> Callable[[Text], tuple[object, object]]:
    """`fit_transform` from the list of strings: scikit-learn's class, or ours on so many threads."""

    def work(text: Text) -> tuple[object, object]:
        if threads is None:
            vectorizer = getattr(importlib.import_module("sklearn.feature_extraction.text"), name)(**settings)
        else:
            vectorizer = getattr(ng, name)(num_threads=threads, **settings)
        return vectorizer, vectorizer.fit_transform(text.strings)

    return work


def same_fit(ours: tuple[object, object], theirs: tuple[object, object]) -> bool:
    """Bit for bit, and the same vocabulary in the same order."""
    (mine, a), (their, b) = ours, theirs
    columns = getattr(their, "vocabulary_", None)
    return bool(
        a.dtype == b.dtype
        and all(np.array_equal(getattr(a, part), getattr(b, part)) for part in ("indptr", "indices", "data"))
        and (columns is None or list(mine.vocabulary_.items()) == list(columns.items()))
    )


def bigrams(threads: int) -> Callable[[Text], pa.Table]:
    tokenizer = ng.Tokenizer("sklearn", normalize=None)
    return lambda text: ng.count_ngrams(text.corpus, 2, tokenizer=tokenizer, num_threads=threads)


def same_top(ours: pa.Table, theirs: np.ndarray) -> bool:
    r"""The counts of the thousand most frequent bigrams; of rare ones another \w may see others."""
    return bool(np.array_equal(ours["count"].to_numpy()[:1000], np.sort(theirs)[::-1][:1000]))


def bigrams_by_polars(polars: object, text: Text) -> np.ndarray:
    words = polars.Series(text.corpus.to_arrow()["text"]).str.to_lowercase().str.extract_all(r"\b\w\w+\b")
    column = polars.col
    pairs = (
        polars.LazyFrame({"document": np.arange(len(words)), "word": words})
        .explode("word")
        .with_columns(next=column("word").shift(-1), next_document=column("document").shift(-1))
        .filter((column("document") == column("next_document")) & column("next").is_not_null())
    )
    return pairs.group_by("word", "next").len().collect()["len"].to_numpy()


def bigrams_by_duckdb(duckdb: object, text: Text, threads: int) -> np.ndarray:
    connection = duckdb.connect(config={"threads": threads})
    connection.register("corpus", text.corpus.to_arrow())
    query = r"""
        WITH words AS (SELECT regexp_extract_all(lower(text), '\w\w+') AS w FROM corpus)
        SELECT count(*) AS n
        FROM (SELECT w[i] AS a, w[i + 1] AS b FROM (SELECT w, unnest(range(1, len(w))) AS i FROM words))
        GROUP BY a, b
    """
    return connection.execute(query).fetchnumpy()["n"]


NEAREST = 10


def rows_of_tfidf(text: Text) -> object:
    """The matrix that `similar` compares, made once: the peer gets it for nothing."""
    vectorizer = ng.TfidfVectorizer(tokenizer=ng.Tokenizer("words"), token_pattern=None, lowercase=False)
    matrix = vectorizer.fit_transform(text.corpus)
    matrix.sort_indices()
    return matrix


def nearest_by_topn(topn: object, threads: int) -> Callable[[Text], object]:
    matrices: dict[str, tuple[object, object]] = {}

    def work(text: Text) -> object:
        if text.name not in matrices:
            matrix = rows_of_tfidf(text)
            matrices[text.name] = matrix, matrix.T.tocsr()
        # One more: each row is the nearest of its own.
        return topn.sp_matmul_topn(*matrices[text.name], top_n=NEAREST + 1, sort=True, n_threads=threads)

    return work


def same_nearest(ours: pa.Table, theirs: object) -> bool:
    """The same similarities in the same order, but for the last digits; of equally near ones another may come first."""
    left, similarity = ours["left"].to_numpy(), ours["similarity"].to_numpy()
    starts = np.searchsorted(left, np.arange(theirs.shape[0] + 1))
    for row in range(theirs.shape[0]):
        entries = slice(theirs.indptr[row], theirs.indptr[row + 1])
        values = theirs.data[entries][theirs.indices[entries] != row][:NEAREST]
        if not np.allclose(values, similarity[starts[row] : starts[row + 1]], rtol=0, atol=1e-12):
            return False
    return True


def counting_rows(icu: Icu | None) -> Iterator[Row | str]:
    """Step 4: vectorizers and n-grams."""
    if optional("sklearn"):
        tasks = {
            "Count (1, 1)": ("CountVectorizer", {}),
            "Tfidf (1, 1)": ("TfidfVectorizer", {}),
            "Count (1, 2)": ("CountVectorizer", {"ngram_range": (1, 2)}),
            "Count char_wb (3, 5)": ("CountVectorizer", {"analyzer": "char_wb", "ngram_range": (3, 5)}),
            "Hashing": ("HashingVectorizer", {}),
        }
        for task, (name, settings) in tasks.items():
            for threads in (1, 2):
                yield Row(
                    f"{task}, {threads} threads" if threads > 1 else task,
                    version("scikit-learn"),
                    fitted(name, threads, **settings),
                    fitted(name, **settings),
                    same_fit,
                )
    else:
        yield "scikit-learn: not installed"
    for module in ("jieba", "rjieba"):
        if peer := optional(module):
            cut = peer.lcut if hasattr(peer, "lcut") else peer.cut
            cut("\u4e2d\u56fd")
            yield Row(
                "Count of words",
                f"scikit-learn, {version(module)}",
                fitted("CountVectorizer", 1, tokenizer=ng.Tokenizer("words")),
                fitted("CountVectorizer", tokenizer=cut, token_pattern=None),
                None,
                "another dictionary",
                4.0,
            )
        else:
            yield f"{module}: not installed"
    if polars := optional("polars"):
        yield Row(
            "bigrams, all threads",
            version("polars"),
            bigrams(os.cpu_count() or 1),
            lambda text: bigrams_by_polars(polars, text),
            same_top,
        )
    else:
        yield "polars: not installed"
    if duckdb := optional("duckdb"):
        for threads in (1, 2):
            yield Row(
                f"bigrams, {threads} threads" if threads > 1 else "bigrams",
                version("duckdb"),
                bigrams(threads),
                lambda text, threads=threads: bigrams_by_duckdb(duckdb, text, threads),
                same_top,
            )
    else:
        yield "duckdb: not installed"
    if topn := optional("sparse_dot_topn"):
        for threads in (1, 2):
            yield Row(
                f"similar (top {NEAREST}){f', {threads} threads' if threads > 1 else ''}",
                version("sparse-dot-topn"),
                lambda text, threads=threads: ng.similar(text.corpus, top=NEAREST, num_threads=threads),
                nearest_by_topn(topn, threads),
                same_nearest,
                "the peer's time is without TF-IDF",
            )
    else:
        yield "sparse_dot_topn: not installed"


ROWS = [text_engine_rows, counting_rows]


def optional(module: str) -> object | None:
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def version(module: str) -> str:
    return f"{module} {metadata.version(module)}"


def read(path: Path, megabytes: float | None) -> Text:
    texts, size = [], 0
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["text"])
            size += len(texts[-1].encode())
            if megabytes is not None and size >= megabytes * 1e6:
                break
    return Text(path.name.removesuffix(".jsonl.xz"), texts)


def seconds(work: Callable[[Text], object], text: Text) -> float:
    start = time.perf_counter()
    work(text)
    return time.perf_counter() - start


def compare(row: Row, text: Text, repeat: int) -> str:
    ours, theirs = row.ours(text), row.peer(text)
    if row.same is not None and not row.same(ours, theirs):
        raise SystemExit(f"{row.task} on {text.name}: newsgpu and {row.peer_name} do not agree")
    del ours, theirs
    mine, other = [], []
    for _ in range(repeat):
        mine.append(seconds(row.ours, text))
        other.append(seconds(row.peer, text))
    ratios = sorted(b / a for a, b in zip(mine, other, strict=True))
    a, b = statistics.median(mine), statistics.median(other)
    answers = "equal" if row.same is not None else f"differ: {row.note}"
    return (
        f"{row.task:24} {text.name:12} {text.megabytes:6.1f} MB  {text.megabytes / a:8.1f} MB/s  "
        f"{row.peer_name:28} {text.megabytes / b:8.1f} MB/s  ratio {b / a:7.2f} "
        f"[{ratios[0]:.2f}, {ratios[-1]:.2f}]  answers {answers}"
    )


def peak_megabytes(work: Callable[[Text], object], text: Text) -> float:
    """The most memory that a call takes beyond what was there before, in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            before = 1024 * resident_kilobytes("VmRSS")
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # VmHWM begins anew
            work(text)
            os.write(writer, str(1024 * resident_kilobytes("VmHWM") - before).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader, "rb") as pipe:
        bytes_taken = pipe.read()
    if os.waitpid(child, 0)[1] != 0:
        raise SystemExit("a call failed whose memory was to be measured")
    return int(bytes_taken) / 1e6


def resident_kilobytes(field: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field))


def compare_memory(row: Row, text: Text) -> str:
    mine, other = peak_megabytes(row.ours, text), peak_megabytes(row.peer, text)
    return (
        f"{row.task:24} {text.name:12} {text.megabytes:6.1f} MB  takes {mine:7.0f} MB  "
        f"{row.peer_name:28} {other:7.0f} MB  ratio {mine / other:5.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("NEWSGPU_TEST_DATA"))
    parser.add_argument("--icu", help="path of icu_peer.so")
    parser.add_argument("--corpora", nargs="+", default=["reuters-en", "xwlb-zh"])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--memory", action="store_true", help="compare memory in place of time")
    parser.add_argument("--tasks", help="a regular expression: only rows whose task matches")
    options = parser.parse_args()
    if not options.data:
        parser.error("--data or NEWSGPU_TEST_DATA must name a folder with NAME.jsonl.xz")
    print(ng.build_info(), "cores:", os.cpu_count())
    icu = Icu(options.icu) if options.icu else None
    texts: dict[tuple[str, float | None], Text] = {}
    for rows in ROWS:
        for row in rows(icu):
            if isinstance(row, str):
                print("absent:", row)
                continue
            if options.tasks and not re.search(options.tasks, f"{row.task} {row.peer_name}"):
                continue
            for name in options.corpora:
                key = (name, row.megabytes)
                if key not in texts:
                    texts[key] = read(Path(options.data) / f"{name}.jsonl.xz", row.megabytes)
                text = texts[key]
                print(compare_memory(row, text) if options.memory else compare(row, text, options.repeat), flush=True)


if __name__ == "__main__":
    main()
