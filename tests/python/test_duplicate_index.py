"""The index of near-duplicates: in batches as in one call, against the definition, and its file against damage."""

from __future__ import annotations

import contextlib
import copy
import itertools
import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_file import NAMES, IndexFile
from test_near_duplicates import FOUR, TEXTS, brute_force, pairs_of

import newsgpu as ng

Pair = tuple[int, int, float]


def batches_of(texts: list[Any], cuts: list[int]) -> list[ng.Corpus]:
    """The corpus cut at the places given, its documents named by their numbers."""
    corpus = ng.Corpus(texts, ids=[str(doc) for doc in range(len(texts))])
    places = [0, *sorted(cut % (len(texts) + 1) for cut in cuts), len(texts)]
    return [corpus[a:b] for a, b in itertools.pairwise(places)]


def pairs_in(tables: list[pa.Table]) -> list[Pair]:
    """(older, newer, similarity) of documents named by their numbers."""
    whole = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
    columns = (whole[name].to_pylist() for name in ("match_id", "id", "similarity"))
    return sorted((int(a), int(b), s) for a, b, s in zip(*columns, strict=True))


def add_all(index: ng.DuplicateIndex, batches: list[ng.Corpus], **how: Any) -> list[Pair]:
    return pairs_in([index.add(batch, **how) for batch in batches])


# --- worked out by hand -------------------------------------------------------------------------------------------


def test_matches_worked_out_by_hand() -> None:
    index = ng.DuplicateIndex(0.5, n=2)
    assert len(index) == 0
    # {ab, bc, cd}, {ab, bc, ce}, {xy}: the first two share 2 of 4.
    first = index.add(ng.Corpus(FOUR, ids=["p", "q", "r", "s"]))
    assert first.schema == pa.schema(
        [("row", pa.int64()), ("id", pa.large_string()), ("match_id", pa.large_string()), ("similarity", pa.float64())]
    )
    assert first.to_pylist() == [{"row": 1, "id": "q", "match_id": "p", "similarity": 0.5}]
    # {ab, bc, cd, de} has 3 of 4 with p, and 2 of 5 with q; the second repeats it.
    second = index.add(ng.Corpus([None, "a b c d e", "A, b c d e!"], ids=["t", "u", "v"]))
    assert second.to_pylist() == [
        {"row": 1, "id": "u", "match_id": "p", "similarity": 0.75},
        {"row": 2, "id": "v", "match_id": "p", "similarity": 0.75},
        {"row": 2, "id": "v", "match_id": "u", "similarity": 1.0},
    ]
    assert len(index) == 7
    assert repr(index) == "<newsgpu.DuplicateIndex: 7 documents, jaccard of 2 words at 0.5 or more>"
    assert index.options == {
        "threshold": 0.5,
        "unit": "words",
        "n": 2,
        "similarity": "jaccard",
        "recall": 0.99,
        "method": "minhash",
        "seed": 0,
    }
    assert index.stats["texts"] == 4  # abcd, abce, xy, abcde
    assert index.stats["shingles"] == 3 + 3 + 1 + 4


def test_a_seed_changes_every_hash_and_is_kept(tmp_path: Path) -> None:
    files = []
    for seed in (0, 2**64 - 1):
        index = ng.DuplicateIndex(0.5, n=2, seed=seed)
        assert index.add(FOUR)["similarity"].to_pylist() == [0.5]
        index.save(tmp_path / "index")
        assert ng.DuplicateIndex.load(tmp_path / "index").options["seed"] == seed
        files.append(IndexFile.parse((tmp_path / "index").read_bytes()))
    shingles = [set(memoryview(file.sections[NAMES.index("shingles")]).cast("Q").tolist()) for file in files]
    assert shingles[0].isdisjoint(shingles[1])


def test_documents_without_ids_have_their_place_as_id() -> None:
    index = ng.DuplicateIndex()
    index.add(["Rain today."])
    corpus = ng.Corpus(["Sun.", "Rain today!"])
    assert corpus.ids.to_pylist() == ["0", "1"]
    assert index.add(corpus).to_pylist() == [{"row": 1, "id": "2", "match_id": "0", "similarity": 1.0}]
    named = ng.Corpus(["Rain today", "rain today"], ids=["a", None])
    assert index.add(named)["id"].to_pylist() == ["a", "a", "4", "4", "4"]


