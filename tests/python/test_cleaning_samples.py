"""The sample news: every phrase of the truth file, and which files are pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newsgpu.cleaning import Article, clean_page, looks_like_page

NEWS = Path(__file__).resolve().parents[2] / "examples" / "news"
PAGES = sorted(path.name for path in NEWS.iterdir() if path.suffix in (".html", ".txt"))


def articles_of(name: str) -> dict[str, Article]:
    """Articles of a sample page by the ids the corpus gives them."""
    path = NEWS / name
    found = clean_page(path.read_bytes())
    if len(found) == 1:
        return {path.stem: found[0]}
    return {f"{path.stem}#{number}": article for number, article in enumerate(found, 1)}


def test_there_are_samples() -> None:
    assert len(PAGES) >= 40


@pytest.mark.parametrize("name", PAGES)
def test_articles_of_a_page(name: str, sample_news_truth: dict[str, Any]) -> None:
    stem = name.rpartition(".")[0]
    truth = {key: value for key, value in sample_news_truth["articles"].items() if key.partition("#")[0] == stem}
    found = articles_of(name)
    assert sorted(found) == sorted(truth)
    for key, expected in truth.items():
        article = found[key]
        assert [phrase for phrase in expected["must_contain"] if phrase not in article.text] == []
        assert [phrase for phrase in expected["must_not_contain"] if phrase in article.text] == []
        assert article.title == expected["title"]
        assert article.date == expected["date"].strip()


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".txt")])
def test_pages_in_text_files_are_seen(name: str) -> None:
    assert looks_like_page((NEWS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_an_article_is_no_page(name: str) -> None:
    for article in articles_of(name).values():
        assert not looks_like_page(article.text)
