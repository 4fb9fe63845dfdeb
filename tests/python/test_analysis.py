import datetime

import numpy as np
import pyarrow as pa
import pytest

import newsgpu as ng
from newsgpu.analysis import Settings, analyze
from newsgpu.analysis.days import document_days
from newsgpu.analysis.groups import source_repeats
from newsgpu.analysis.keywords import document_keywords
from newsgpu.analysis.languages import document_languages
from newsgpu.analysis.ngrams import frequent_ngrams
from newsgpu.analysis.pairs import pair_table
from newsgpu.analysis.phrases import mark_ngrams, top_ngrams
from newsgpu.analysis.pieces import TermColumns, pieces


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The bridge was closed on Friday after a crack was found.", "en"),
        ("Shr 34 cts vs 1.19 dlrs Net 807,000 Revs 7.2 mln", "en"),
        ("大桥周五恢复通车,航道重新开放。", "zh"),
        ("中国外交部发言人表示, NATO 与 G7 的声明罔顾事实。", "zh"),
        ("橋は金曜日に再開された。", "ja"),
        ("カメラ", "ja"),
        ("다리가 금요일에 다시 열렸다.", "ko"),
        ("Мост снова открыт в пятницу.", "cyrillic"),
        ("أعيد فتح الجسر يوم الجمعة", "arabic"),
        ("Die Brücke ist am Freitag wieder für den Verkehr geöffnet worden, und das ist nicht alles.", "latin"),
        ("Le pont est de nouveau ouvert à la circulation dans les deux sens", "latin"),
        ("Η γέφυρα άνοιξε ξανά", "other"),
        ("12.5 % (2026)", "none"),
        ("", "none"),
        (None, "none"),
        (b"\xff\xfe\x80", "none"),
    ],
)
def test_language_of_a_document(text, code):
    assert document_languages(ng.Corpus([text, "Ships may pass the bridge."])).tolist() == [code, "en"]


def test_language_of_more_documents_than_a_batch_holds():
    texts = ["大桥恢复通车。", "The bridge is open."] * 10_000
    assert document_languages(ng.Corpus(texts)).tolist() == ["zh", "en"] * 10_000


def test_day_is_that_of_the_date_s_own_zone():
    dates = ["2026-04-09T23:30:00-05:00", None, "2026-04-10T00:10:00-05:00"]
    days = document_days(ng.Corpus(["a", "b", "c"], dates=dates).dates)
    assert days.tolist() == [datetime.date(2026, 4, 9), None, datetime.date(2026, 4, 10)]
    assert document_days(None) is None
    assert document_days(pa.array([None], pa.date32())) is None


def ngram_table(rows):
    return pa.table(
        {
            "term": [row[0] for row in rows],
            "n": pa.array([row[0].count(" ") + 1 for row in rows], pa.int8()),
            "count": [row[1] for row in rows],
            "document_count": [row[2] for row in rows],
        }
    )


@pytest.mark.parametrize(
    ("term", "count", "frequency", "reason"),
    [
        ("bridge", 60, 20, None),
        ("the", 900, 100, "stop words"),
        ("of the", 90, 50, "stop words"),
        ("the bridge", 90, 50, "stop words"),
        ("bank of england", 30, 12, None),
        ("1987", 60, 20, "number"),
        ("4 月", 60, 20, "number"),
        ("中国 经济", 60, 20, None),
        # Once in each of 95 of 100 documents: a byline. Three times in each: a topic.
        ("chronicle staff reporter", 96, 95, "formula"),
        ("housing market", 285, 95, None),
        # Fewer than ten documents, or than a tenth of them, are no formula yet.
        ("rare phrase", 9, 9, None),
    ],
)
def test_why_an_ngram_is_left_out(term, count, frequency, reason):
    marked = mark_ngrams(ngram_table([(term, count, frequency)]), {"zh": 100, "latin": 100})
    assert marked["excluded"].to_pylist() == [reason]


