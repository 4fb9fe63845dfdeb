"""Near-duplicates: against the definition on small corpora, against a sparse matrix product on real ones."""

from __future__ import annotations

import copy
import gc
import itertools
import pickle
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import newsgpu as ng
from newsgpu import _core
from newsgpu._execution import run

Pair = tuple[int, int, float]


def pairs_of(found: ng.NearDuplicates) -> list[Pair]:
    return list(zip(*(found.pairs[name].to_pylist() for name in ("left", "right", "similarity")), strict=True))


def units_of(texts: list[Any], unit: str) -> list[list[str]]:
    corpus = ng.Corpus(texts)
    if unit == "words":
        tokens = ng.Tokenizer().tokenize(corpus)
        return [tokens[doc] for doc in range(len(corpus))]
    with run() as execution:
        content, offsets = _core.normalize(corpus._view, "nfkc_casefold", execution)
    whole = content.tobytes()
    return [list(" ".join(whole[a:b].decode().split())) for a, b in itertools.pairwise(offsets)]


def shingles_of(units: list[str], n: int) -> set[tuple[str, ...]]:
    if not units:
        return set()
    n = min(n, len(units))
    return {tuple(units[i : i + n]) for i in range(len(units) - n + 1)}


def brute_force(texts: list[Any], threshold: float, unit: str, n: int, similarity: str = "jaccard") -> list[Pair]:
    """Every pair by its definition."""
    sets = [shingles_of(units, n) for units in units_of(texts, unit)]
    found = []
    for i, a in enumerate(sets):
        for j in range(i + 1, len(sets)):
            b = sets[j]
            if a and b:
                whole = len(a | b) if similarity == "jaccard" else min(len(a), len(b))
                if (value := len(a & b) / whole) >= threshold:
                    found.append((i, j, value))
    return found


def by_matrix(texts: list[str], threshold: float, unit: str, n: int) -> list[Pair]:
    """Every pair by the product of the matrix of documents and shingles with its transpose."""
    vocabulary: dict[tuple[str, ...], int] = {}
    rows = [[vocabulary.setdefault(s, len(vocabulary)) for s in shingles_of(u, n)] for u in units_of(texts, unit)]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    indices = np.concatenate([np.array(row, np.int64) for row in rows])
    matrix = sp.csr_matrix((np.ones(len(indices), np.int64), indices, indptr), (len(rows), len(vocabulary)))
    overlap = sp.triu(matrix @ matrix.T, k=1).tocoo()
    sizes = np.diff(indptr)
    similarity = overlap.data / (sizes[overlap.row] + sizes[overlap.col] - overlap.data)
    reached = similarity >= threshold
    return sorted(
        zip(
            overlap.row[reached].tolist(),
            overlap.col[reached].tolist(),
            similarity[reached].tolist(),
            strict=True,
        )
    )


# --- worked out by hand -------------------------------------------------------------------------------------------

# Word pairs (n = 2): {ab, bc, cd}, {ab, bc, ce}, {xy}: the first two share 2 of 4.
FOUR = ["a b c d", "A  b, c e", "x y", ""]


def test_pairs_worked_out_by_hand() -> None:
    found = ng.near_duplicates(FOUR, 0.5, n=2)
    assert pairs_of(found) == [(0, 1, 0.5)]
    assert found.pairs.schema == pa.schema(
        [
            ("left", pa.int64()),
            ("right", pa.int64()),
            ("left_id", pa.large_string()),
            ("right_id", pa.large_string()),
            ("similarity", pa.float64()),
        ]
    )
    assert pairs_of(ng.near_duplicates(FOUR, 0.51, n=2)) == []
    # Containment divides by the smaller set: 2 of 3.
    assert pairs_of(ng.near_duplicates(FOUR, 0.5, n=2, similarity="containment")) == [(0, 1, 2 / 3)]


def test_characters_worked_out_by_hand() -> None:
    # Folded "ab c" and "ab d": {ab, "b ", " c"} and {ab, "b ", " d"}: 2 of 4.
    assert pairs_of(ng.near_duplicates([" AB\t\n c", "ab\u3000D "], 0.5, unit="characters", n=2)) == [(0, 1, 0.5)]


def test_a_document_with_fewer_units_than_n_has_one_shingle() -> None:
    texts = ["rain", "Rain!", "rain rain", "rain rain rain", "rain rain rain rain"]
    # Sets for n = 3: {r}, {r}, {rr}, {rrr}, {rrr}: the last has its one shingle twice.
    assert pairs_of(ng.near_duplicates(texts, 1.0)) == [(0, 1, 1.0), (3, 4, 1.0)]


