"""Recall and precision on whole corpora, how time grows with their size, and hostile ones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

import newsgpu as ng


def pairs_of(found: ng.NearDuplicates) -> dict[tuple[int, int], float]:
    left, right, similarity = (found.pairs[name].to_pylist() for name in ("left", "right", "similarity"))
    return dict(zip(zip(left, right, strict=True), similarity, strict=True))


@pytest.mark.full
@pytest.mark.parametrize("threshold", [0.5, 0.7, 0.8, 0.9])
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reuters-en", {}),
        ("xwlb-zh", {}),
        ("xwlb-zh", {"unit": "characters", "n": 5}),
        ("ucsc-near-duplicates-en", {}),
        ("ucsc-near-duplicates-en", {"unit": "characters", "n": 5}),
    ],
)
def test_minhash_finds_what_the_exact_join_finds(
    texts: Callable[[str], list[str]], name: str, options: dict[str, Any], threshold: float
) -> None:
    whole = texts(name)
    truth = pairs_of(ng.near_duplicates(whole, threshold, method="exact", **options))
    found = pairs_of(ng.near_duplicates(whole, threshold, **options))
    assert found.items() <= truth.items()
    print(f"{name} {options} {threshold}: {len(found)} of {len(truth)}")
    assert len(found) >= 0.99 * len(truth)


@pytest.mark.parametrize("threshold", [0.5, 0.8])
def test_recall_of_a_sample(texts: Callable[[str], list[str]], threshold: float) -> None:
    sample = texts("reuters-en")[:4000]
    truth = pairs_of(ng.near_duplicates(sample, threshold, method="exact"))
    assert len(truth) > 100
    for seed in range(3):
        found = pairs_of(ng.near_duplicates(sample, threshold, seed=seed))
        assert found.items() <= truth.items()
        assert len(found) >= 0.985 * len(truth)


def test_the_seed_changes_no_pair_that_is_surely_found(texts: Callable[[str], list[str]]) -> None:
    sample = texts("reuters-en")[:2000]
    surely = [{p for p, s in pairs_of(ng.near_duplicates(sample, seed=seed)).items() if s >= 0.97} for seed in (0, 1)]
    assert len(surely[0]) > 10
    assert surely[0] == surely[1]


@pytest.mark.parametrize(
    ("seed", "error"), [(-1, ValueError), (2**64, ValueError), (1.5, TypeError), ("1", TypeError), (True, TypeError)]
)
def test_bad_seeds(seed: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="seed must be"):
        ng.near_duplicates(["one"], seed=seed)


# --- time ---------------------------------------------------------------------------------------------------------


def one_paragraph(num_documents: int) -> list[str]:
    drawn = random.Random(5)
    vocabulary = [f"term{i}" for i in range(20_000)]
    paragraph = " ".join(drawn.choices(vocabulary, k=60))
    return [paragraph + " " + " ".join(drawn.choices(vocabulary, k=40)) for _ in range(num_documents)]


def equal(num_documents: int) -> list[str]:
    return ["wire copy of the day, again and again and again"] * num_documents


def one_word(num_documents: int) -> list[str]:
    return [f"w{i % 100}" for i in range(num_documents)]


def processor_seconds(texts: list[str], threshold: float) -> float:
    corpus = ng.Corpus(texts)
    begin = time.process_time()
    ng.near_duplicates(corpus, threshold)
    return time.process_time() - begin


@pytest.mark.full
@pytest.mark.parametrize(
    ("attack", "sizes", "threshold"),
    [
        (one_paragraph, (25_000, 100_000), 0.5),
        (one_paragraph, (25_000, 100_000), 0.8),
        (equal, (12_500, 50_000), 0.8),
        (one_word, (5_000, 20_000), 0.8),
    ],
)
def test_an_attack_takes_time_near_linear_in_its_size(
    attack: Callable[[int], list[str]], sizes: tuple[int, int], threshold: float
) -> None:
    small, large = (attack(size) for size in sizes)
    processor_seconds(small, threshold)
    few, many = (min(processor_seconds(texts, threshold) for _ in range(3)) for texts in (small, large))
    print(f"{attack.__name__} {threshold}: {few:.3f} s for {sizes[0]}, {many:.3f} s for {sizes[1]}")
    # Four times as many documents; a few milliseconds are there whatever the size.
    assert many < 6 * few + 0.05


def grown(texts: list[str], num_bytes: int, drawn: random.Random) -> list[str]:
    """News of this size: texts drawn with replacement with three words in ten from others, so that they are no repeats;
    one in ten repeats one of the hundred before it, but for a few words."""
    split = [text.split() for text in texts if text.strip()]
    pool = [word for words in drawn.sample(split, min(2000, len(split))) for word in words]
    made: list[list[str]] = []
    size = 0
    while size < num_bytes:
        if len(made) > 100 and drawn.random() < 0.1:
            words = list(made[-drawn.randrange(1, 100)])
            changed = 1 + len(words) // 50
        else:
            words = list(drawn.choice(split))
            changed = 1 + 3 * len(words) // 10
        for _ in range(changed):
            words[drawn.randrange(len(words))] = drawn.choice(pool)
        made.append(words)
        size += sum(map(len, words)) + len(words)
    return [" ".join(words) for words in made]


@pytest.mark.full
def test_time_grows_with_the_size_of_real_news(texts: Callable[[str], list[str]]) -> None:
    made = grown(texts("reuters-en"), 160_000_000, random.Random(1))
    corpora = [made[: len(made) // 16], made[: len(made) // 4], made]
    sizes = [ng.Corpus(corpus).num_bytes for corpus in corpora]
    seconds = [float("inf")] * len(corpora)
    # In turn, so that what else the machine does meets all of them.
    for _ in range(5):
        for i, corpus in enumerate(corpora):
            seconds[i] = min(seconds[i], processor_seconds(corpus, 0.8) / sizes[i])
    print("ns a byte:", [f"{1e9 * each:.2f}" for each in seconds])
    assert max(seconds) < 1.15 * sorted(seconds)[1]