def test_parts_of_longer_ngrams_are_left_out():
    rows = [
        ("york", 100, 40),
        ("new york", 90, 40),
        ("new york city", 20, 15),
        ("staff", 60, 50),
        ("staff reporter", 55, 50),
    ]
    marked = mark_ngrams(ngram_table(rows), {"zh": 0, "latin": 100})
    assert marked["excluded"].to_pylist() == ["part", None, None, "formula", "formula"]
    assert [row["term"] for row in top_ngrams(marked, "latin", single=False, top=1)] == ["new york"]
    assert top_ngrams(marked, "latin", single=True, top=5) == []
    assert top_ngrams(marked, "zh", single=True, top=5) == []


STORY = "Engineers closed the old bridge over the river on Friday after divers found a long crack in its main pier."


@pytest.fixture(scope="module")
def analysis():
    texts = [
        STORY.replace("Friday", "Monday"),  # later by date: repeats row 1
        STORY,
        "中国经济增长。",
        f"  {STORY.upper()}\n",  # equal but for case and white space
        None,
        "中国经济增长。",
    ]
    dates = ["2026-04-11", "2026-04-09", None, "2026-04-09", None, "2026-04-12"]
    sources = ["Courier", "Ledger", None, "Courier", "Ledger", "Ledger"]
    corpus = ng.Corpus(texts, ids=["a", "b", "c", "d", "e", "f"], dates=dates, sources=sources)
    return analyze(corpus, Settings(num_keywords=3))


def test_groups_name_the_keeper_and_what_repeats_it(analysis):
    first, second = analysis.groups
    assert first.keeper == 1
    assert [(r.row, r.is_exact, r.days_after) for r in first.repeats] == [(0, False, 2), (3, True, 0)]
    # 18 shingles a text, of which the changed day is in three: 15 of 21 are shared.
    assert first.repeats[0].similarity == 15 / 21
    assert {second.keeper, second.repeats[0].row} == {2, 5}
    assert second.repeats[0].days_after is None
    assert (analysis.num_repeats, analysis.num_exact) == (3, 2)


def test_sources_that_repeat_sources(analysis):
    assert analysis.source_repeats == [("Courier", "Ledger", 2)]
    assert source_repeats(analysis.groups, None) == []


def test_corpus_at_a_glance(analysis):
    assert analysis.language_counts() == [("en", 3), ("zh", 2), ("none", 1)]
    assert analysis.source_counts() == [("Ledger", 3), ("Courier", 2)]
    assert analysis.span() == ("2026-04-09", "2026-04-12")
    assert analysis.num_tokens.tolist() == [20, 20, 3, 20, 0, 3]


def test_keywords_are_ranked_within_documents(analysis):
    keywords = analysis.keywords.to_pydict()
    starts = analysis.keyword_rows
    assert np.diff(starts).tolist() == [3, 3, 3, 3, 0, 3]
    assert keywords["id"] == [name for name in "abcdf" for _ in range(3)]
    assert keywords["rank"] == [1, 2, 3] * 5
    scores = np.array(keywords["score"]).reshape(5, 3)
    assert (np.diff(scores) <= 0).all()
    # The only word that no other document has.
    assert "monday" in keywords["term"][0]


def test_pairs_beyond_the_bound_are_those_of_keepers(analysis):
    everything, is_complete = pair_table(analysis.duplicates)
    assert is_complete
    assert list(zip(*everything.select(["left", "right"]).to_pydict().values(), strict=True)) == [
        (0, 1),
        (0, 3),
        (1, 3),
        (2, 5),
    ]
    bounded, is_complete = pair_table(analysis.duplicates, max_pairs=3)
    assert not is_complete
    assert bounded.schema == everything.schema
    assert bounded.select(["left_id", "right_id"]).to_pylist() == [
        {"left_id": "a", "right_id": "b"},
        {"left_id": "b", "right_id": "d"},
        {"left_id": "c", "right_id": "f"},
    ]
    assert bounded["similarity"].to_pylist() == [15 / 21, 1.0, 1.0]