def test_clusters_worked_out_by_hand() -> None:
    # Characters, n = 1: {a,b,c,d}, {b,c,d,e}, {c,d,e,f}, {z}; neighbours share 3 of 5, the outer two 2 of 6.
    texts = ["abcd", "bcde", "cdef", "z"]
    options: dict[str, Any] = {"unit": "characters", "n": 1}
    by_keeper = ng.near_duplicates(texts, 0.6, **options).clusters
    assert by_keeper.to_pydict() == {
        "id": ["0", "1", "2", "3"],
        "cluster_id": [0, 0, 2, 3],
        "is_keeper": [True, False, True, True],
        "keeper_id": ["0", "0", "2", "3"],
        "similarity": [1.0, 0.6, 1.0, 1.0],
    }
    components = ng.near_duplicates(texts, 0.6, cluster="components", **options)
    assert components.clusters["keeper_id"].to_pylist() == ["0", "0", "0", "3"]
    assert components.clusters["similarity"].to_pylist() == [1.0, 0.6, 2 / 6, 1.0]
    assert components.kept.tolist() == [True, False, False, True]
    assert list(components.deduplicate()) == ["abcd", "z"]


def test_keep_rules() -> None:
    texts = ["alpha beta gamma", "Alpha, beta gamma!!", "alpha beta gamma."]
    corpus = ng.Corpus(texts, dates=["2024-05-02", None, "2024-05-01T23:00:00"])

    def keeper(keep: Any) -> int:
        kept = np.flatnonzero(ng.near_duplicates(corpus, keep=keep).kept)
        assert len(kept) == 1
        return int(kept[0])

    assert keeper("first") == 0
    assert keeper("longest") == 1
    assert keeper("earliest") == 2
    assert keeper([1, 5, 5]) == 1
    assert keeper(np.array([0.5, 0.0, 0.75])) == 2
    # As doubles both would be 2**53.
    assert keeper(np.array([2**53, 2**53 + 1, 0])) == 1


def test_keep_rules_between_documents_that_differ() -> None:
    # Characters, n = 1; the middle one is near both others, which are not near each other.
    texts = ["abcd", "bcde", "cdef"]
    found = ng.near_duplicates(texts, 0.6, unit="characters", n=1, keep=[0, 1, 0])
    assert found.clusters["keeper_id"].to_pylist() == ["1", "1", "1"]
    assert found.clusters["cluster_id"].to_pylist() == [0, 0, 0]


def test_timestamps_order_the_earliest() -> None:
    corpus = ng.Corpus(["same words here"] * 3, dates=pa.array([3, 1, 2], pa.timestamp("us")))
    assert ng.near_duplicates(corpus, keep="earliest").kept.tolist() == [False, True, False]


def test_missing_and_empty_documents() -> None:
    found = ng.near_duplicates([None, "", None, "", "?!", "?!", "!?", "rain today again"])
    assert pairs_of(found) == []
    # A missing document is a duplicate of nothing; equal empty texts are copies, though near nothing.
    assert found.kept.tolist() == [True, True, True, False, True, False, True, True]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"unit": "characters", "n": 2, "cluster": "components", "keep": "longest"},
        {"method": "exact", "threshold": 0.3},
        {"similarity": "containment", "threshold": 0.5, "keep": [1, 5, 2, 8, 8, 0, 3, 4, 6, 7]},
        {"memory_budget": "40MB", "threshold": 0.3},
    ],
    ids=str,
)
def test_a_list_is_read_as_a_corpus_is(options: dict[str, Any]) -> None:
    news = "The ferry left at dawn with two hundred passengers aboard, police said."
    texts = [
        news,
        None,
        "",
        news.upper(),
        "渡轮于黎明时分离港，警方说。" * 2,
        news + " Später.",
        "Später",
        "",
        "🚢" + news,
    ]
    texts.append(texts[4] and texts[4] + "乘客")
    of_list, of_tuple = (ng.near_duplicates(given, **options) for given in (texts, tuple(texts)))
    of_corpus = ng.near_duplicates(ng.Corpus(texts), **options)
    texts.clear()  # the result does not need the list
    assert of_corpus.pairs.num_rows > 0
    for found in (of_list, of_tuple):
        assert found.pairs.equals(of_corpus.pairs)
        assert found.clusters.equals(of_corpus.clusters)
        assert list(found.deduplicate()) == list(of_corpus.deduplicate())
        assert found.deduplicate().ids.equals(of_corpus.deduplicate().ids)
        assert found._repr_html_() == of_corpus._repr_html_()


