import html.parser
import re
import shutil
import subprocess

import numpy as np
import pytest

import newsgpu as ng
from newsgpu.analysis import analyze
from newsgpu.report import Limits, render
from newsgpu.report.difference import compare, segments
from newsgpu.report.documents import display_term, passage_views
from newsgpu.report.timeline import timeline

SCRIPT = "<script>document.title='taken over'</script>"
HANDLER = "<img src=x onerror=\"document.title='taken over'\">"


def passages(left, right):
    return [(p.is_equal, p.left, p.right) for p in compare(*segments([left, right]))]


def test_equal_texts_are_one_equal_passage():
    text = "One sentence. And a second one."
    assert passages(text, text) == [(True, [("same", text)], [("same", text)])]
    assert passages("", "") == []


def test_a_changed_word_is_marked_within_its_sentence():
    assert passages(
        "The river rose. The old bridge fell. Nobody was hurt.", "The river rose. The new bridge fell. Nobody was hurt."
    ) == [
        (True, [("same", "The river rose. ")], [("same", "The river rose. ")]),
        (
            False,
            [("same", "The "), ("removed", "old"), ("same", " bridge fell. ")],
            [("same", "The "), ("added", "new"), ("same", " bridge fell. ")],
        ),
        (True, [("same", "Nobody was hurt.")], [("same", "Nobody was hurt.")]),
    ]


def test_chinese_is_compared_by_words():
    assert passages("中国经济增长。航道开放。", "中国贸易增长。航道开放。") == [
        (
            False,
            [("same", "中国"), ("removed", "经济"), ("same", "增长。")],
            [("same", "中国"), ("added", "贸易"), ("same", "增长。")],
        ),
        (True, [("same", "航道开放。")], [("same", "航道开放。")]),
    ]


def test_a_cut_paragraph_stands_alone():
    assert passages("First one.\nSecond one.\nThird one.", "First one.\nThird one.") == [
        (True, [("same", "First one.\n")], [("same", "First one.\n")]),
        (False, [("removed", "Second one.\n")], []),
        (True, [("same", "Third one.")], [("same", "Third one.")]),
    ]


def test_sentences_with_nothing_in_common_are_not_woven():
    (row,) = passages("Alpha beta gamma delta.", "Completely different words here, all of them.")
    assert row == (
        False,
        [("removed", "Alpha beta gamma delta.")],
        [("added", "Completely different words here, all of them.")],
    )


def test_line_breaks_in_other_places_are_no_difference():
    rows = passages("The old bridge\nover the river fell on Friday.", "The old bridge over the\nriver fell on Friday.")
    assert all(kind == "same" for _, left, right in rows for kind, _ in left + right)


@pytest.mark.parametrize("side", [0, 1])
def test_pieces_make_up_their_text(side):
    texts = (
        "“Never again,” said the mayor. 市长说:不会再有第二次! He left... at 5.30 p.m. in a hurry\n\n",
        "“Not again!” said the deputy mayor. 市长说:不会有第三次! She left at 5.45 p.m. in no hurry\r\nBye.",
    )
    rows = compare(*segments(texts))
    assert "".join(text for row in rows for _, text in (row.left, row.right)[side]) == texts[side]


def test_a_long_equal_passage_shows_its_ends():
    text = "abcdefghij" * 40
    (view,) = passage_views(compare([text], [text]))
    assert view.num_omitted == 400 - 120
    assert [piece for _, piece in view.left] == [text[:60], text[-60:]]


def test_a_long_equal_passage_is_cut_between_words():
    text = "twelve words " * 40
    (view,) = passage_views(compare([text], [text]))
    head, tail = (piece for _, piece in view.left)
    assert (head, tail) == ("twelve words " * 4 + "twelve", "words " + "twelve words " * 4)
    assert len(head) + view.num_omitted + len(tail) == len(text)


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("习 近平", "习近平"),
        ("new york", "new york"),
        ("gdp 增长", "gdp 增长"),
        ("h10 24", "h10 24"),
        ("壁炉 10", "壁炉10"),
        ("word", "word"),
    ],
)
def test_chinese_terms_are_written_without_spaces(term, shown):
    assert display_term(term) == shown


def days(*texts):
    return np.array(texts, "datetime64[D]")


def test_timeline_counts_days_and_repeats():
    chart = timeline(days("2026-04-09", "2026-04-09", "NaT", "2026-04-11"), np.array([False, True, True, False]))
    assert (chart.unit, chart.dated, len(chart.panels)) == ("day", 3, 1)
    assert [(b.label, b.documents, b.repeats) for b in chart.panels[0].bars] == [
        ("2026-04-09", 2, 1),
        ("2026-04-10", 0, 0),
        ("2026-04-11", 1, 0),
    ]
    first, _, last = chart.panels[0].bars
    assert first.height == 2 * last.height == 2 * first.repeats_height