def test_top_takes_the_most_similar_and_of_equal_ones_the_oldest() -> None:
    # Characters, n = 1: abcd has 3 of 5 with bcde, 1 with itself, 4 of 5 with abcde.
    index = ng.DuplicateIndex(0.5, unit="characters", n=1)
    index.add(["bcde", "abcd", "abcd", "abcde"])
    for top, expected in ((1, ["1"]), (2, ["1", "2"]), (3, ["1", "2", "3"]), (4, ["0", "1", "2", "3"])):
        assert index.query(["abcd"], top=top)["match_id"].to_pylist() == expected
    assert index.query(["abcd"])["similarity"].to_pylist() == [0.6, 1.0, 1.0, 0.8]


@settings(max_examples=100, deadline=None)
@given(old=TEXTS, new=TEXTS, top=st.sampled_from([None, 1, 2]))
def test_a_query_without_its_own_documents(old: list[str | None], new: list[str | None], top: int | None) -> None:
    index = ng.DuplicateIndex(0.5, n=2, method="exact")
    index.add(old)
    pairs = [pair for pair in brute_force([*old, *new], 0.5, "words", 2) if pair[0] < len(old) <= pair[1]]
    expected = []
    for row in range(len(new)):
        matches = sorted((-s, a) for a, b, s in pairs if b == len(old) + row)[:top]
        expected += [(row, str(a), -s) for s, a in sorted(matches, key=lambda match: match[1])]
    found = index.query(new, top=top, within=False)
    columns = (found[name].to_pylist() for name in ("row", "match_id", "similarity"))
    assert list(zip(*columns, strict=True)) == expected


def test_many_copies_with_a_limit_take_linear_room() -> None:
    index = ng.DuplicateIndex()
    assert index.add(["the wire copy of the day"] * 100_000, top=1).num_rows == 99_999
    assert index.stats["texts"] == 1


def test_more_matches_than_memory_are_refused_and_nothing_changes() -> None:
    index = ng.DuplicateIndex()
    index.add(["one two three"])
    with pytest.raises(MemoryError, match="limit"):
        index.add(["the wire copy of the day"] * 200_000)
    assert len(index) == 1