def test_a_list_of_more_than_strings() -> None:
    found = ng.near_duplicates([b"a b c", "a b c", float("nan"), None])
    assert found.pairs.select(["left", "right"]).to_pylist() == [{"left": 0, "right": 1}]
    with pytest.raises(TypeError, match=r"texts\[1\] must be str, bytes or None, got int"):
        ng.near_duplicates(["a", 1])
    for unit in ("words", "characters"):
        with pytest.raises(ValueError, match=r"texts\[1\] holds a lone surrogate at character 2"):
            ng.near_duplicates(["a", "ab\ud800"], unit=unit)


def test_a_tuple_of_its_own_kind() -> None:
    class Twice(tuple):
        def __iter__(self):
            return iter([*tuple.__iter__(self)] * 2)

    found = ng.near_duplicates(Twice(["a b c"]))
    assert found.pairs.select(["left", "right"]).to_pylist() == [{"left": 0, "right": 1}]


def test_a_list_that_changes_while_it_is_read() -> None:
    # Python 3.11 may run finalizers where a tuple is made for the strings.
    class Emptied:
        def __init__(self, texts: list[str]) -> None:
            self.texts, self.itself = texts, self

        def __del__(self) -> None:
            self.texts.clear()

    for collections in range(1, 40):
        texts = [f"text {i}" for i in range(1000)]
        gc.disable()
        Emptied(texts)
        gc.set_threshold(collections, 1000, 1000)
        gc.enable()
        try:
            ng.near_duplicates(texts, device="cpu", num_threads=1)
        except ValueError as changed:
            assert "changed" in str(changed)  # noqa: PT017 - or it was read before or behind
        finally:
            gc.set_threshold(700, 10, 10)


def test_an_empty_corpus() -> None:
    for method in ("minhash", "exact"):
        found = ng.near_duplicates([], method=method)
        assert found.pairs.num_rows == found.clusters.num_rows == len(found.kept) == len(found.deduplicate()) == 0
        assert "0 documents" in found._repr_html_()


def test_ill_formed_bytes_read_as_replacement_characters() -> None:
    texts = [b"rain \xe4\xb8 falls\xff again", "rain \ufffd falls\ufffd again".encode(), b"\xff\xfe", b"\x00\x00"]
    for unit in ("words", "characters"):
        assert pairs_of(ng.near_duplicates(texts, unit=unit)) == [(0, 1, 1.0)]


