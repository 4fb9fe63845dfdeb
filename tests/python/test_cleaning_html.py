"""HTML pages: trafilatura's reading checked against our own, titles and dates, and pages it cannot read."""

# ruff: noqa: E501 - pages stand here as they are
from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from newsgpu.cleaning import Article, clean_page, looks_like_page, trafilatura_text
from newsgpu.cleaning.markup import is_markup, read_markup

PARAGRAPHS = [
    "The harbour froze on Monday night, and by Tuesday the ferry stood in the ice like a candle in a cake.",
    "Nobody on the island minded much. The shop had flour, the school had coal, and the post could wait.",
    "On Thursday a fisherman walked to the mainland with a ladder on his back and came home with the mail.",
    "The council has asked the regiment for an icebreaker. It is expected by the end of the month, or by the thaw.",
]
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
HEAD = "<title>Harbour freezes - The Skerry Post</title>"
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li><li><a href=/x>Death notices</a></li></ul></nav>"
FOOTER = "<footer>© 2026 The Skerry Post. All rights reserved. <a href=/privacy>Privacy</a></footer>"
PAGE = f"<!doctype html><html><head>{HEAD}</head><body>{MENU}<main><h1>Harbour freezes</h1>{BODY}</main>{FOOTER}</body></html>"


def test_article_of_a_page() -> None:
    (article,) = clean_page(PAGE)
    assert article.title == "Harbour freezes"
    assert [line for line in article.text.split("\n") if line] == PARAGRAPHS


@pytest.mark.parametrize("answer", [None, "", "Home\nDeath notices", RuntimeError("broken"), RecursionError()])
def test_no_article_is_lost_with_trafilatura(answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        @staticmethod
        def extract(*_: object, **__: object) -> object:
            if isinstance(answer, Exception):
                raise answer
            return answer

    monkeypatch.setattr(trafilatura_text, "_trafilatura", lambda: Broken)
    (article,) = clean_page(PAGE)
    assert article.title == "Harbour freezes"
    assert [line for line in article.text.split("\n") if line] == PARAGRAPHS


@pytest.mark.parametrize("dropped", [1, 2])
def test_a_paragraph_lost_between_others_is_put_back(dropped: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Losing:
        @staticmethod
        def extract(*_: object, **__: object) -> str:
            return "\n".join(paragraph for i, paragraph in enumerate(PARAGRAPHS) if i != dropped)

    monkeypatch.setattr(trafilatura_text, "_trafilatura", lambda: Losing)
    (article,) = clean_page(PAGE)
    assert [line for line in article.text.split("\n") if line] == PARAGRAPHS


def test_paragraphs_of_a_layout_table_stay_apart() -> None:
    cells = "".join(f"<tr><td>{paragraph}</td></tr>" for paragraph in PARAGRAPHS)
    page = f"<html><head>{HEAD}</head><body><table><tr><td><h1>Harbour freezes</h1><table>{cells}</table></td></tr></table>"
    (article,) = clean_page(page)
    assert [line for line in article.text.split("\n") if line] == PARAGRAPHS


def test_article_that_only_a_script_shows() -> None:
    data = '{"props":{"article":{"title":"Harbour freezes","publishedAt":"2026-01-06","body":"%s"}}}'
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 3).replace("/", "\\/")
    page = f'<html><body><div id=app>Loading</div><script type="application/json">{data % body}</script></body></html>'
    (article,) = clean_page(page)
    assert (article.title, article.date) == ("Harbour freezes", "2026-01-06")
    assert article.text.count(PARAGRAPHS[3]) == 3


@pytest.mark.parametrize(
    ("head", "top", "expected"),
    [
        ("<title>Harbour freezes | News | The Skerry Post</title>", "", "Harbour freezes"),
        ("<title>The Skerry Post</title>", "<h1>Harbour freezes</h1>", "Harbour freezes"),
        ('<meta property="og:title" content="Harbour freezes - The Skerry Post"><meta property="og:site_name" '
         'content="The Skerry Post">', "", "Harbour freezes"),
        ('<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":"NewsArticle","headline":'
         '"Harbour freezes"}]}</script>', "", "Harbour freezes"),
        ('<meta property="og:title" content="Harbour "freezes" overnight">', '<h1>Harbour "freezes" overnight</h1>',
         'Harbour "freezes" overnight'),
        ("<title>海港封冻_新闻_石岛网</title>", "<h1>海港封冻</h1>", "海港封冻"),
    ],
)  # fmt: skip
def test_titles(head: str, top: str, expected: str) -> None:
    (article,) = clean_page(f"<html><head>{head}</head><body>{MENU}{top}{BODY}{FOOTER}</body></html>")
    assert article.title == expected


@pytest.mark.parametrize(
    ("head", "top", "expected"),
    [
        ('<meta property="article:published_time" content="2026-01-06T23:30:00-05:00">', "", "2026-01-06"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-01-06"}</script>',
            "",
            "2026-01-06",
        ),
        ('<meta name="publishdate" content="2026-01-06">', "", "2026-01-06"),
        ("", '<time datetime="2026-01-06T10:00">yesterday</time>', "2026-01-06"),
        ("", "<div>发布时间：2026年1月6日 来源：石岛网</div>", "2026-01-06"),
        ("", "<div>6 January 2026, 10:30</div>", "2026-01-06"),
        ("", "", None),
    ],
)
def test_dates(head: str, top: str, expected: str | None) -> None:
    page = f"<html><head>{HEAD}{head}</head><body>{MENU}<h1>Harbour freezes</h1>{top}{BODY}{FOOTER}</body></html>"
    assert clean_page(page)[0].date == expected


def test_fragment_with_a_headline_before_it() -> None:
    (article,) = clean_page(f"2026-01-06 10:00:00\nHarbour freezes\n<div>{BODY}</div>")
    assert (article.title, article.date) == ("Harbour freezes", "2026-01-06")
    assert article.text.split("\n\n") == ["Harbour freezes", *PARAGRAPHS]


def test_scripts_styles_and_comments_are_no_text() -> None:
    page = f"<div><style>p{{color:red}}</style><script>var a='<p>no</p>'</script><!-- no -->{BODY}<noscript>no</noscript></div>"
    assert clean_page(page)[0].text.split("\n\n") == PARAGRAPHS


def test_what_is_markup() -> None:
    assert is_markup(PAGE)
    assert is_markup("<p>One.</p>")
    assert looks_like_page("<p>One line,<br>another, and <b>bold</b>.</p>")
    assert not is_markup("If a < b and b > c, then write <b>; the tag <i> is for the names of ships.")


def test_markup_of_any_depth_is_read() -> None:
    markup = read_markup("<div>" * 50_000 + "<p>Deep.</p>" + "</div>" * 50_000)
    assert [line.text for line in markup.lines] == ["Deep."]
    assert markup.depth > 50_000


def test_articles_can_be_sent_between_processes() -> None:
    article = Article("Text.", "Title", "2026-01-06")
    assert pickle.loads(pickle.dumps(article)) == article
    assert pickle.loads(pickle.dumps(clean_page)) is clean_page


def test_importing_does_not_import_trafilatura() -> None:
    code = "import sys, newsgpu.cleaning; sys.exit('trafilatura' in sys.modules or 'dateutil' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