@pytest.mark.parametrize("texts", [[], [None], ["", ""], ["word"]])
def test_tiny_corpora_have_findings(texts):
    analysis = analyze(ng.Corpus(texts))
    assert len(analysis.num_tokens) == len(texts)
    assert analysis.span() is None


def test_threads_change_nothing(sample_news):
    corpus = ng.read(sample_news)
    one, two = analyze(corpus, num_threads=1), analyze(corpus, num_threads=2)
    assert one.ngrams.equals(two.ngrams)
    assert one.keywords.equals(two.keywords)
    assert one.groups == two.groups


@pytest.fixture(scope="module")
def in_pieces():
    """A corpus that fills four pieces of the size that ``piece_bytes`` gives, and that size."""
    texts = [f"{STORY} Report {row % 7} of {row % 3}. 中国经济增长。" if row % 11 else None for row in range(200)]
    corpus = ng.Corpus([*texts, "", "a repeated pair, a repeated pair"])
    return corpus, corpus.num_bytes // 4


def test_pieces_make_up_the_corpus(in_pieces):
    corpus, size = in_pieces
    parts = pieces(corpus, size)
    assert len(parts) == 4
    assert [text for part in parts for text in part] == list(corpus)
    assert all(part.num_bytes < size + 200 for part in parts)
    assert pieces(ng.Corpus([])) == []
    assert [len(part) for part in pieces(ng.Corpus([None, ""]))] == [2]
    assert [list(part) for part in pieces(ng.Corpus(["ab", "cd"]), 1)] == [["ab"], ["cd"]]


def test_ngrams_in_pieces_are_those_of_the_whole(in_pieces, monkeypatch):
    corpus, size = in_pieces
    monkeypatch.setattr("newsgpu.analysis.ngrams.pieces", lambda corpus: pieces(corpus, size))
    for top in (10, 500):
        found = frequent_ngrams(corpus, 3, top, 4000, {})
        assert found.equals(ng.count_ngrams(corpus, (1, 3), top=top, min_count=2))
    # Of 7.5 million tokens, one n-gram in 50,000.
    found = frequent_ngrams(corpus, 3, 500, 7_500_000, {})
    assert found.equals(ng.count_ngrams(corpus, (1, 3), top=500, min_count=150))


# None of the counts kept, some of them, all.
@pytest.mark.parametrize(("kept_bytes", "least", "most"), [(0, 8, 8), (10_000, 5, 7), (1 << 20, 4, 4)])
def test_keywords_in_pieces_are_those_of_the_whole(in_pieces, monkeypatch, kept_bytes, least, most):
    corpus, size = in_pieces
    whole, starts = document_keywords(corpus, 5, {})
    monkeypatch.setattr("newsgpu.analysis.keywords.pieces", lambda corpus: pieces(corpus, size))
    monkeypatch.setattr("newsgpu.analysis.keywords._KEPT_BYTES", kept_bytes)
    counted = []
    count = TermColumns.count
    monkeypatch.setattr(TermColumns, "count", lambda self, *of: counted.append(of) or count(self, *of))
    found, found_starts = document_keywords(corpus, 5, {})
    assert least <= len(counted) <= most
    assert found.combine_chunks().equals(whole.combine_chunks())
    assert found_starts.tolist() == starts.tolist()
    assert found["term"][starts[201] :].to_pylist() == ["pair", "repeated", "repeated pair"]


def test_keyword_scores_are_tfidf_over_the_candidates():
    texts = ["storm storm harbour", "harbour ferry", None]
    found, _ = document_keywords(ng.Corpus(texts), 5, {})
    rare, common = np.log(4 / 2) + 1, np.log(4 / 3) + 1
    norms = np.hypot(2 * rare, common), np.hypot(rare, common)
    expected = [
        ("0", 1, "storm", 2 * rare / norms[0]),
        ("0", 2, "harbour", common / norms[0]),
        ("1", 1, "ferry", rare / norms[1]),
        ("1", 2, "harbour", common / norms[1]),
    ]
    assert [(*row[:3], pytest.approx(row[3])) for row in expected] == [tuple(row.values()) for row in found.to_pylist()]
