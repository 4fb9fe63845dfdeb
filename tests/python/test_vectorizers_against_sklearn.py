"""The vectorizers against scikit-learn itself: its own tests, and random settings over real and hostile text."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import newsgpu as ng

text = pytest.importorskip("sklearn.feature_extraction.text")
from sklearn.utils import estimator_checks  # noqa: E402

HERE = Path(__file__).parent

HOSTILE = [
    "",
    " ",
    "a",
    "\u0130stanbul I\u0307 \u0131\u0049",  # lower() makes two code points of one
    "\u039f\u0394\u039f\u03a3 \u03a3\u0391\u03a3 \u03a3",  # final sigmas
    "tab\tline\nfeed\u2028sep\u00a0nbsp\u3000wide  two   three",
    "nul\x00byte \x01\x1f \x85",
    "x" * 40 + " " + "y" * 15 + " " + "z" * 16 + " " + "w" * 17,
    "\u4e2d\u56fd\u7ecf\u6d4e \u65b0\u534e\u793e\u5317\u4eac1\u67081\u65e5\u7535",
    "e\u0301 \u00e9 \ufb01 \u2460 \u1e9e \u00df STRASSE",
    "under_score __ _a 9 99 \u0663\u0664 \u00b2\u00b2",
    "\U0001f600\U0001f601 \U00020000\U00020001 \U0001d400\U0001d401",
    "the and of the and of THE AND OF",
    "it's don't \u2019tis rock-n-roll",
    "\u200b\u200d\ufeff a\u0300\u0301b",
]


def split_on_spaces(document: str) -> list[str]:
    return document.split()


def shout(document: str) -> str:
    return document.upper()


def lengths(document: str) -> list[int]:
    return [len(word) for word in document.split()]


def test_scikit_learns_own_tests_pass() -> None:
    """Its ``test_text.py`` with the four classes rebound before it is imported."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "sklearn_drop_in",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
    ]
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    ran = subprocess.run(
        [*command, "--pyargs", "sklearn.feature_extraction.tests.test_text"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    summary = ran.stdout.splitlines()[-1]
    passed = re.match(r"(\d+) passed(, \d+ warnings)? in", summary)
    assert passed is not None, summary
    # 131 cases in scikit-learn 1.9; far fewer would mean that the module was not collected.
    assert int(passed[1]) > 100, summary


@estimator_checks.parametrize_with_checks([ng.TfidfTransformer()])
def test_estimator_checks_of_the_transformer(estimator: Any, check: Callable[[Any], None]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize("vectorizer", [ng.CountVectorizer, ng.HashingVectorizer, ng.TfidfVectorizer])
@pytest.mark.parametrize(
    "check",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_get_params_invariance",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_set_params",
        "check_valid_tag_types",
    ],
)
def test_estimator_checks_that_need_no_numbers(vectorizer: Any, check: str) -> None:
    """The runner of the checks leaves estimators of text out; these do not look at the input."""
    getattr(estimator_checks, check)(vectorizer.__name__, vectorizer())


def documents_of(rng: random.Random, texts: list[str]) -> list[str]:
    made = []
    for _ in range(rng.choice([1, 2, 3, 5, 8, 13])):
        source = rng.choice(HOSTILE) if rng.random() < 0.3 else rng.choice(texts)
        start = rng.randrange(len(source) + 1)
        made.append(source[start : start + rng.choice([5, 40, 200, 800])])
    return made


def settings_of(rng: random.Random) -> dict[str, Any]:
    """Random parameters that all vectorizers have; each is left at its default half of the time."""
    low = rng.choice([1, 1, 2, 3])
    choices: dict[str, list[Any]] = {
        "analyzer": ["char", "char_wb", "word", "word", lengths],
        "ngram_range": [(low, low + rng.choice([0, 1, 2, 4]))],
        "lowercase": [False],
        "strip_accents": ["ascii", "unicode", shout],
        "stop_words": ["english", ["the", "and", "of"], ["x" * 40]],
        "token_pattern": [r"\w+", r"(?u)\b\w+\b", r"[a-z]+", r"(\w)\w", r"\S+", "(a)(b)", r"\w{3,}", r"\b\w\w+\b"],
        "preprocessor": [shout],
        "tokenizer": [split_on_spaces],
        "binary": [True],
        "dtype": [np.float32, np.float64, np.int32, np.int64, np.uint8, np.float16],
    }
    chance = {"tokenizer": 0.15, "preprocessor": 0.15, "token_pattern": 0.25, "analyzer": 0.7, "ngram_range": 0.6}
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < chance.get(name, 0.3)}


def limits_of(rng: random.Random, documents: list[str]) -> dict[str, Any]:
    words = sorted({word.lower() for document in documents for word in re.findall(r"\w\w+", document)})
    choices: dict[str, list[Any]] = {
        "min_df": [1, 2, 3, 0.1, 0.5, 1.0, 0.0, 0, -1, 1.5],
        "max_df": [1, 2, 3, 0.5, 0.9, 1.0, 0.0],
        "max_features": [1, 2, 10, 1000, 0, None],
        "vocabulary": [words, set(words), {word: i for i, word in enumerate(reversed(words))}, ["a", "a"], {"a": 1}],
    }
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.25}


