"""Counting and weighting on CUDA: the CPU's answer, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from test_device import EMULATED, hostile_text, needs_cuda

import newsgpu as ng

TEXT_BYTES = 300_000 if EMULATED else 20_000_000

pytestmark = needs_cuda


def hostile_documents() -> list[bytes]:
    text = hostile_text(60_000)
    cuts = np.sort(np.random.default_rng(3).integers(0, len(text), 150))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def documents_at_edges() -> list[str]:
    """Words and white space that end around the edges of words of a bitmap, lanes, and tiles."""
    sizes = [edge + by for edge in (32, 64, 960, 1920) for by in range(-3, 2)]
    return [("ab c" * 500)[:size] + end for size in sizes for end in ("", "  b", "\t\n", "\u3000\u4e0a\u6d77")]


def some_news(texts: Callable[[str], list[str]], name: str) -> list[str]:
    chosen, size = [], 0
    for text in texts(name):
        chosen.append(text)
        size += len(text.encode())
        if size > TEXT_BYTES:
            break
    return chosen


def assert_same_matrix(ours: sp.csr_array, theirs: sp.csr_array) -> None:
    assert ours.shape == theirs.shape
    for array in ("indptr", "indices", "data"):
        a, b = getattr(ours, array), getattr(theirs, array)
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def test_fewer_n_grams_than_parts() -> None:
    """Thousands of pairs, of which the last few go on: keys of longer n-grams are of more pairs than triples."""
    texts = [f"a{k:05} b{k:05}" for k in range(3000)] + [f"y{k} z{k} c{k}" for k in range(40)]
    for n in (3, (1, 3), (2, 3)):
        theirs = ng.count_ngrams(texts, n=n, device="cpu")
        assert ng.count_ngrams(texts, n=n, device="cuda").equals(theirs)


def test_n_grams_by_hand() -> None:
    found = ng.count_ngrams(["The bridge", "the old bridge\u3002", None, "", "BRIDGE the"], n=(1, 2), device="cuda")
    assert found.to_pydict() == {
        "term": ["bridge", "the", "bridge the", "old", "old bridge", "the bridge", "the old"],
        "n": [1, 1, 2, 1, 2, 2, 2],
        "count": [3, 3, 1, 1, 1, 1, 1],
        "document_count": [3, 3, 1, 1, 1, 1, 1],
    }
    assert ng.count_ngrams([], device="cuda").num_rows == 0
    assert ng.count_ngrams(["", None, "  "], device="cuda").num_rows == 0


def test_stop_words_by_hand() -> None:
    texts = ["The old bridge", "the the", "", "internationalization of the bridge"]
    vectorizer = ng.CountVectorizer(stop_words=["the", "internationalization"], ngram_range=(1, 2), device="cuda")
    assert vectorizer.fit_transform(texts).toarray().tolist() == [
        [1, 0, 0, 1, 1],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [1, 1, 1, 0, 0],
    ]
    assert vectorizer.get_feature_names_out().tolist() == ["bridge", "of", "of bridge", "old", "old bridge"]


def test_rows_by_hand() -> None:
    vectorizer = ng.CountVectorizer(device="cuda")
    counts = vectorizer.fit_transform(["one two one", "", "three two"])
    assert vectorizer.get_feature_names_out().tolist() == ["one", "three", "two"]
    assert counts.indptr.tolist() == [0, 2, 2, 4]
    assert counts.indices.tolist() == [0, 2, 2, 1]  # in order of first appearance
    assert counts.data.tolist() == [2, 1, 1, 1]
    known = vectorizer.transform(["two four one two"])
    assert known.indices.tolist() == [0, 2]
    assert known.data.tolist() == [1, 2]


def test_characters_by_hand() -> None:
    vectorizer = ng.CountVectorizer(analyzer="char", ngram_range=(1, 2), device="cuda")
    counts = vectorizer.fit_transform(["A \n b", "", "\t"])  # two and more white spaces are one space, one stays
    assert vectorizer.get_feature_names_out().tolist() == ["\t", " ", " b", "a", "a ", "b"]
    assert counts.indptr.tolist() == [0, 5, 5, 6]
    assert counts.indices.tolist() == [3, 1, 5, 4, 2, 0]  # in order of first appearance
    vectorizer = ng.CountVectorizer(analyzer="char_wb", ngram_range=(4, 4), device="cuda")
    counts = vectorizer.fit_transform(["ab cde", "b  ab"])  # " b " is shorter, and a term
    assert vectorizer.get_feature_names_out().tolist() == [" ab ", " b ", " cde", "cde "]
    assert counts.toarray().tolist() == [[1, 0, 1, 1], [1, 1, 0, 0]]


ANALYSES: list[dict[str, Any]] = [
    {"lowercase": False},
    {"lowercase": False, "token_pattern": r"\w\w\w+"},
    {"analyzer": "char", "ngram_range": (1, 2)},
    {"analyzer": "char_wb", "ngram_range": (1, 3)},
    {"analyzer": "char_wb", "ngram_range": (5, 6)},
]


@pytest.mark.parametrize("settings", ANALYSES)
def test_analyses_are_those_of_sklearn(settings: dict[str, Any]) -> None:
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    documents = [document.decode("utf-8", "replace") for document in hostile_documents()] + documents_at_edges()
    ours, theirs = ng.CountVectorizer(device="cuda", **settings), sklearn.CountVectorizer(**settings)
    found, expected = ours.fit_transform(documents), theirs.fit_transform(documents)
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    for array in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(found, array), getattr(expected, array))


@pytest.mark.parametrize("settings", ANALYSES)
def test_analyses_of_hostile_bytes(settings: dict[str, Any]) -> None:
    corpus = ng.Corpus([*hostile_documents(), None, b"", b"\xe4\xb8", b" \t", "\u0130\u0307\u03a3 \u03a3".encode()])
    for estimator in (ng.CountVectorizer, ng.TfidfVectorizer, ng.HashingVectorizer):
        ours, theirs = (estimator(device=device, **settings) for device in ("cuda", "cpu"))
        expected = theirs.fit_transform(corpus)
        assert_same_matrix(ours.fit_transform(corpus), expected)
        assert_same_matrix(ours.fit_transform(corpus.to("cuda")), expected)


@pytest.mark.parametrize("n", [1, 2, (1, 3), 8])
@pytest.mark.parametrize("kind", ["words", "sklearn", "characters", "whitespace", "segments"])
def test_n_grams_of_hostile_text(n: Any, kind: Any) -> None:
    documents = hostile_documents()
    how: dict[str, Any] = {"tokenizer": ng.Tokenizer(kind), "min_count": 2}
    assert ng.count_ngrams(documents, n, device="cuda", **how).equals(
        ng.count_ngrams(documents, n, device="cpu", **how)
    )


@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
def test_n_grams_of_news(texts: Callable[[str], list[str]], name: str) -> None:
    corpus = ng.Corpus(some_news(texts, name))
    how: dict[str, Any] = {"top": 5000, "min_documents": 2}
    expected = ng.count_ngrams(corpus, (1, 2), device="cpu", **how)
    assert ng.count_ngrams(corpus, (1, 2), device="cuda", **how).equals(expected)
    assert ng.count_ngrams(corpus.to("cuda"), (1, 2), **how).equals(expected)


SETTINGS: list[tuple[Any, dict[str, Any]]] = [
    (ng.CountVectorizer, {}),
    (ng.CountVectorizer, {"ngram_range": (1, 2), "min_df": 2, "max_df": 0.5, "binary": True, "dtype": np.int32}),
    (ng.CountVectorizer, {"ngram_range": (2, 2), "max_features": 500, "tokenizer": ng.Tokenizer("words")}),
    (ng.TfidfVectorizer, {}),
    (ng.TfidfVectorizer, {"stop_words": "english"}),
    (
        ng.CountVectorizer,
        {"stop_words": ["the", "a", "said", "\u00e9"], "tokenizer": ng.Tokenizer("words"), "max_df": 0.5},
    ),
    (ng.TfidfVectorizer, {"ngram_range": (1, 2), "min_df": 2, "dtype": np.float32, "norm": "l1"}),
    (ng.TfidfVectorizer, {"sublinear_tf": True, "smooth_idf": False, "norm": None}),
    (ng.CountVectorizer, {"lowercase": False}),
    (ng.TfidfVectorizer, {"lowercase": False, "ngram_range": (1, 2), "stop_words": ["The", "said"], "min_df": 2}),
    (ng.CountVectorizer, {"token_pattern": r"\w+", "strip_accents": "unicode"}),
    (ng.CountVectorizer, {"token_pattern": r"\w{4,}", "lowercase": False}),
    (ng.CountVectorizer, {"analyzer": "char"}),
    (ng.TfidfVectorizer, {"analyzer": "char", "ngram_range": (2, 3), "min_df": 2, "lowercase": False}),
    (ng.CountVectorizer, {"analyzer": "char_wb", "ngram_range": (3, 5)}),
    (ng.TfidfVectorizer, {"analyzer": "char_wb", "ngram_range": (6, 7), "max_df": 0.5}),
    (ng.HashingVectorizer, {"analyzer": "char_wb", "ngram_range": (2, 4), "n_features": 5000}),
    (ng.HashingVectorizer, {"analyzer": "char", "ngram_range": (1, 3), "n_features": 2**18, "lowercase": False}),
    (ng.HashingVectorizer, {"n_features": 1000}),
    (ng.HashingVectorizer, {"n_features": 2**20, "ngram_range": (1, 2), "alternate_sign": False, "norm": "l1"}),
]


@pytest.mark.parametrize(("estimator", "settings"), SETTINGS)
def test_vectorizers(texts: Callable[[str], list[str]], estimator: Any, settings: dict[str, Any]) -> None:
    news = some_news(texts, "reuters-en")
    ours, theirs = estimator(device="cuda", **settings), estimator(device="cpu", **settings)
    assert_same_matrix(ours.fit_transform(news), theirs.fit_transform(news))
    if estimator is not ng.HashingVectorizer:
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    others = [text[::2] for text in news[:200]] + [news[0]]
    assert_same_matrix(ours.transform(others), theirs.transform(others))


@pytest.mark.parametrize("kind", ["words", "characters"])
def test_many_tiny_documents(kind: Any) -> None:
    """A third of them empty, hardly any with more than a word."""
    random = np.random.default_rng(8)
    words = [f"w{i} " for i in range(3000)] + ["\u4e0a\u6d77", "\u5e02\u573a\u3002", "\u00c9t\u00e9 ", "e\u0301"]
    chosen = random.integers(0, len(words), 150_000).tolist()
    sizes = random.choice([0, 1, 2, 5], 100_000, p=[0.35, 0.4, 0.2, 0.05]).tolist()
    documents = ["".join(words[chosen.pop()] for _ in range(size)) for size in sizes]
    corpus, how = ng.Corpus(documents), {"tokenizer": ng.Tokenizer(kind)}
    found = ng.count_ngrams(corpus, (1, 2), device="cuda", **how)
    assert found.equals(ng.count_ngrams(corpus, (1, 2), device="cpu", **how))
    assert found.num_rows > 100
    for estimator, settings in (
        (ng.CountVectorizer, {"ngram_range": (1, 2)}),
        (ng.TfidfVectorizer, {"min_df": 2}),
        (ng.HashingVectorizer, {"n_features": 5000}),
    ):
        ours, theirs = (estimator(device=device, **settings, **how) for device in ("cuda", "cpu"))
        assert_same_matrix(ours.fit_transform(corpus), theirs.fit_transform(corpus))
    assert ng.keywords(corpus, top=1, device="cuda").equals(ng.keywords(corpus, top=1, device="cpu"))


@pytest.mark.parametrize(
    "settings",
    [{"ngram_range": (1, 2)}, {"lowercase": False}, {"analyzer": "char_wb", "ngram_range": (6, 7)}],
)
def test_batches_are_one_fit(texts: Callable[[str], list[str]], settings: dict[str, Any]) -> None:
    news = some_news(texts, "reuters-en")
    ours = ng.CountVectorizer(device="cuda", **settings)
    for part in np.array_split(np.arange(len(news)), 3):
        ours.partial_fit([news[i] for i in part])
    expected = ng.CountVectorizer(device="cpu", **settings).fit(news)
    assert ours.get_feature_names_out().tolist() == expected.get_feature_names_out().tolist()


def test_a_matrix_of_counts_is_weighed() -> None:
    counts = sp.random_array((300, 50), density=0.1, format="csr", rng=np.random.default_rng(1)) * 10
    counts.data = np.ceil(counts.data)
    for settings in ({}, {"norm": "l1", "sublinear_tf": True}):
        ours = ng.TfidfTransformer(device="cuda", **settings).fit_transform(counts)
        assert_same_matrix(ours, ng.TfidfTransformer(device="cpu", **settings).fit_transform(counts))


def test_keywords(texts: Callable[[str], list[str]]) -> None:
    news = [*some_news(texts, "reuters-en")[:300], "", None, "one one two two"]
    assert ng.keywords(news, top=4, device="cuda").equals(ng.keywords(news, top=4, device="cpu"))


def test_similar_by_hand() -> None:
    found = ng.similar(["old bridge", "new bridge", "harbour", "bridge", None], device="cuda")
    pairs = list(zip(found["left"].to_pylist(), found["right"].to_pylist(), strict=True))
    assert pairs == [(0, 3), (0, 1), (1, 3), (1, 0), (3, 0), (3, 1)]
    for texts in ([], [""], ["", None, "  "], ["alone"]):
        assert ng.similar(texts, device="cuda").num_rows == 0


@pytest.mark.parametrize("name", ["reuters-en", "20news-en", "xwlb-zh"])
@pytest.mark.parametrize(("top", "threshold"), [(10, 0.0), (3, 0.2), (10_000, 0.05)])
def test_similar(texts: Callable[[str], list[str]], name: str, top: int, threshold: float) -> None:
    news = texts(name)[: 130 if EMULATED else 3000]
    corpus = ng.Corpus([*news, "", None, *news[:20]])
    expected = ng.similar(corpus, top, threshold=threshold, device="cpu")
    assert ng.similar(corpus, top, threshold=threshold, device="cuda").equals(expected)
    assert ng.similar(corpus.to("cuda"), top, threshold=threshold).equals(expected)
    assert expected.num_rows > 100


@pytest.mark.parametrize("top", [5, 1000])
def test_similar_against_all_pairs(texts: Callable[[str], list[str]], top: int) -> None:
    """All cosines of scikit-learn's own rows. The values are compared: SciPy adds up in another order."""
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    news = [*texts("reuters-en")[: 200 if EMULATED else 3000], "", "the and the"]
    weights = sklearn.TfidfVectorizer().fit_transform(news)
    cosines = (weights @ weights.T).toarray()
    np.fill_diagonal(cosines, -1)
    table = ng.similar(news, top, tokenizer=ng.Tokenizer("sklearn"), device="cuda")
    found = table["similarity"].to_numpy()
    np.testing.assert_allclose(found, cosines[table["left"].to_numpy(), table["right"].to_numpy()], rtol=1e-12)
    best = -np.sort(-cosines, axis=1)[:, :top]
    np.testing.assert_allclose(found, best[best > 0], rtol=1e-12)


def test_similar_of_hostile_text() -> None:
    documents = hostile_documents()
    for kind in ("words", "characters", "sklearn"):
        how: dict[str, Any] = {"tokenizer": ng.Tokenizer(kind)}
        expected = ng.similar(documents, 7, device="cpu", **how)
        assert ng.similar(documents, 7, device="cuda", **how).equals(expected)
        assert expected.num_rows > 100


def test_similar_documents_that_are_equal() -> None:
    """As many equally near ones as there are documents, and more tiles of them than one."""
    documents = ["one and the same", "one of the others", ""] * 200
    for top in (1, 4, 300):
        expected = ng.similar(documents, top, device="cpu")
        assert ng.similar(documents, top, device="cuda").equals(expected)
        assert expected.num_rows == 400 * min(top, 399)


@pytest.mark.parametrize("settings", [{"tokenizer": str.split, "token_pattern": None}, {"token_pattern": "[a-z]+"}])
def test_what_the_kernels_cannot_do_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ng.DeviceUnavailable, match="Python"):
        ng.CountVectorizer(device="cuda", **settings).fit(["market news"])
    assert ng.CountVectorizer(device="auto", **settings).fit_transform(["market news"]).sum() > 0
