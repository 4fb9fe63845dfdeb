"""What is kept of the memory of results that are gone."""

import os
import sys

import numpy as np
import pytest

import newsgpu as ng


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    ng.keep_memory("256MiB")


def resident_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def make_results() -> None:
    """Makes some 130 MB of them, which are gone again."""
    assert ng.Tokenizer().tokenize(["a " * 5_000_000]).num_tokens == 5_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux alone")
def test_what_is_kept_goes_back_when_it_is_kept_no_longer():
    make_results()
    kept = resident_bytes()
    ng.keep_memory(0)
    assert kept - resident_bytes() > 50_000_000
    make_results()
    assert kept - resident_bytes() > 50_000_000


def test_results_do_not_depend_on_it():
    corpus = ng.Corpus([f"{i} {i % 7} {'x' * (i % 11)}" for i in range(100_000)])
    ng.keep_memory(0)
    expected = ng.TfidfVectorizer().fit_transform(corpus)
    for limit in (1, "2MiB", "1GB", 2**63 - 1):
        ng.keep_memory(limit)
        for _ in range(2):
            found = ng.TfidfVectorizer().fit_transform(corpus)
            for part in ("indptr", "indices", "data"):
                np.testing.assert_array_equal(getattr(found, part), getattr(expected, part))


@pytest.mark.parametrize(
    ("limit", "error", "message"),
    [
        (-1, ValueError, "limit must be at least 0, got -1"),
        ("much", ValueError, "limit must be a number of bytes .* got 'much'"),
        (None, TypeError, "limit must be an int, got None"),
        (0.5, TypeError, "limit must be an int, got 0.5"),
    ],
)
def test_wrong_limits_are_named(limit, error, message):
    with pytest.raises(error, match=message):
        ng.keep_memory(limit)