def test_missing_and_empty_documents_repeat_nothing() -> None:
    index = ng.DuplicateIndex()
    for _ in range(2):
        assert index.add([None, "", "?!"]).num_rows == 0
    assert len(index) == 6
    assert index.add([]).num_rows == 0
    assert index.query([]).num_rows == 0


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ng.DuplicateIndex(0), ValueError, "threshold"),
        (lambda: ng.DuplicateIndex(float("nan")), ValueError, "threshold"),
        (lambda: ng.DuplicateIndex("high"), TypeError, "threshold"),  # type: ignore[arg-type]
        (lambda: ng.DuplicateIndex(n=65), ValueError, "n must be"),
        (lambda: ng.DuplicateIndex(recall=1.0), ValueError, "recall"),
        (lambda: ng.DuplicateIndex(seed=-1), ValueError, "seed"),
        (lambda: ng.DuplicateIndex(seed=2**64), ValueError, "seed"),
        (lambda: ng.DuplicateIndex().merge(ng.DuplicateIndex(seed=1)), ValueError, "same options"),
        (lambda: ng.DuplicateIndex(unit="letters"), ValueError, "unit"),  # type: ignore[arg-type]
        (lambda: ng.DuplicateIndex(method="simhash"), ValueError, "method"),  # type: ignore[arg-type]
        (lambda: ng.DuplicateIndex().add(["a"], top=0), ValueError, "top"),
        (lambda: ng.DuplicateIndex().add("a"), TypeError, "texts"),
        (lambda: ng.DuplicateIndex().query(["a"], within=1), TypeError, "within"),  # type: ignore[arg-type]
        (lambda: ng.DuplicateIndex().add(["a"], device="cuda"), ng.DeviceUnavailable, "cuda"),
        (lambda: ng.DuplicateIndex().merge(["a"]), TypeError, "other"),  # type: ignore[arg-type]
        (lambda: ng.DuplicateIndex().merge(ng.DuplicateIndex(0.7)), ValueError, "same options"),
        (lambda: ng.DuplicateIndex.load("nowhere"), FileNotFoundError, "nowhere"),
        (lambda: ng.DuplicateIndex.load("."), IsADirectoryError, r"'\.'"),
        (lambda: ng.DuplicateIndex().save("."), IsADirectoryError, r"'\.'"),
        (lambda: ng.DuplicateIndex().save("nowhere/index"), FileNotFoundError, "nowhere"),
    ],
)
def test_bad_arguments(call: Callable[[], Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        call()


# --- batches against one call -------------------------------------------------------------------------------------

CUTS = st.lists(st.integers(0, 12), max_size=5)
THRESHOLDS = st.sampled_from([0.1, 1 / 3, 0.5, 0.6, 0.75, 0.8, 1.0])
UNITS = st.sampled_from(["words", "characters"])


@settings(max_examples=300, deadline=None)
@given(
    texts=TEXTS,
    cuts=CUTS,
    threshold=THRESHOLDS,
    unit=UNITS,
    n=st.integers(1, 6),
    similarity=st.sampled_from(["jaccard", "containment"]),
)
def test_exact_batches_equal_brute_force(
    texts: list[str | None], cuts: list[int], threshold: float, unit: Any, n: int, similarity: Any
) -> None:
    index = ng.DuplicateIndex(threshold, unit=unit, n=n, similarity=similarity, method="exact")
    assert add_all(index, batches_of(texts, cuts)) == brute_force(texts, threshold, unit, n, similarity)


@settings(max_examples=300, deadline=None)
@given(texts=TEXTS, cuts=CUTS, threshold=st.sampled_from([0.3, 0.5, 0.8, 1.0]), unit=UNITS, n=st.integers(1, 6))
def test_batches_equal_one_call(texts: list[str | None], cuts: list[int], threshold: float, unit: Any, n: int) -> None:
    index = ng.DuplicateIndex(threshold, unit=unit, n=n)
    whole = pairs_of(ng.near_duplicates(texts, threshold, unit=unit, n=n))
    assert add_all(index, batches_of(texts, cuts)) == whole


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS, cuts=CUTS, data=st.data())
def test_saving_loading_and_merging_in_between_change_nothing(
    texts: list[str | None], cuts: list[int], data: st.DataObject, tmp_path: Path
) -> None:
    index = ng.DuplicateIndex(0.5, n=2)
    tables = []
    for batch in batches_of(texts, cuts):
        match data.draw(st.sampled_from(["add", "save", "merge"])):
            case "add":
                tables.append(index.add(batch))
            case "save":
                index.save(tmp_path / "index")
                index = ng.DuplicateIndex.load(tmp_path / "index", verify=data.draw(st.booleans()))
                asked = index.query(batch)
                tables.append(index.add(batch))
                assert asked.equals(tables[-1])
            case "merge":
                other = ng.DuplicateIndex(0.5, n=2)
                other.add(batch)
                tables.append(index.merge(other))
    assert len(index) == len(texts)
    assert pairs_in(tables) == pairs_of(ng.near_duplicates(texts, 0.5, n=2))


def test_an_index_merged_into_itself() -> None:
    index = ng.DuplicateIndex()
    index.add(ng.Corpus(["one two three", None, "four five six"], ids=["a", "b", "c"]))
    merged = index.merge(index)
    assert merged.to_pylist() == [
        {"row": 0, "id": "a", "match_id": "a", "similarity": 1.0},
        {"row": 2, "id": "c", "match_id": "c", "similarity": 1.0},
    ]
    assert len(index) == 6


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reuters-en", {"threshold": 0.8}),
        ("reuters-en", {"threshold": 0.5}),
        ("reuters-en", {"threshold": 0.8, "method": "exact"}),
        ("reuters-en", {"threshold": 0.9, "similarity": "containment", "n": 5}),
        ("xwlb-zh", {"threshold": 0.7, "unit": "characters", "n": 5}),
        ("xwlb-zh", {"threshold": 0.5, "unit": "characters", "n": 5}),
    ],
)
def test_batches_equal_one_call_on_real_news(
    texts: Callable[[str], list[str]], name: str, options: dict[str, Any], tmp_path: Path
) -> None:
    sample = texts(name)[:3000] if name == "reuters-en" else texts(name)[8000:16000]
    found = ng.near_duplicates(sample, **options)
    assert found.stats["uncompared_pairs"] == 0
    whole = pairs_of(found)
    assert len(whole) > 5
    drawn = random.Random(3)
    for cuts in ([], [1500], [drawn.randrange(len(sample)) for _ in range(40)]):
        index = ng.DuplicateIndex(**options)
        assert add_all(index, batches_of(sample, cuts)) == whole
    index.save(tmp_path / "index")
    loaded = ng.DuplicateIndex.load(tmp_path / "index")
    assert loaded.query(sample[:200]).equals(index.query(sample[:200]))


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("reuters-en", {"threshold": 0.5}),
        ("reuters-en", {"threshold": 0.8}),
        ("xwlb-zh", {"threshold": 0.5}),
        ("xwlb-zh", {"threshold": 0.8}),
        ("xwlb-zh", {"threshold": 0.5, "unit": "characters", "n": 3}),
    ],
)
def test_batches_equal_one_call_on_whole_corpora(
    texts: Callable[[str], list[str]], name: str, options: dict[str, Any]
) -> None:
    found = ng.near_duplicates(texts(name), **options)
    assert found.stats["uncompared_pairs"] == 0
    index = ng.DuplicateIndex(**options)
    assert add_all(index, batches_of(texts(name), [5000, 5001, 12_345])) == pairs_of(found)


