"""The demo's road: the pages of examples/news, read, cleaned and analyzed, against what was planted in them."""

import json

import pyarrow.parquet as pq
import pytest

import newsgpu as ng
from newsgpu.command_line import main


@pytest.fixture(scope="module")
def findings(sample_news, tmp_path_factory):
    """What ``newsgpu analyze examples/news`` writes."""
    out = tmp_path_factory.mktemp("out")
    assert main(["analyze", str(sample_news), "-o", str(out), "--quiet"]) == 0
    return out


def groups(path):
    clusters = pq.read_table(path)
    members = {}
    for row in clusters.to_pylist():
        members.setdefault(row["cluster_id"], set()).add(row["id"])
    return {frozenset(names) for names in members.values() if len(names) > 1}


def test_exactly_the_planted_reposts_are_found(findings, sample_news_truth):
    assert groups(findings / "duplicates.parquet") == set(map(frozenset, sample_news_truth["reposts"]))


def test_originals_are_kept(findings, sample_news_truth):
    kept = {row["id"] for row in pq.read_table(findings / "duplicates.parquet").to_pylist() if row["is_keeper"]}
    articles = sample_news_truth["articles"]
    for group in sample_news_truth["reposts"]:
        assert articles[next(iter(kept.intersection(group)))]["date"] == min(articles[name]["date"] for name in group)


def test_exact_copies_are_told_from_reposts(findings, sample_news_truth):
    summary = json.loads((findings / "summary.json").read_text(encoding="utf-8"))
    exact = {
        frozenset((group["kept"], repeat["id"]))
        for group in summary["duplicates"]["largest_groups"]
        for repeat in group["repeats"]
        if repeat["exact_copy"]
    }
    planted = set(map(frozenset, sample_news_truth["exact_copies"]))
    # The print version is the same text in other chrome: it is a copy where cleaning leaves none of that.
    print_version = frozenset(("terncoast-0412-bees", "terncoast-0412-bees-print"))
    assert planted <= exact <= planted | {print_version}


def test_updates_of_a_report_are_found_at_half(sample_news, sample_news_truth, tmp_path):
    assert main(["analyze", str(sample_news), "-o", str(tmp_path), "--quiet", "--threshold", "0.5"]) == 0
    updates = {name for pair in sample_news_truth["updates"] for name in pair}
    expected = {*map(frozenset, sample_news_truth["reposts"]), frozenset(updates)}
    assert groups(tmp_path / "duplicates.parquet") == expected


def test_every_article_is_a_document(findings, sample_news_truth):
    ids = pq.read_table(findings / "duplicates.parquet")["id"].to_pylist()
    assert sorted(ids) == sorted(sample_news_truth["articles"])


def test_markup_quoted_in_the_news_is_shown(findings):
    report = (findings / "report.html").read_text(encoding="utf-8")
    assert report.count("<script") == 1
    assert "&lt;script&gt;" in report


def test_report_names_both_languages(findings, sample_news):
    corpus = ng.read(sample_news)
    summary = json.loads((findings / "summary.json").read_text(encoding="utf-8"))
    assert sum(summary["corpus"]["languages"].values()) == len(corpus)
    assert set(summary["corpus"]["languages"]) == {"English", "Chinese"}
