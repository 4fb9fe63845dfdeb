"""``keywords`` and ``similar`` against what follows from the TF-IDF matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

import newsgpu as ng


def test_keywords_by_hand() -> None:
    corpus = ng.Corpus(["the zebra apple", "the", None], ids=["x", "y", "z"])
    table = ng.keywords(corpus, 2, n=1)
    assert table.schema == pa.schema(
        [("id", pa.string()), ("rank", pa.int32()), ("term", pa.string()), ("score", pa.float64())]
    )
    assert table["id"].to_pylist() == ["x", "x", "y"]
    assert table["rank"].to_pylist() == [1, 2, 1]
    # Equal scores are ordered by term.
    assert table["term"].to_pylist() == ["apple", "zebra", "the"]
    rare, common = np.log(4 / 2) + 1, np.log(4 / 3) + 1
    norm = np.sqrt(2 * rare**2 + common**2)
    np.testing.assert_allclose(table["score"], [rare / norm, rare / norm, 1.0])


def test_similar_by_hand() -> None:
    table = ng.similar(["old bridge", "new bridge", "harbour", "bridge", None])
    assert table.schema == pa.schema([("left", pa.int64()), ("right", pa.int64()), ("similarity", pa.float64())])
    pairs = list(zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True))
    assert pairs == [(0, 3), (0, 1), (1, 3), (1, 0), (3, 0), (3, 1)]
    rare, common = np.log(6 / 2) + 1, np.log(6 / 4) + 1
    np.testing.assert_allclose(table["similarity"][0].as_py(), common / np.sqrt(rare**2 + common**2))
    assert ng.similar([]).num_rows == 0


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="top must be at least 1, got 0"):
        ng.keywords(["a"], 0)
    with pytest.raises(ValueError, match=r"threshold must be between 0 and 1, got 1\.5"):
        ng.similar(["a"], threshold=1.5)
    with pytest.raises(TypeError, match="threshold must be a number, got 'high'"):
        ng.similar(["a"], threshold="high")


@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
def test_keywords_of_real_text(name: str, texts: Callable[[str], list[str]]) -> None:
    documents = texts(name)[:300]
    vectorizer = ng.TfidfVectorizer(tokenizer=ng.Tokenizer(), ngram_range=(1, 2))
    weights = vectorizer.fit_transform(documents)
    names = vectorizer.get_feature_names_out()
    table = ng.keywords(documents, 5)
    expected = []
    for row in range(len(documents)):
        columns = weights.indices[weights.indptr[row] : weights.indptr[row + 1]]
        values = weights.data[weights.indptr[row] : weights.indptr[row + 1]]
        best = np.lexsort((columns, -values))[:5]
        expected += [(str(row), rank + 1, names[columns[k]], values[k]) for rank, k in enumerate(best)]
    assert [tuple(row.values())[:3] for row in table.to_pylist()] == [row[:3] for row in expected]
    # NumPy's and the C library's logarithm may differ in the last bit of an idf.
    np.testing.assert_allclose(table["score"], [row[3] for row in expected], rtol=1e-14)


@pytest.mark.parametrize("name", ["reuters-en", "xwlb-zh"])
@pytest.mark.parametrize(("top", "threshold"), [(10, 0.0), (3, 0.4)])
def test_similar_on_real_text(name: str, top: int, threshold: float, texts: Callable[[str], list[str]]) -> None:
    documents = texts(name)[:700]
    weights = ng.TfidfVectorizer(tokenizer=ng.Tokenizer()).fit_transform(documents)
    cosines = (weights @ weights.T).toarray()
    np.fill_diagonal(cosines, -1)
    table = ng.similar(documents, top, threshold=threshold, num_threads=2)
    left, right = table["left"].to_numpy(), table["right"].to_numpy()
    found = table["similarity"].to_numpy()
    np.testing.assert_allclose(found, cosines[left, right], rtol=1e-12)
    best = -np.sort(-cosines, axis=1)[:, :top]
    best = best[(best >= threshold) & (best > 0)]
    # The values are compared, not the rows: SciPy adds up in another order, so near-ties may change places.
    np.testing.assert_allclose(found, best, rtol=1e-12)


def test_equal_documents_have_similarity_one(texts: Callable[[str], list[str]]) -> None:
    documents = texts("reuters-en")[:400]
    table = ng.similar(documents + documents, 3, threshold=1.0)
    assert set(table["similarity"].to_pylist()) == {1.0}
    pairs = set(zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True))
    bags = [frozenset(Counter(tokens).items()) for tokens in ng.Tokenizer().tokenize(documents).to_arrow().to_pylist()]
    repeated = Counter(bags)
    for row, bag in enumerate(bags):
        if bag and repeated[bag] <= 2:
            assert (row, row + 400) in pairs
            assert (row + 400, row) in pairs


@pytest.mark.full
@pytest.mark.parametrize("name", ["reuters-en", "20news-en"])
def test_similar_over_a_whole_corpus(name: str, texts: Callable[[str], list[str]]) -> None:
    documents = texts(name)
    weights = ng.TfidfVectorizer(tokenizer=ng.Tokenizer()).fit_transform(documents)
    table = ng.similar(documents, 10)
    left, found = table["left"].to_numpy(), table["similarity"].to_numpy()
    starts = np.searchsorted(left, np.arange(len(documents) + 1))
    for first in range(0, len(documents), 500):
        cosines = (weights[first : first + 500] @ weights.T).toarray()
        cosines[np.arange(len(cosines)), first + np.arange(len(cosines))] = -1
        best = -np.sort(np.partition(-cosines, 9, axis=1)[:, :10], axis=1)
        for row, expected in enumerate(best, first):
            np.testing.assert_allclose(found[starts[row] : starts[row + 1]], expected[expected > 0], rtol=1e-12)