def test_what_is_reported() -> None:
    found = ng.near_duplicates(ng.Corpus(["<b>one</b> two three four"] * 3 + ["else"], ids=["<i>", "b", "c", "d"]))
    assert found.stats["documents"] == 4
    assert found.stats["copies"] == 2
    assert found.stats["pairs"] == 3
    assert found.stats["expected_recall"] >= 0.99
    assert set(found.stats["seconds"]) == {
        "reading",
        "collapsing copies",
        "finding candidates",
        "verifying",
        "clustering",
    }
    page = found._repr_html_()
    assert "&lt;i&gt;" in page
    assert "<b>" not in page
    assert "3 pairs" in repr(found)
    assert found.pairs["left_id"].to_pylist() == ["<i>", "<i>", "b"]


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"threshold": 0}, ValueError, "threshold"),
        ({"threshold": 1.01}, ValueError, "threshold"),
        ({"threshold": float("nan")}, ValueError, "threshold"),
        ({"threshold": "high"}, TypeError, "threshold"),
        ({"n": 0}, ValueError, "n must be"),
        ({"n": 65}, ValueError, "n must be"),
        ({"n": 2.0}, TypeError, "n must be"),
        ({"recall": 1.0}, ValueError, "recall"),
        ({"recall": 0}, ValueError, "recall"),
        ({"unit": "letters"}, ValueError, "unit"),
        ({"similarity": "cosine"}, ValueError, "similarity"),
        ({"method": "simhash"}, ValueError, "method"),
        ({"cluster": "chain"}, ValueError, "cluster"),
        ({"keep": "shortest"}, ValueError, "keep"),
        ({"keep": [1.0]}, ValueError, "keep"),
        ({"keep": [1.0, float("nan")]}, ValueError, "keep"),
        ({"keep": ["a", "b"]}, TypeError, "keep"),
        ({"keep": "earliest"}, ValueError, "dates"),
        ({"threshold": 1e-6}, ValueError, "method 'exact'"),
        ({"device": "cuda"}, ng.DeviceUnavailable, "cuda"),
        ({"num_threads": 0}, ValueError, "num_threads"),
    ],
)
def test_bad_arguments(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        ng.near_duplicates(["one", "two"], **options)


# --- against the definition ---------------------------------------------------------------------------------------

WORDS = st.sampled_from(["rain", "Rain", "falls", "on", "the", "42", "caf\u00e9", "\u4e2d\u56fd", "\u65b0\u95fb", "!"])
TEXTS = st.lists(st.one_of(st.none(), st.lists(WORDS, max_size=12).map(" ".join)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    texts=TEXTS,
    threshold=st.sampled_from([0.1, 1 / 3, 0.5, 0.6, 0.75, 0.8, 1.0]),
    unit=st.sampled_from(["words", "characters"]),
    n=st.integers(1, 6),
    similarity=st.sampled_from(["jaccard", "containment"]),
)
def test_equals_brute_force(texts: list[str | None], threshold: float, unit: Any, n: int, similarity: Any) -> None:
    found = ng.near_duplicates(texts, threshold, unit=unit, n=n, similarity=similarity, method="exact")
    assert pairs_of(found) == brute_force(texts, threshold, unit, n, similarity)


@settings(max_examples=200, deadline=None)
@given(
    texts=TEXTS,
    threshold=st.sampled_from([0.3, 0.5, 0.8]),
    cluster=st.sampled_from(["keeper", "components"]),
    keep=st.one_of(st.just("first"), st.just("longest"), st.randoms(use_true_random=False)),
)
def test_clusters_follow_their_rule(texts: list[str | None], threshold: float, cluster: Any, keep: Any) -> None:
    """Keepers and components by a plain walk over the pairs."""
    if not isinstance(keep, str):
        keep = [keep.randrange(3) for _ in texts]
    found = ng.near_duplicates(texts, threshold, unit="characters", n=2, cluster=cluster, keep=keep, method="exact")
    near: dict[int, dict[int, float]] = {doc: {} for doc in range(len(texts))}
    for i, j, value in pairs_of(found):
        near[i][j] = near[j][i] = value
    units = units_of(texts, "characters")
    for i, text in enumerate(texts):  # empty texts are copies, though in no pair
        for j in range(i):
            if text is not None and texts[j] is not None and not units[i] and not units[j]:
                near[i][j] = near[j][i] = 1.0

    def rank(doc: int) -> tuple[float, int]:
        if keep == "first":
            return (0, doc)
        return (-len(texts[doc] or "") if keep == "longest" else -keep[doc], doc)

    keeper: dict[int, int] = {}
    for doc in sorted(range(len(texts)), key=rank):
        if cluster == "keeper":
            keepers = [other for other in near[doc] if keeper.get(other) == other]
            keeper[doc] = min(keepers, key=rank, default=doc)
        elif doc not in keeper:
            reached = [doc]
            for member in reached:
                keeper[member] = doc
                reached.extend(other for other in near[member] if other not in keeper and other not in reached)
    clusters = found.clusters.to_pydict()
    assert clusters["keeper_id"] == [str(keeper[doc]) for doc in range(len(texts))]
    assert clusters["is_keeper"] == [keeper[doc] == doc for doc in range(len(texts))]
    first = {k: min(doc for doc in keeper if keeper[doc] == k) for k in keeper.values()}
    assert clusters["cluster_id"] == [first[keeper[doc]] for doc in range(len(texts))]
    sets = [shingles_of(u, 2) for u in units]
    for doc, value in enumerate(clusters["similarity"]):
        a, b = sets[doc], sets[keeper[doc]]
        assert value == (1.0 if keeper[doc] == doc or a == b else len(a & b) / len(a | b))


# --- real news ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "unit"), [("reuters-en", "words"), ("xwlb-zh", "characters")])
def test_equals_brute_force_on_real_news(texts: Callable[[str], list[str]], name: str, unit: Any) -> None:
    whole = texts(name)
    # Consecutive items repeat each other more often than random ones do.
    start = random.Random(1).randrange(len(whole) - 1000)
    sample = random.Random(2).sample(whole, 1000) + whole[start : start + 1000]
    for threshold in (0.5, 0.8):
        truth = by_matrix(sample, threshold, unit, 3)
        assert len(truth) > 20
        assert pairs_of(ng.near_duplicates(sample, threshold, unit=unit, method="exact")) == truth
        found = set(pairs_of(ng.near_duplicates(sample, threshold, unit=unit)))
        assert found <= set(truth)
        assert len(found) >= 0.99 * len(truth)


def test_known_pairs_are_found(texts: Callable[[str], list[str]], data: Path) -> None:
    import json
    import lzma

    with lzma.open(data / "ucsc-near-duplicates-en.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    row_of = {row["id"]: i for i, row in enumerate(rows)}
    known = [line.split("\t")[:2] for line in (data / "ucsc-near-duplicates-en.pairs.tsv").read_text().splitlines()]
    assert len(known) == 349
    known_rows = {tuple(sorted((row_of[a], row_of[b]))) for a, b in known}
    sets = [shingles_of(units, 3) for units in units_of([row["text"] for row in rows], "words")]
    reaching = {(i, j) for i, j in known_rows if len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= 0.5}
    found = ng.near_duplicates([row["text"] for row in rows], 0.5)
    assert {(i, j) for i, j, _ in pairs_of(found)} >= reaching
    assert len(reaching) > 340


@pytest.mark.parametrize("options", [{}, {"unit": "characters", "threshold": 0.5}, {"method": "exact"}])
def test_the_number_of_threads_changes_nothing(texts: Callable[[str], list[str]], options: dict[str, Any]) -> None:
    sample = texts("reuters-en")[:3000]
    first = ng.near_duplicates(sample, num_threads=1, **options)
    for num_threads in (2, 3, 5):
        other = ng.near_duplicates(sample, num_threads=num_threads, **options)
        assert other.pairs.equals(first.pairs)
        assert other.clusters.equals(first.clusters)


# --- hard inputs --------------------------------------------------------------------------------------------------


def test_a_million_documents_of_one_word() -> None:
    words = [f"w{i}" for i in range(1000)]
    found = ng.near_duplicates([words[i % 1000] for i in range(1_000_000)])
    assert found.stats["pairs"] == 1000 * (1000 * 999 // 2)
    assert found.kept.sum() == 1000
    assert found.clusters["keeper_id"][999_999].as_py() == "999"


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_a_long_document(unit: Any) -> None:
    # What a block holds is complete after three of them; alone it lacks the shingles across its end.
    block = "The committee met on Tuesday and postponed the vote until 14 March. "
    pairs = pairs_of(ng.near_duplicates([block * (50_000_000 // len(block)), block], unit=unit))
    (repeated, once) = (shingles_of(units, 3) for units in units_of([block * 3, block], unit))
    assert pairs == [(0, 1, len(once) / len(repeated))]


def attack(num_documents: int) -> list[str]:
    """Documents that share a paragraph, equal documents and documents of one word."""
    drawn = random.Random(5)
    vocabulary = [f"term{i}" for i in range(20_000)]
    paragraph = " ".join(drawn.choices(vocabulary, k=60))
    shared = [paragraph + " " + " ".join(drawn.choices(vocabulary, k=40)) for _ in range(num_documents)]
    return shared + ["wire copy of the day"] * (num_documents // 2) + vocabulary[: num_documents // 5]


@pytest.mark.full
def test_a_bucket_attack_takes_time_near_linear_in_the_input() -> None:
    seconds = []
    for num_documents in (25_000, 100_000):
        texts = attack(num_documents)
        begin = time.perf_counter()
        found = ng.near_duplicates(texts, 0.5)
        seconds.append(time.perf_counter() - begin)
        assert found.kept.sum() < len(texts)
    assert seconds[1] < 6 * seconds[0]


@pytest.mark.parametrize("early", ["0001-01-01T00:00:00Z", "1600-01-01T00:00:00Z"])
def test_earliest_takes_dates_of_any_century(early: str) -> None:
    corpus = ng.Corpus(["Rain on the river today.", "Rain on the river today."], dates=["2026-01-01T00:00:00Z", early])
    assert ng.near_duplicates(corpus, keep="earliest").kept.tolist() == [False, True]


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_result_is_not_pickled_or_copied(duplicate):
    with pytest.raises(TypeError, match=r"NearDuplicates cannot be pickled or copied; .* \.pairs and \.clusters"):
        duplicate(ng.near_duplicates(["one text"]))