@pytest.mark.parametrize("options", [{}, {"unit": "characters", "threshold": 0.5}, {"method": "exact"}])
def test_the_number_of_threads_changes_nothing(
    texts: Callable[[str], list[str]], options: dict[str, Any], tmp_path: Path
) -> None:
    sample = texts("reuters-en")[:2000]
    saved = []
    for num_threads in (1, 2, 5):
        index = ng.DuplicateIndex(**options)
        tables = [index.add(batch, num_threads=num_threads) for batch in batches_of(sample, [700, 1300])]
        index.save(tmp_path / "index")
        saved.append((tables, (tmp_path / "index").read_bytes()))
    assert saved[0] == saved[1] == saved[2]


def test_segments_grow_with_the_logarithm_of_batches() -> None:
    index = ng.DuplicateIndex()
    most = 0
    for i in range(600):
        index.add([f"document number {i}"])
        most = max(most, index.stats["segments"])
    assert 2 < most <= 10  # log2(600) + 1


def test_several_threads_may_use_an_index() -> None:
    index = ng.DuplicateIndex(0.5, n=1)
    failures: list[BaseException] = []

    def work(who: int) -> None:
        try:
            for i in range(50):
                index.add([f"only {who} and {i} say this"])
                assert index.query([f"only {who} and {i} say this"], top=1)["similarity"].to_pylist() == [1.0]
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == 200


