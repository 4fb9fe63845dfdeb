"""Near-duplicates on a CUDA device: the CPU's answer, to the bit."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import newsgpu as ng

HAS_CUDA = len(ng.devices()) > 1
EMULATED = ng.build_info()["cuda"] == "emulated"
needs_cuda = pytest.mark.skipif(
    not HAS_CUDA and os.environ.get("NEWSGPU_REQUIRE_GPU") != "1",
    reason="no CUDA device; NEWSGPU_REQUIRE_GPU=1 makes this a failure",
)
TEXT_BYTES = 400_000
CORPORA = ("reuters-en", "xwlb-zh", "ucsc-near-duplicates-en")
UNITS = ("words", "characters")
OPTIONS: dict[str, dict[str, Any]] = {
    "usual": {"n": 5},
    "components": {"n": 4, "threshold": 0.4, "cluster": "components", "keep": "longest"},
    "seeded": {"n": 9, "threshold": 0.6, "recall": 0.9, "seed": 2**63 + 5},
    "long": {"n": 64, "threshold": 0.5},
    "equal": {"n": 3, "threshold": 1.0},
    "exact": {"n": 5, "threshold": 0.6, "method": "exact"},
    "contained": {"n": 5, "similarity": "containment", "cluster": "components"},
}


def assert_same(corpus: ng.Corpus, **options: Any) -> ng.near_duplicates.NearDuplicates:
    """The device's answer, which is the CPU's."""
    theirs = ng.near_duplicates(corpus, device="cpu", **options)
    ours = ng.near_duplicates(corpus, device="cuda", **options)
    assert ours.pairs.equals(theirs.pairs)
    assert ours.clusters.equals(theirs.clusters)
    np.testing.assert_array_equal(ours.kept, theirs.kept)
    # How many pairs an exact join compares is a matter of the device.
    unlike = {"seconds": 0} if theirs.stats["bands"] else {"seconds": 0, "candidates": 0}
    assert {**ours.stats, **unlike} == {**theirs.stats, **unlike}
    return ours


def sample(texts: Callable[[str], list[str]], name: str) -> ng.Corpus:
    """As much of a corpus as the emulation reads in seconds, with copies and edits of some documents."""
    all_texts = texts(name)
    corpus = ng.Corpus(all_texts)
    count = len(corpus) if not EMULATED else max(1, len(corpus) * TEXT_BYTES // corpus.num_bytes)
    some = all_texts[:count]
    edited = [text[: len(text) * 9 // 10] + " \u3000" for text in some[:: max(1, count // 20)]]
    return ng.Corpus([*some, *edited, *some[:5], "", " \t", "\ufb03 e\u0301 \u00e9"])


@needs_cuda
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", CORPORA)
def test_real_news(texts: Callable[[str], list[str]], name: str, unit: str, options: str) -> None:
    found = assert_same(sample(texts, name), unit=unit, **OPTIONS[options])
    assert found.stats["copies"] >= 5
    assert options == "equal" or found.pairs.num_rows > 10


@needs_cuda
@pytest.mark.parametrize("unit", UNITS)
def test_hostile_text(unit: str) -> None:
    random = np.random.default_rng(4)
    characters = "\u0301 \u2028 \u0085 \u3000 \n \ufdfa \u00ad A \u0130 \uff21 \u4e0a\u6d77 word \U0001f600"
    pieces = [b" ", b"\xe4\xb8", b"\xff", b"\x85", *(piece.encode() for piece in characters.split(" "))]
    documents = [
        b"".join(pieces[i] for i in random.integers(0, len(pieces), random.integers(0, 90))) for _ in range(900)
    ]
    documents += [a[: len(a) // 2] + b for a, b in zip(documents[:200], documents[100:300], strict=True)]
    corpus = ng.Corpus([*documents, *documents[:50], None, None])
    for n in (1, 3, 30):
        assert_same(corpus, unit=unit, n=n, threshold=0.3, cluster="components")
        assert_same(corpus, unit=unit, n=n, threshold=0.3, method="exact")
    assert_same(corpus[3:700], unit=unit, n=2, keep=list(range(697)))


@needs_cuda
@pytest.mark.parametrize(
    ("unit", "count"),
    [("words", 100_000), ("characters", 20_000), pytest.param("characters", 100_000, marks=pytest.mark.full)],
)
def test_many_tiny_documents(unit: str, count: int) -> None:
    random = np.random.default_rng(5)
    corpus = ng.Corpus(["ab" * int(k % 7) + str(k % 9_000) for k in random.integers(0, 2**40, count)] + [""] * 1000)
    found = assert_same(corpus, unit=unit, n=3, threshold=0.7)
    assert found.stats["copies"] > 1000


@needs_cuda
def test_by_hand() -> None:
    """Shingles of two words: {a b, b c, c d} and {a b, b c, c e} have two of four in common."""
    texts = ["a b c d", "A  b\u3000c e.", "x y", "", "a b c d", None]
    found = ng.near_duplicates(texts, 0.5, n=2, device="cuda")
    assert found.pairs["left"].to_pylist() == [0, 0, 1]
    assert found.pairs["right"].to_pylist() == [1, 4, 4]
    assert found.pairs["similarity"].to_pylist() == [0.5, 1.0, 0.5]
    assert found.kept.tolist() == [True, False, True, True, False, True]


@needs_cuda
def test_resident_text(texts: Callable[[str], list[str]]) -> None:
    corpus = sample(texts, "ucsc-near-duplicates-en")
    resident = corpus.to("cuda")
    theirs = ng.near_duplicates(corpus, unit="characters", n=5, device="cpu")
    for device in ("auto", "cuda"):
        ours = ng.near_duplicates(resident, unit="characters", n=5, device=device)
        assert ours.pairs.equals(theirs.pairs)
    assert len(ours.deduplicate()) == ours.kept.sum()


@needs_cuda
@pytest.mark.parametrize("unit", UNITS)
def test_memory_budget(texts: Callable[[str], list[str]], unit: str) -> None:
    corpus = sample(texts, "reuters-en")
    theirs = ng.near_duplicates(corpus, 0.5, unit=unit, device="cpu")
    ours = ng.near_duplicates(corpus, 0.5, unit=unit, device="cuda", memory_budget="4.5MB", num_threads=1)
    assert ours.pairs.equals(theirs.pairs)
    assert ours.clusters.equals(theirs.clusters)


@needs_cuda
@pytest.mark.parametrize("options", ["usual", "seeded", "exact", "contained"])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", CORPORA)
def test_index(texts: Callable[[str], list[str]], name: str, unit: str, options: str) -> None:
    corpus = sample(texts, name)
    half = len(corpus) // 2
    chosen = {key: value for key, value in OPTIONS[options].items() if key != "cluster"}
    theirs, ours = ng.DuplicateIndex(unit=unit, **chosen), ng.DuplicateIndex(unit=unit, **chosen)
    for part in (corpus[:half], corpus[half:]):
        asked = ours.query(part, within=False, device="cuda")
        assert asked.equals(theirs.query(part, within=False, device="cpu"))
        found = ours.add(part, device="cuda")
        assert found.equals(theirs.add(part, device="cpu"))
    assert found.num_rows > 10
    assert ours.stats == theirs.stats


@needs_cuda
@pytest.mark.parametrize("kind", ["words", "characters", "sklearn"])
@pytest.mark.parametrize("name", CORPORA)
def test_shared_passages(texts: Callable[[str], list[str]], name: str, kind: str) -> None:
    corpus = sample(texts, name)
    tokenizer = ng.Tokenizer(kind, stop_words="english" if kind == "sklearn" else None)
    for min_tokens in (8, 33):
        theirs = ng.shared_passages(corpus, min_tokens, tokenizer=tokenizer, device="cpu")
        ours = ng.shared_passages(corpus.to("cuda"), min_tokens, tokenizer=tokenizer)
        assert ours.equals(theirs, check_metadata=True)
        assert ours.num_rows > 0


@needs_cuda
def test_what_the_kernels_cannot_do_is_refused() -> None:
    other = ng.DuplicateIndex()
    other.add(["one two three four"])
    with pytest.raises(ng.DeviceUnavailable, match=r"duplicate_index::merge runs on the CPU only"):
        ng.DuplicateIndex().merge(other, device="cuda")
    assert ng.DuplicateIndex().merge(other).num_rows == 0