def weights_of(rng: random.Random) -> dict[str, Any]:
    choices: dict[str, list[Any]] = {
        "norm": ["l1", None, "max"],
        "use_idf": [False],
        "smooth_idf": [False],
        "sublinear_tf": [True],
    }
    return {name: rng.choice(values) for name, values in choices.items() if rng.random() < 0.3}


def outcome(make: Callable[[], Any], documents: list[str], others: list[str]) -> Any:
    """What a vectorizer answers, or the type of what it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            vectorizer = make()
            answers = [vectorizer.fit_transform(documents), vectorizer.transform(others)]
            made = {"matrices": answers}
            if hasattr(vectorizer, "vocabulary_"):
                made["vocabulary"] = list(vectorizer.vocabulary_.items())
                made["names"] = vectorizer.get_feature_names_out().tolist()
            if getattr(vectorizer, "use_idf", False):
                made["idf"] = vectorizer.idf_
            return made
        except Exception as error:
            return error


def kind_of(error: Exception) -> type[Exception]:
    """The public type of an error: scikit-learn's InvalidParameterError is a ValueError and a TypeError."""
    return ValueError if isinstance(error, ValueError) else type(error)


def assert_same(ours: Any, theirs: Any, case: str) -> None:
    if isinstance(theirs, Exception) or isinstance(ours, Exception):
        assert isinstance(ours, Exception), f"{case}: scikit-learn raised {theirs!r}"
        assert isinstance(theirs, Exception), f"{case}: raised {ours!r}"
        assert kind_of(ours) is kind_of(theirs), f"{case}: {ours!r}, scikit-learn {theirs!r}"
        return
    assert ours.keys() == theirs.keys(), case
    for name in ("vocabulary", "names"):
        assert ours.get(name) == theirs.get(name), f"{case}: {name}"
    if "idf" in theirs:
        assert ours["idf"].dtype == theirs["idf"].dtype, case
        np.testing.assert_array_equal(ours["idf"], theirs["idf"], err_msg=case)
    for mine, their in zip(ours["matrices"], theirs["matrices"], strict=True):
        assert mine.shape == their.shape, case
        assert type(mine) is type(their), case
        assert mine.dtype == their.dtype, case
        assert (mine.indices.dtype, mine.indptr.dtype) == (their.indices.dtype, their.indptr.dtype), case
        np.testing.assert_array_equal(mine.indptr, their.indptr, err_msg=case)
        np.testing.assert_array_equal(mine.indices, their.indices, err_msg=case)
        # Bit for bit: sums run in the same order and precision.
        np.testing.assert_array_equal(mine.data, their.data, err_msg=case)


def compare(seed: int, texts: list[str]) -> None:
    rng = random.Random(seed)
    name = rng.choice(["CountVectorizer", "TfidfVectorizer", "HashingVectorizer"])
    documents, others = documents_of(rng, texts), documents_of(rng, texts)
    settings = settings_of(rng)
    if name != "HashingVectorizer":
        settings |= limits_of(rng, documents)
    if name == "TfidfVectorizer":
        settings |= weights_of(rng)
    if name == "HashingVectorizer" and rng.random() < 0.7:
        settings["n_features"] = rng.choice([1, 2, 7, 64, 1000, 2**20, 2**30, 0])
        settings["norm"] = rng.choice(["l1", "l2", None])
        settings["alternate_sign"] = rng.random() < 0.5
    native = {"num_threads": rng.choice([1, 2, 3])}
    theirs = outcome(lambda: getattr(text, name)(**settings), documents, others)
    ours = outcome(lambda: getattr(ng, name)(**settings, **native), documents, others)
    assert_same(ours, theirs, f"seed {seed}: {name}({settings})")


@pytest.fixture(scope="module")
def real_texts(texts: Callable[[str], list[str]]) -> list[str]:
    return [text for name in ("reuters-en", "20news-en", "xwlb-zh") for text in texts(name)[::97] if text]


@pytest.mark.parametrize("block", range(10))
def test_random_settings_on_hostile_text(block: int) -> None:
    for seed in range(block * 40, block * 40 + 40):
        compare(seed, HOSTILE)


def test_random_settings_on_real_text(real_texts: list[str]) -> None:
    for seed in range(1000, 1300):
        compare(seed, real_texts)


@pytest.mark.full
def test_thousands_of_random_settings(real_texts: list[str]) -> None:
    for seed in range(10_000, 15_000):
        compare(seed, real_texts)


@pytest.mark.parametrize("name", ["reuters-en", "20news-en", "xwlb-zh"])
@pytest.mark.parametrize(
    ("vectorizer", "settings"),
    [
        ("CountVectorizer", {}),
        ("CountVectorizer", {"ngram_range": (1, 2), "min_df": 2}),
        ("TfidfVectorizer", {"sublinear_tf": True}),
        ("TfidfVectorizer", {"dtype": np.float32, "max_features": 5000}),
        ("HashingVectorizer", {}),
        ("CountVectorizer", {"analyzer": "char_wb", "ngram_range": (3, 5)}),
    ],
)
def test_real_corpora(name: str, vectorizer: str, settings: dict[str, Any], texts: Callable[[str], list[str]]) -> None:
    documents, others = texts(name)[:300], texts(name)[300:350]
    theirs = outcome(lambda: getattr(text, vectorizer)(**settings), documents, others)
    ours = outcome(lambda: getattr(ng, vectorizer)(num_threads=2, **settings), documents, others)
    assert_same(ours, theirs, f"{vectorizer}({settings}) on {name}")
