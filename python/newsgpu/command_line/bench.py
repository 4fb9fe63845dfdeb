"""``newsgpu bench``."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from .. import DeviceUnavailable
from ..corpus import Corpus
from ..keywords import keywords
from ..near_duplicates import near_duplicates
from ..ngrams import count_ngrams
from ..tokens import Tokenizer
from .output import check_output, put_table
from .parser import UsageError, add_command, add_execution, add_output, add_reading, positive
from .reading import execution, note, read_corpus

_Task = Callable[..., object]


def _tfidf(corpus: Corpus, **how: Any) -> object:
    # scikit-learn, which the vectorizers import where it is, takes a second to load.
    from ..vectorizers import TfidfVectorizer

    return TfidfVectorizer(tokenizer=Tokenizer(), **how).fit_transform(corpus)


_TASKS: dict[str, _Task] = {
    "count words": lambda corpus, **how: Tokenizer().count(corpus, **how),
    "tokenize": lambda corpus, **how: Tokenizer().tokenize(corpus, **how),
    "n-grams (1, 2)": lambda corpus, **how: count_ngrams(corpus, (1, 2), top=100, **how),
    "TF-IDF matrix": _tfidf,
    "keywords": lambda corpus, **how: keywords(corpus, 10, **how),
    "near-duplicates": lambda corpus, **how: near_duplicates(corpus, progress=False, **how),
}


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "bench",
        _run,
        summary="measure how fast this machine works on a corpus",
        details="The corpus is read once, and each task runs --repeat times on it after a run that does not count.\n"
        "Columns: task, device, seconds (the median), slowest, megabytes_per_second.",
        examples="  newsgpu bench news.jsonl.gz\n  newsgpu bench news/ --threads 1 --repeat 9 -o bench.csv",
    )
    add_reading(parser)
    parser.add_argument("--repeat", metavar="N", type=positive, default=5, help="runs of each task (default: 5)")
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    corpus = read_corpus(options)
    if corpus.num_bytes == 0:
        raise UsageError("there is no text to measure with")
    rows = []
    for name, task in _TASKS.items():
        try:
            seconds = _seconds(task, corpus, options)
        except DeviceUnavailable as error:
            note(options, f"{name}: {error}")
            continue
        median = statistics.median(seconds)
        rows.append(
            {
                "task": name,
                "device": options.device,
                "seconds": median,
                "slowest": max(seconds),
                "megabytes_per_second": corpus.num_bytes / 1e6 / median,
            }
        )
    note(options, f"{len(corpus):,} documents, {corpus.num_bytes / 1e6:,.1f} MB of text")
    names = ("seconds", "slowest", "megabytes_per_second")
    schema = pa.schema([("task", pa.string()), ("device", pa.string()), *((name, pa.float64()) for name in names)])
    put_table(pa.Table.from_pylist(rows, schema), options)


def _seconds(task: _Task, corpus: Corpus, options: argparse.Namespace) -> list[float]:
    """How long each run takes; the first, which reads tables and touches new memory, is left out."""
    taken = []
    for _ in range(options.repeat + 1):
        begin = time.perf_counter()
        task(corpus, **execution(options))
        taken.append(time.perf_counter() - begin)
    return taken[1:]
