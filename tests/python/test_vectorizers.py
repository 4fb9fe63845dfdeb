"""What the vectorizers offer beyond scikit-learn, and how they behave without it."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp

import newsgpu as ng
from newsgpu.vectorizers import _vocabulary
from newsgpu.vectorizers._plan import native_plan

BRIDGES = ["The bridge reopened.", "The old bridge, the new bridge", "", "Harbour news: bridge"]
CHINESE = ["\u4e2d\u56fd\u7ecf\u6d4e\u589e\u957f", "\u7ecf\u6d4e\u65b0\u95fb"]


def rows(matrix: Any) -> list[list[float]]:
    return matrix.toarray().tolist()


def split_on_spaces(document: str) -> list[str]:
    return document.lower().split()


def test_a_newsgpu_tokenizer_finds_chinese_words() -> None:
    vectorizer = ng.CountVectorizer(tokenizer=ng.Tokenizer("words"))
    matrix = vectorizer.fit_transform(CHINESE)
    assert vectorizer.vocabulary_ == {"\u4e2d\u56fd": 0, "\u7ecf\u6d4e": 3, "\u589e\u957f": 1, "\u65b0\u95fb": 2}
    assert rows(matrix) == [[1, 1, 0, 1], [0, 0, 1, 1]]
    analyze = vectorizer.build_analyzer()
    assert analyze(CHINESE[1]) == ["\u7ecf\u6d4e", "\u65b0\u95fb"]


def test_a_newsgpu_tokenizer_and_stop_words_of_both() -> None:
    tokenizer = ng.Tokenizer("whitespace", normalize=None, stop_words=["old"])
    vectorizer = ng.CountVectorizer(tokenizer=tokenizer, stop_words=["the", "bridge"])
    vectorizer.fit(["The old bridge", "the harbour"])
    # lowercase=True holds for a tokenizer that leaves the case as it is.
    assert list(vectorizer.vocabulary_) == ["harbour"]
    kept = ng.CountVectorizer(tokenizer=tokenizer, lowercase=False).fit(["The old bridge"])
    assert sorted(kept.vocabulary_) == ["The", "bridge"]


@pytest.mark.parametrize(
    "wrap",
    [
        tuple,
        iter,
        ng.Corpus,
        pa.array,
        lambda texts: pa.chunked_array([texts[:2], texts[2:]]),
        lambda texts: [text.encode() for text in texts],
        lambda texts: np.array(texts, dtype=object),
    ],
)
@pytest.mark.parametrize("settings", [{}, {"tokenizer": split_on_spaces, "token_pattern": None}])
def test_documents_may_be_anything_that_a_corpus_accepts(wrap: Callable[[Any], Any], settings: dict[str, Any]) -> None:
    expected = ng.CountVectorizer(**settings).fit_transform(BRIDGES)
    assert rows(ng.CountVectorizer(**settings).fit_transform(wrap(BRIDGES))) == rows(expected)
    hashed = ng.HashingVectorizer(n_features=32, **settings)
    assert rows(hashed.transform(wrap(BRIDGES))) == rows(hashed.transform(BRIDGES))


@pytest.mark.parametrize("settings", [{}, {"analyzer": "char"}, {"tokenizer": split_on_spaces, "token_pattern": None}])
def test_a_missing_document_is_a_row_of_zeros(settings: dict[str, Any]) -> None:
    for documents in (["the bridge", None], pa.array(["the bridge", None]), ng.Corpus(["the bridge", None])):
        matrix = ng.CountVectorizer(**settings).fit_transform(documents)
        assert matrix.shape[0] == 2
        assert matrix[1].nnz == 0


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"min_df": 2},
        {"max_df": 0.5, "ngram_range": (1, 2)},
        {"max_features": 3},
        {"analyzer": "char_wb", "ngram_range": (2, 3)},
        {"tokenizer": split_on_spaces, "token_pattern": None},
        {"vocabulary": ["bridge", "news"]},
        {"binary": True, "max_features": 2},
    ],
)
@pytest.mark.parametrize("name", ["CountVectorizer", "TfidfVectorizer"])
def test_batches_give_what_one_fit_gives(name: str, settings: dict[str, Any]) -> None:
    whole = getattr(ng, name)(**settings).fit(BRIDGES)
    batched = getattr(ng, name)(**settings)
    for batch in (BRIDGES[:1], BRIDGES[1:3], [], BRIDGES[3:]):
        assert batched.partial_fit(batch) is batched
    assert list(batched.vocabulary_.items()) == list(whole.vocabulary_.items())
    assert batched.get_feature_names_out().tolist() == whole.get_feature_names_out().tolist()
    assert rows(batched.transform(BRIDGES)) == rows(whole.transform(BRIDGES))
    if name == "TfidfVectorizer":
        np.testing.assert_array_equal(batched.idf_, whole.idf_)


def test_batches_survive_pickling_and_fit_forgets_them() -> None:
    for settings in ({}, {"tokenizer": split_on_spaces, "token_pattern": None}):
        vectorizer = ng.TfidfVectorizer(**settings).partial_fit(BRIDGES[:2])
        vectorizer = pickle.loads(pickle.dumps(vectorizer)).partial_fit(BRIDGES[2:])
        whole = ng.TfidfVectorizer(**settings).fit(BRIDGES)
        assert vectorizer.vocabulary_ == whole.vocabulary_
        np.testing.assert_array_equal(vectorizer.idf_, whole.idf_)
        assert list(vectorizer.fit(["harbour"]).vocabulary_) == ["harbour"]
        assert sorted(vectorizer.partial_fit(["new"]).vocabulary_) == ["new"]


def test_batches_of_a_real_corpus(texts: Callable[[str], list[str]]) -> None:
    documents = texts("reuters-en")[:900]
    whole = ng.TfidfVectorizer(ngram_range=(1, 2), min_df=2).fit(documents)
    batched = ng.TfidfVectorizer(ngram_range=(1, 2), min_df=2)
    for start in range(0, 900, 250):
        batched.partial_fit(documents[start : start + 250])
    assert list(batched.vocabulary_.items()) == list(whole.vocabulary_.items())
    np.testing.assert_array_equal(batched.idf_, whole.idf_)


def test_a_fitted_vectorizer_can_be_pickled_before_and_after_its_dict_is_made() -> None:
    vectorizer = ng.TfidfVectorizer(ngram_range=(1, 2)).fit(BRIDGES)
    early = pickle.loads(pickle.dumps(vectorizer))
    assert early.vocabulary_ == vectorizer.vocabulary_
    late = pickle.loads(pickle.dumps(vectorizer))
    for restored in (early, late):
        assert rows(restored.transform(BRIDGES)) == rows(vectorizer.transform(BRIDGES))


def test_whoever_changes_the_dict_changes_the_vocabulary() -> None:
    vectorizer = ng.CountVectorizer().fit(["bridge"])
    vectorizer.vocabulary_["harbour"] = 1
    assert rows(vectorizer.transform(["harbour bridge harbour"])) == [[1, 2]]


# Each method that changes a dict, alone.
CHANGES: dict[str, Callable[[dict[str, int]], object]] = {
    "__delitem__": lambda terms: terms.__delitem__("the"),
    "__init__": lambda terms: terms.__init__({"harbour": 5}),  # type: ignore[misc]
    "__ior__": lambda terms: terms.__ior__({"harbour": 5}),
    "__setitem__": lambda terms: terms.__setitem__("harbour", 5),
    "clear": lambda terms: terms.clear(),
    "pop": lambda terms: terms.pop("the"),
    "popitem": lambda terms: terms.popitem(),
    "setdefault": lambda terms: terms.setdefault("harbour", 5),
    "update": lambda terms: terms.update(bridge=terms["old"], old=terms["bridge"]),
}


def test_all_methods_that_change_a_dict_are_known() -> None:
    assert sorted(CHANGES) == sorted(_vocabulary.CHANGING)
    terms = ng.CountVectorizer().fit(BRIDGES).vocabulary_
    for copied in (copy.copy(terms), copy.deepcopy(terms), terms.copy(), terms | {}, pickle.loads(pickle.dumps(terms))):
        assert type(copied) is dict
        assert copied == terms
    assert type(terms).fromkeys("ab", 1) == {"a": 1, "b": 1}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_vocabulary_makes_another_index(change: str) -> None:
    vectorizer = ng.CountVectorizer().fit(BRIDGES[:2])
    vectorizer.transform(BRIDGES)
    vocabulary, terms = vectorizer._vocabulary, vectorizer.vocabulary_
    before = vocabulary.index()
    assert vocabulary.index() is before
    CHANGES[change](terms)
    after = vocabulary.index()
    assert after is not before
    assert vocabulary.index() is after
    if change != "clear":
        expected = ng.CountVectorizer(vocabulary=sorted(terms, key=terms.__getitem__)).transform(BRIDGES)
        assert rows(vectorizer.transform(BRIDGES)) == rows(expected)


def test_two_vectorizers_may_share_a_vocabulary() -> None:
    first, second = ng.CountVectorizer().fit(BRIDGES[:1]), ng.CountVectorizer()
    second.vocabulary_ = first.vocabulary_
    for _ in range(2):
        assert rows(first.transform(BRIDGES)) == rows(second.transform(BRIDGES))
        first.vocabulary_.update({term: (column + 1) % 3 for term, column in first.vocabulary_.items()})


def test_a_vocabulary_that_is_used_while_it_changes() -> None:
    vectorizer = ng.CountVectorizer(vocabulary={"old": 0})
    vectorizer.transform(BRIDGES)

    def more() -> Iterator[tuple[str, int]]:
        yield "bridge", 1
        vectorizer.transform(BRIDGES)
        yield "new", 2

    vectorizer.vocabulary_.update(more())
    assert rows(vectorizer.transform(["new old bridge new"])) == [[1, 1, 2]]


MIXED_CHANGES: dict[str, Callable[[dict[str, int]], object]] = {
    "pop": lambda terms: terms.update(news=terms.pop("the")),
    "popitem": lambda terms: terms.setdefault("one", terms.popitem()[1]),
    "swap": CHANGES["update"],
}


@pytest.mark.parametrize("change", MIXED_CHANGES)
def test_an_index_serves_until_the_vocabulary_is_changed(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    made = []
    index_of = _vocabulary._index_of
    monkeypatch.setattr(_vocabulary, "_index_of", lambda terms: made.append(terms) or index_of(terms))
    ours, theirs = (module.CountVectorizer().fit(BRIDGES[:2]) for module in (ng, text))
    for _ in range(3):
        ours.transform(BRIDGES)
        assert ours.vocabulary_ == theirs.vocabulary_
    assert not made  # that of the counted terms still served
    MIXED_CHANGES[change](ours.vocabulary_)
    MIXED_CHANGES[change](theirs.vocabulary_)
    restored = pickle.loads(pickle.dumps(ours))
    for _ in range(2):
        assert rows(ours.transform(BRIDGES)) == rows(theirs.transform(BRIDGES))
        assert rows(restored.transform(BRIDGES)) == rows(theirs.transform(BRIDGES))
    assert len(made) == 2
    assert type(pickle.loads(pickle.dumps(ours.vocabulary_))) is dict


def test_a_mapping_of_the_users_own_may_change_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    index_of = _vocabulary._index_of
    monkeypatch.setattr(_vocabulary, "_index_of", lambda terms: made.append(terms) or index_of(terms))
    vectorizer, terms = ng.CountVectorizer(), {"bridge": 0, "harbour": 1}
    vectorizer.vocabulary_ = terms
    assert vectorizer.vocabulary_ is terms
    for _ in range(3):
        assert rows(vectorizer.transform(BRIDGES[3:])) == [[1, 1]]
    terms["bridge"], terms["harbour"] = 1, 0
    assert rows(vectorizer.transform(["bridge bridge harbour"])) == [[1, 2]]
    del terms["bridge"]
    assert rows(vectorizer.transform(BRIDGES[3:])) == [[1]]
    assert len(made) == 3


def test_terms_that_are_no_text() -> None:
    vectorizer = ng.CountVectorizer(analyzer=lambda document: [len(word) for word in document.split()])
    assert rows(vectorizer.fit_transform(["a bb cc", "ddd"])) == [[1, 2, 0], [0, 0, 1]]
    assert vectorizer.vocabulary_ == {1: 0, 2: 1, 3: 2}
    with pytest.raises(TypeError, match="feature names must be strings"):
        ng.HashingVectorizer(analyzer=lambda document: [1]).transform(["a"])


def test_lone_surrogates_are_counted_in_python() -> None:
    vectorizer = ng.CountVectorizer(analyzer="char").fit(["a\ud800"])
    assert vectorizer.vocabulary_ == {"a": 0, "\ud800": 1}


def test_a_subclass_keeps_its_own_steps() -> None:
    class Shouting(ng.CountVectorizer):
        def build_preprocessor(self) -> Callable[[str], str]:
            return str.upper

    assert list(Shouting().fit(["bridge"]).vocabulary_) == ["BRIDGE"]


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"'max_df' parameter of CountVectorizer must be .* Got 'all'"):
        ng.CountVectorizer(max_df="all").fit(BRIDGES)
    with pytest.raises(ValueError, match="num_threads must be None or at least 1, got 0"):
        ng.CountVectorizer(num_threads=0).fit(BRIDGES)
    with pytest.raises(ng.DeviceUnavailable):
        ng.TfidfVectorizer(device="cuda:7").fit(BRIDGES)
    with pytest.raises(ValueError, match="features"):
        ng.TfidfTransformer().fit([[1, 0]]).transform([[1, 0, 2]])


def test_threads_do_not_change_the_answer(texts: Callable[[str], list[str]]) -> None:
    documents = texts("xwlb-zh")[:3000]
    one, many = (
        ng.TfidfVectorizer(tokenizer=ng.Tokenizer(), ngram_range=(1, 2), num_threads=n).fit_transform(documents)
        for n in (1, 4)
    )
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))


def test_the_transformer_takes_any_matrix() -> None:
    counts = np.array([[3, 0, 1], [2, 0, 0], [0, 1, 1]])
    expected = ng.TfidfTransformer().fit_transform(counts).toarray()
    for kind in (sp.csr_matrix, sp.csc_matrix, sp.coo_matrix, sp.csr_array):
        np.testing.assert_array_equal(ng.TfidfTransformer().fit_transform(kind(counts)).toarray(), expected)
    wide = sp.csr_matrix(counts)
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    np.testing.assert_array_equal(ng.TfidfTransformer().fit_transform(wide).toarray(), expected)
    # (3 * idf, 1 * idf') of the first row, divided by its length; df is 2 and 2 of 3 documents, so both idf are equal.
    np.testing.assert_allclose(expected[0], [3 / np.sqrt(10), 0, 1 / np.sqrt(10)])


WITHOUT_SKLEARN = """
import sys
sys.modules["sklearn"] = None
import numpy as np
import newsgpu as ng
documents = ["the bridge", "the old bridge"]
vectorizer = ng.TfidfVectorizer(min_df=1)
assert vectorizer.fit_transform(documents).shape == (2, 3)
assert vectorizer.get_params()["min_df"] == 1
assert repr(ng.CountVectorizer(min_df=2)) == "CountVectorizer(min_df=2)", repr(ng.CountVectorizer(min_df=2))
assert ng.CountVectorizer().set_params(binary=True).binary
assert ng.HashingVectorizer(n_features=4).transform(documents).shape == (2, 4)
transformer = ng.TfidfTransformer().fit([[1, 0], [1, 1]])
assert transformer.transform([[2, 0]]).toarray().tolist() == [[1.0, 0.0]]
assert transformer.get_feature_names_out(["a", "b"]).tolist() == ["a", "b"]
for call in (
    lambda: ng.CountVectorizer().transform(documents),
    lambda: ng.TfidfTransformer().transform([[1]]),
    lambda: transformer.transform([[1, 2, 3]]),
    lambda: transformer.transform([[np.nan, 2]]),
    lambda: transformer.transform([1, 2]),
    lambda: ng.CountVectorizer().set_params(nonsense=1),
):
    try:
        call()
    except ValueError:
        continue
    raise AssertionError("no ValueError")