@pytest.mark.parametrize(
    ("last", "unit", "label"),
    [
        ("2026-01-20", "day", "2026-01-20"),
        ("2026-10-02", "week", "week of 2026-09-28"),
        ("2031-05-06", "month", "2031-05"),
        ("2050-12-31", "quarter", "2050 Q4"),
        ("2100-01-01", "year", "2100"),
    ],
)
def test_timeline_takes_the_finest_unit_that_fits(last, unit, label):
    every = np.arange(np.datetime64("2026-01-01"), np.datetime64(last) + 1)
    chart = timeline(every, np.zeros(len(every), bool))
    assert chart.unit == unit
    (panel,) = chart.panels
    assert panel.bars[-1].label == label
    assert sum(bar.documents for bar in panel.bars) == len(every)


def test_timeline_leaves_out_long_silences():
    old = np.arange(np.datetime64("1987-02-01"), np.datetime64("1987-10-20"))
    new = np.arange(np.datetime64("2019-01-01"), np.datetime64("2026-06-01"))
    chart = timeline(np.concatenate([old, new]), np.zeros(len(old) + len(new), bool))
    assert chart.unit == "month"
    assert [panel.bars[0].label for panel in chart.panels] == ["1987-02", "2019-01"]
    assert chart.panels[0].right < chart.panels[1].left
    assert chart.panels[1].right <= 1000


def test_timeline_of_one_document():
    (panel,) = timeline(days("2026-04-09"), np.array([False])).panels
    assert [bar.documents for bar in panel.bars] == [1]


@pytest.fixture(scope="module")
def hostile():
    """Every field that a page shows holds a script, in documents that repeat each other and differ."""
    text = f"Web pages that show a line such as {SCRIPT} {HANDLER} as it stands will run it for everyone. "
    texts = [text + "Escape it.", text + "Escape it!</script></style></title>", "“quoted” & 'quoted' \"quoted\""]
    fields = [SCRIPT, HANDLER, f"'\"><svg onload={SCRIPT}>"]
    corpus = ng.Corpus(texts, ids=fields, titles=fields, sources=fields, dates=["2026-04-09"] * 3)
    return analyze(corpus)


class Page(html.parser.HTMLParser):
    """The elements of a page that could run or load something, and its addresses."""

    def __init__(self, source):
        super().__init__()
        self.scripts, self.handlers, self.addresses, self.policy = 0, [], [], ""
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.scripts += tag == "script"
        for name, value in attributes:
            if name.startswith("on"):
                self.handlers.append((tag, name))
            if name in ("src", "href", "action", "data", "srcset", "xlink:href"):
                self.addresses.append(value)
            if name == "style":
                self.handlers.append((tag, name))
            if name == "http-equiv":
                self.policy = dict(attributes)["content"]


def test_page_runs_and_loads_nothing_but_its_own(hostile):
    source = render(hostile, heading=SCRIPT)
    page = Page(source)
    assert page.scripts == 1
    assert page.handlers == []
    assert all(address.startswith("#") for address in page.addresses)
    assert page.policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in page.policy
    assert "&lt;script&gt;document.title" in source
    assert not re.search(r"@import|url\(", source)


def test_limits_are_told():
    texts = [f"document number {row} says {row * 7} and {row * 11} words of its own" for row in range(30)]
    copies = ["The same words stand in every one of these copies, all of them."] * 9
    pairs = [f"{row} {row + 1} {row + 2} pairs of equal texts" for row in range(100, 140, 10) for _ in range(2)]
    analysis = analyze(ng.Corpus(texts + copies + pairs))
    source = render(analysis, limits=Limits(documents=10, groups=3, repeats=4, ngrams=5))
    assert "10 of 47 documents, evenly spaced" in source
    assert "This page shows the 3 largest groups; all 5 stand in duplicates.parquet" in source
    assert "And 4 more, in duplicates.parquet." in source
    everything = render(analysis)
    assert "evenly spaced" not in everything
    assert "largest groups" not in everything


@pytest.mark.parametrize("texts", [[], [None], ["word"]])
def test_tiny_corpora_have_a_page(texts):
    assert "None repeats another." in render(analyze(ng.Corpus(texts)))


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """The document that a headless Chromium makes of a page, as text."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: pages are checked by their source alone")
    folder = tmp_path_factory.mktemp("pages")

    def dump(source):
        path = folder / "page.html"
        path.write_text(source, encoding="utf-8")
        command = [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
        done = subprocess.run(
            [*command, "--virtual-time-budget=2000", "--dump-dom", path.as_uri()],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    return dump


def test_browser_does_run_scripts(browser):
    page = f"<!doctype html><title>before</title><p>{SCRIPT}"
    assert "<title>taken over</title>" in browser(page)


def test_browser_runs_no_script_of_the_corpus(browser, hostile):
    dom = browser(render(hostile, heading="Hostile"))
    assert "<title>Hostile · newsgpu report</title>" in dom
    # The page's own script did run: the policy has its hash.
    assert re.search(r'<html[^>]*class="scripted"', dom)


def test_browser_blocks_a_script_that_escaping_missed(browser, hostile):
    source = render(hostile, heading="Hostile").replace("<main", f"{SCRIPT}{HANDLER}<main")
    dom = browser(source)
    assert "<title>Hostile · newsgpu report</title>" in dom
    assert SCRIPT in dom
