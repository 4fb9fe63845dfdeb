"""Input that nobody would write and everybody meets: every call answers or says what is wrong."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import newsgpu as ng

CALLS: dict[str, Callable[[ng.Corpus], Any]] = {
    "tokenize": lambda corpus: ng.Tokenizer().tokenize(corpus),
    "segments": lambda corpus: ng.Tokenizer("segments", normalize=None).count(corpus),
    "sklearn": lambda corpus: ng.Tokenizer("sklearn").count(corpus),
    "count_ngrams": lambda corpus: ng.count_ngrams(corpus, n=(1, 3)),
    "count_ngrams in rounds": lambda corpus: ng.count_ngrams(corpus, n=(1, 8), top=9, memory_budget="50MB"),
    "tfidf": lambda corpus: ng.TfidfVectorizer(token_pattern=r"(?u)\b\w+\b").fit_transform(corpus),
    "hashing": lambda corpus: ng.HashingVectorizer().fit_transform(corpus),
    "keywords": lambda corpus: ng.keywords(corpus),
    "similar": lambda corpus: ng.similar(corpus, top=2),
    "near_duplicates": lambda corpus: ng.near_duplicates(corpus).pairs,
    "near_duplicates exact": lambda corpus: ng.near_duplicates(corpus, method="exact").pairs,
    "near_duplicates characters": lambda corpus: ng.near_duplicates(corpus, unit="characters", n=5).pairs,
}


def _bytes_at_random(size: int) -> bytes:
    generator = random.Random(20260410)
    pieces = [
        b"\xff",
        b"\xe4\xb8",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x00",
        b"news",
        "新闻".encode(),
        b" ",
        b"\xc0\xaf",
    ]
    return b"".join(generator.choice(pieces) for _ in range(size))


CORPORA: dict[str, Callable[[], ng.Corpus]] = {
    "no documents": lambda: ng.Corpus([]),
    "empty documents": lambda: ng.Corpus(["", "", None, " \n\t", "\u3000"]),
    "missing documents": lambda: ng.Corpus([None, None]),
    "NUL bytes": lambda: ng.Corpus(["a\0b", "\0", "\0" * 100, b"\0x\0"]),
    "ill-formed UTF-8": lambda: ng.Corpus([_bytes_at_random(n) for n in (1, 31, 32, 33, 5000)]),
    "punctuation": lambda: ng.Corpus(["。。。", "...", "!?", "‘’“”", "\u200b\u200d\ufe0f"]),
    "one character": lambda: ng.Corpus(["a", "中", "é", "😀", "1"]),
    "combining marks": lambda: ng.Corpus(["a" + "\u0301" * 5000, "\u0301" * 5000, "😀\u200d" * 3000]),
}


# What scikit-learn says where there is nothing to learn from or nothing to hash, and where that is.
REFUSALS = {
    "tfidf": ("empty vocabulary", {"no documents", "empty documents", "missing documents", "punctuation"}),
    "hashing": ("empty sequence", {"no documents"}),
}


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize("call", CALLS)
def test_every_call_takes_every_corpus(name: str, call: str) -> None:
    corpus = CORPORA[name]()
    words, refused = REFUSALS.get(call, ("", set()))
    if name in refused:
        with pytest.raises(ValueError, match=words):
            CALLS[call](corpus)
    else:
        assert CALLS[call](corpus) is not None


def test_one_document_of_50_megabytes() -> None:
    text = ("The bridge over the Lan river reopened on Friday. 澜江大桥周五恢复通车。\n" * 700_000)[:40_000_000]
    corpus = ng.Corpus([text, "The bridge over the Lan river reopened on Friday."])
    assert corpus.num_bytes > 50_000_000
    counts = ng.Tokenizer().count(corpus)
    assert counts[0] > 8_000_000
    assert ng.near_duplicates(corpus).pairs.num_rows == 0


def test_a_million_documents_of_one_word() -> None:
    corpus = ng.Corpus([f"word{i % 1000}" for i in range(1_000_000)])
    assert ng.Tokenizer().count(corpus).sum() == 1_000_000
    table = ng.count_ngrams(corpus, n=1)
    assert table.num_rows == 1000
    assert set(table["count"].to_pylist()) == {1000}
    result = ng.near_duplicates(corpus)
    assert result.kept.sum() == 1000
    assert np.flatnonzero(result.kept).tolist() == list(range(1000))


@pytest.mark.parametrize("kind", ["characters", "segments", "whitespace"])
@pytest.mark.parametrize(
    "end", ["\xe9 \x95", "\xe4\x00\xb8", "\xe4\xb8 \xad", "\xe4 \xb8\xad\xe4\xb8\xad", "\xe4\xb8\xad\xe4\x95z"]
)
def test_ill_formed_text_at_every_place_of_a_block(kind: Any, end: str) -> None:
    """Blocks of 64 bytes; Python's decoder puts U+FFFD where Unicode recommends it."""
    documents = [b"\n" * (place % 2) + b"x " * (place // 2) + end.encode("latin-1") + b" y" for place in range(50, 200)]
    replaced = [document.decode("utf-8", "replace") for document in documents]
    tokenizer = ng.Tokenizer(kind, normalize="nfc")
    assert tokenizer.tokenize(documents).to_arrow().equals(tokenizer.tokenize(replaced).to_arrow())
    if kind == "characters":
        expected = [[character for character in text if not character.isspace()] for text in replaced]
        assert tokenizer.tokenize(documents).to_arrow().to_pylist() == expected


def test_ill_formed_text_is_the_text_with_replacement_characters() -> None:
    raw = [_bytes_at_random(size) for size in (10, 100, 1000, 100_000)]
    read = [text.decode("utf-8", errors="replace") for text in raw]
    for kind in ("words", "segments", "sklearn", "characters", "whitespace"):
        tokenizer = ng.Tokenizer(kind)  # type: ignore[arg-type]
        assert tokenizer.tokenize(raw).to_arrow() == tokenizer.tokenize(read).to_arrow()
    left, right = ng.near_duplicates(raw, n=2).clusters, ng.near_duplicates(read, n=2).clusters
    assert left == right


@pytest.mark.parametrize("call", ["count_ngrams", "count_ngrams in rounds", "near_duplicates", "near_duplicates exact"])
def test_ctrl_c_stops_a_long_call_within_a_second(call: str) -> None:
    import _thread

    text = " ".join(f"w{i * i % 99991}" for i in range(200_000))
    corpus = ng.Corpus([f"{text} {i}" for i in range(300)])
    key = threading.Timer(0.3, _thread.interrupt_main)
    start = time.perf_counter()
    key.start()
    with pytest.raises(KeyboardInterrupt):
        CALLS[call](corpus)
    # The key is pressed after 0.3 s; the rest is leave for a busy machine.
    assert time.perf_counter() - start < 3.0


FORKING = """
import os
import newsgpu as ng

texts = [f"word{i % 977} of document {i}" for i in range(100_000)]
how = {"num_threads": 3}
before = ng.count_ngrams(texts, n=2, **how)
child = os.fork()
if child == 0:
    os._exit(0 if ng.count_ngrams(texts, n=2, **how).equals(before) else 1)
assert ng.count_ngrams(texts, n=2, **how).equals(before)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    subprocess.run([sys.executable, "-c", FORKING], check=True, timeout=60)


def test_what_is_no_corpus_is_refused() -> None:
    with pytest.raises(TypeError, match="did you mean"):
        ng.Corpus("one text")
    with pytest.raises(TypeError, match="column"):
        ng.Corpus(pa.table({"body": ["a"], "headline": ["b"]}))
    with pytest.raises(TypeError, match=r"texts\[1\]"):
        ng.Corpus(["a", 1])
    with pytest.raises(ValueError, match=r"texts\[1\].*surrogate"):
        ng.Corpus(["a", "\ud800"])