print("done")
"""


def test_without_scikit_learn() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_SKLEARN],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.stdout.strip() == "done", ran.stderr


def test_importing_newsgpu_does_not_import_scikit_learn() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    code = "import sys, newsgpu; assert 'sklearn' not in sys.modules; assert 'CountVectorizer' in dir(newsgpu)"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)


def test_files_and_encodings(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes("caf\u00e9 bridge".encode("latin-1"))
    settings = {"encoding": "latin-1"}
    assert sorted(ng.CountVectorizer(input="filename", **settings).fit([str(path)]).vocabulary_) == [
        "bridge",
        "caf\u00e9",
    ]
    with path.open("rb") as file:
        assert sorted(ng.CountVectorizer(input="file", **settings).fit([file]).vocabulary_) == ["bridge", "caf\u00e9"]
    with pytest.raises(UnicodeDecodeError):
        ng.CountVectorizer().fit([path.read_bytes()])
    assert sorted(ng.CountVectorizer(decode_error="ignore").fit([path.read_bytes()]).vocabulary_) == ["bridge", "caf"]


@pytest.mark.parametrize(
    ("settings", "terms"),
    [
        ({"lowercase": False}, ["The", "bridge", "ok", "\u0130x"]),
        ({"token_pattern": r"(?u)\b\w+\b"}, ["a", "bridge", "i", "ok", "the", "x"]),
        ({"token_pattern": r"\w{3,}"}, ["bridge", "the"]),
        ({"token_pattern": r"\b\w\w\w+\b", "lowercase": False}, ["The", "bridge"]),
        ({"token_pattern": r"\w\w+", "strip_accents": "unicode"}, ["bridge", "ix", "ok", "the"]),
    ],
)
def test_relatives_of_the_default_pattern_stay_native(settings: dict[str, Any], terms: list[str]) -> None:
    # U+0130 lowers to i and a combining dot, which is no \w and so ends a word.
    vectorizer = ng.CountVectorizer(**settings)
    assert native_plan(vectorizer) is not None
    vectorizer.fit(["The bridge, a \u0130x: ok"])
    assert vectorizer.get_feature_names_out().tolist() == terms


@pytest.mark.parametrize("pattern", [r"\w*", r"\w{0,}", r"[\w]+", r"(?a)\w+", r"(\w)\w+", r"\w+\s", r"\w+?", ".+"])
def test_other_patterns_are_left_to_python(pattern: str) -> None:
    assert native_plan(ng.CountVectorizer(token_pattern=pattern)) is None


def test_strings_are_read_in_place_and_left_as_they_were() -> None:
    documents = ["bridge " * 100, "\u00fcber " * 100, "\u4e2d\u56fd " * 100, "\U00020000\U00020001 " * 100, None]
    before = [sys.getsizeof(document) for document in documents]
    for name in ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer"):
        assert getattr(ng, name)().fit_transform(documents).shape[0] == len(documents)
    assert [sys.getsizeof(document) for document in documents] == before
    counts = ng.CountVectorizer(num_threads=1).fit_transform(documents)
    assert rows(counts) == [[100, 0, 0, 0], [0, 100, 0, 0], [0, 0, 100, 0], [0, 0, 0, 100], [0, 0, 0, 0]]


def test_the_dict_of_many_terms_is_in_order_of_appearance() -> None:
    words = [f"w{i * 7919 % 100_003}\u00fc" if i % 2 else f"w{i * 7919 % 100_003}" for i in range(100_003)]
    made = ng.CountVectorizer().fit([" ".join(words)]).vocabulary_
    assert list(made) == words
    assert [term for term, _ in sorted(made.items(), key=lambda item: item[1])] == sorted(words)