def test_a_crowded_bucket_is_bounded_and_reported() -> None:
    # At 1.0 there is one band of 16 rows. Texts that share 40 of 42 words agree in it with probability (40/42)**16,
    # which puts about 4,600 of them into the bucket of what they share: too many by some hundred.
    shared = " ".join(f"w{i}" for i in range(40))
    crowd = [f"{shared} own{i}" for i in range(10_000)]
    index = ng.DuplicateIndex(1.0, n=1)
    table = index.add([*crowd, *crowd[::-500]])
    assert table["match_id"].to_pylist() == [str(i) for i in range(9999, 0, -500)]
    assert int(table.schema.metadata[b"uncompared_pairs"]) > 0
    again = ng.DuplicateIndex(1.0, n=1)
    pieces = [again.add(crowd[a : a + 1500]) for a in range(0, 10_000, 1500)]
    uncompared = sum(int((piece.schema.metadata or {}).get(b"uncompared_pairs", 0)) for piece in pieces)
    assert uncompared == int(table.schema.metadata[b"uncompared_pairs"])


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small index with everything in it: copies, missing documents, several segments."""
    index = ng.DuplicateIndex(0.5, n=2)
    for start in range(0, 40, 10):
        index.add(
            [None, *(f"word{i} and word{i + 1} or word{i % 7} again" for i in range(start, start + 10)), "copy me"]
        )
    path = tmp_path_factory.mktemp("saved") / "index"
    index.save(path)
    return path.read_bytes()


QUERY = ["word3 and word4 or word3 again", "copy me", "something else"]


def use(path: Path, verify: bool = True) -> None:
    """Loads an index and does everything with it that there is."""
    index = ng.DuplicateIndex.load(path, verify=verify)
    index.query(QUERY)
    index.add(QUERY)
    index.save(path.with_name("other"))
    other = ng.DuplicateIndex(0.5, n=2)
    if other.options == index.options:
        other.merge(index)
    _ = (index.stats, len(index))


def test_the_file_is_as_the_documentation_says(saved: bytes) -> None:
    parsed = IndexFile.parse(saved)
    assert parsed.to_bytes() == saved
    section = dict(zip(NAMES, parsed.sections, strict=False))
    assert len(section["id_offsets"]) == 8 * (48 + 1)
    assert section["id_bytes"] == b"".join(str(i).encode() for i in range(48))
    assert len(section["copies"]) == 8 * 3  # "copy me", three times again
    assert len(section["text_documents"]) == 4 * 41
    shingles = memoryview(section["shingles"]).cast("Q").tolist()
    places = memoryview(section["set_offsets"]).cast("q").tolist()
    for first, last in itertools.pairwise(places):
        assert shingles[first:last] == sorted(set(shingles[first:last]))
    for table in parsed.sections[len(NAMES) :]:
        entries = memoryview(table).cast("Q").tolist()
        assert entries == sorted(entries)
        assert sorted(entry & 0xFFFFFFFF for entry in entries) == list(range(41))


def test_an_empty_index_can_be_saved(tmp_path: Path) -> None:
    for options in ({}, {"method": "exact"}, {"similarity": "containment"}):
        ng.DuplicateIndex(**options).save(tmp_path / "index")
        index = ng.DuplicateIndex.load(tmp_path / "index")
        assert len(index) == 0
        assert index.add(["a b c", "a b c"]).num_rows == 1


def test_every_flipped_bit_is_found(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    drawn = random.Random(7)
    head = 8 * 128
    bits = [*range(0, head, 3), *(drawn.randrange(8 * len(saved)) for _ in range(600))]
    for bit in bits:
        damaged = bytearray(saved)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with pytest.raises(ng.CorruptFile, match="index"):
            ng.DuplicateIndex.load(path)


def test_every_cut_is_found(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    for size in [*range(0, 200), *range(200, len(saved), 37), len(saved) - 1]:
        path.write_bytes(saved[:size])
        for verify in (True, False):
            with pytest.raises(ng.CorruptFile, match="index"):
                ng.DuplicateIndex.load(path, verify=verify)
    for behind in (b"\0", bytes(64), saved):
        path.write_bytes(saved + behind)
        with pytest.raises(ng.CorruptFile):
            ng.DuplicateIndex.load(path, verify=False)


def test_blocks_swapped_zeroed_or_of_another_file_are_found(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    drawn = random.Random(8)
    for _ in range(200):
        damaged = bytearray(saved)
        size = drawn.choice([8, 64, 512])
        a, b = (drawn.randrange(0, len(saved) - size, 8) for _ in range(2))
        damaged[a : a + size] = drawn.choice([saved[b : b + size], bytes(size), os.urandom(size)])
        if damaged != saved:
            path.write_bytes(damaged)
            with pytest.raises(ng.CorruptFile):
                ng.DuplicateIndex.load(path)


def test_other_files_are_no_index(tmp_path: Path) -> None:
    path = tmp_path / "index"
    for content in (b"", b"not an index", b"\x8angdup\n" + bytes(1000), bytes(4096), os.urandom(4096)):
        path.write_bytes(content)
        with pytest.raises(ng.CorruptFile):
            ng.DuplicateIndex.load(path)
    assert issubclass(ng.CorruptFile, OSError)


def test_another_version_is_refused(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    parsed = IndexFile.parse(saved)
    parsed.head[1] += 1
    path.write_bytes(parsed.to_bytes())
    with pytest.raises(ng.CorruptFile, match=f"format version {parsed.head[1]}"):
        ng.DuplicateIndex.load(path)


def test_other_words_are_refused(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    for field, value in ((4, 1), (-2, b"9.9")):
        parsed = IndexFile.parse(saved)
        parsed.head[field] = value
        path.write_bytes(parsed.to_bytes())
        with pytest.raises(ValueError, match="made with other hashes or words"):
            ng.DuplicateIndex.load(path)


HOSTILE = [0, 1, 40, 41, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**63, 2**64 - 1]


@pytest.mark.parametrize("seed", range(4))
def test_files_made_by_hand_do_no_harm(saved: bytes, tmp_path: Path, seed: int) -> None:
    """Right checksums around wrong numbers: an error or an answer, never an access outside of the file."""
    path = tmp_path / "index"
    drawn = random.Random(seed)
    refused = 0
    for _ in range(250):
        parsed = IndexFile.parse(saved)
        for _ in range(drawn.choice([1, 1, 3])):
            if drawn.random() < 0.2:
                field = drawn.choice([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
                number = drawn.choice([-1, 0, 1, 2, 16, 48, 64, 4096, 2**31 - 1, -(2**31)])
                parsed.head[field] = float(number) if field in (5, 6, 16) else abs(number) if field == 7 else number
                continue
            i = drawn.randrange(len(parsed.sections))
            section = bytearray(parsed.sections[i])
            if drawn.random() < 0.2:
                section = section[: drawn.randrange(len(section) + 1)]
            elif drawn.random() < 0.1:
                section += os.urandom(drawn.choice([1, 4, 8, 24, 64]))
            for _ in range(drawn.choice([1, 10])):
                width = drawn.choice([1, 4, 8])
                if len(section) >= width:
                    at = drawn.randrange(0, len(section) - width + 1, width)
                    value = drawn.choice([*HOSTILE, drawn.getrandbits(64)])
                    section[at : at + width] = (value & (256**width - 1)).to_bytes(width, "little")
            parsed.sections[i] = bytes(section)
        path.write_bytes(parsed.to_bytes())
        try:
            use(path, verify=drawn.random() < 0.5)
        except (ng.CorruptFile, ValueError):
            refused += 1
    assert refused > 50


def test_damage_behind_an_unverified_head_does_no_harm(saved: bytes, tmp_path: Path) -> None:
    path = tmp_path / "index"
    drawn = random.Random(9)
    head = -(-(128 + 32 * int(IndexFile.parse(saved).head[2])) // 64) * 64
    for _ in range(300):
        damaged = bytearray(saved)
        for _ in range(20):
            damaged[drawn.randrange(head, len(saved))] = drawn.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(ng.CorruptFile):
            use(path, verify=False)


def test_saving_keeps_the_mode_and_follows_links(tmp_path: Path) -> None:
    target = tmp_path / "target"
    index = ng.DuplicateIndex()
    index.add(["a b c"])
    index.save(target)
    target.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(target)
    index.add(["d e f"])
    index.save(link)
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert len(ng.DuplicateIndex.load(target)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "target"]


def test_a_loaded_index_outlives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = ng.DuplicateIndex()
    index.add(["the ferry left at dawn"])
    index.save(path)
    loaded = ng.DuplicateIndex.load(path)
    loaded.add(["another text altogether now"])
    loaded.save(path)  # over the file that it reads from
    loaded.save(path)
    assert len(ng.DuplicateIndex.load(path)) == 2
    path.unlink()
    assert loaded.query(["The ferry left at dawn!"]).num_rows == 1


def test_two_writers_do_not_mix(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "index"
    ng.DuplicateIndex().save(path)
    with open(tmp_path / ".index.saving", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="busy"):
            ng.DuplicateIndex().save(path)
    ng.DuplicateIndex().save(path)  # what a killed writer leaves is taken over
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_full_disk_leaves_the_old_file() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OSError, match=r"/dev"):
        ng.DuplicateIndex().save("/dev/full/index")


SAVER = """
import sys
import newsgpu as ng
path, size = sys.argv[1], int(sys.argv[2])
index = ng.DuplicateIndex.load(path)
index.add([f"document {i} of day {size} has words of its own {i * i}" for i in range(size)], top=1)
print("ready", flush=True)
while True:
    index.save(path)
    print("saved", flush=True)
"""


def kill_while_saving(tmp_path: Path, times: int) -> None:
    path = tmp_path / "index"
    ng.DuplicateIndex(0.9).save(path)
    drawn = random.Random(11)
    size, seen = 0, {"old": 0, "new": 0}
    saving = 0
    for round_number in range(times):
        added = 2000 + round_number
        with subprocess.Popen(
            [sys.executable, "-c", SAVER, str(path), str(added)], stdout=subprocess.PIPE, env=os.environ
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            # The first save takes about 10 ms.
            time.sleep(drawn.random() * 0.03)
            process.send_signal(signal.SIGKILL)
        index = ng.DuplicateIndex.load(path)
        assert len(index) in (size, size + added)
        seen["old" if len(index) == size else "new"] += 1
        saving += (tmp_path / ".index.saving").exists()
        if len(index) > 20_000:  # start again, so that all saves take about as long
            ng.DuplicateIndex(0.9).save(path)
            index = ng.DuplicateIndex.load(path)
        size = len(index)
    assert seen["new"] > 0
    assert saving > 0  # some were killed in the middle


def test_a_killed_save_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, 12)


@pytest.mark.full
def test_two_hundred_killed_saves_leave_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    kill_while_saving(tmp_path, 200)


@pytest.mark.parametrize("duplicate", [pickle.dumps, copy.copy, copy.deepcopy])
def test_an_index_is_saved_not_pickled_or_copied(duplicate):
    with pytest.raises(TypeError, match=r"DuplicateIndex cannot be pickled or copied; write it with \.save\(path\)"):
        duplicate(ng.DuplicateIndex())
