"""The article of an HTML page: trafilatura's reading, checked against our own, so that no article is lost."""

from __future__ import annotations

from collections.abc import Sequence

from .article import Article
from .assembly import assemble, text_of
from .body import JudgedLine, find_body, judge_lines
from .chrome import normal_key
from .json_answers import articles_in_json
from .lines import Place, split_lines, tidy
from .markup import Markup, read_markup
from .metadata import date_of, linked_nodes, title_of
from .trafilatura_text import (
    below_headline,
    covered_share,
    trafilatura_lines,
    with_lost_paragraphs,
    with_paragraphs,
)

__all__ = ["articles_of_markup"]

LITTLE = 400  # characters of prose a page shows, at most, if its article is in its scripts
LEAST_COVERED = 0.5  # part of our body's sentences that trafilatura must have found to be believed
LEAST_ARTICLE = 150.0  # units of sentences in an <article> that counts as one of several


def articles_of_markup(text: str, title: str | None = None, date: str | None = None) -> list[Article]:
    """Articles of a page or fragment of HTML; empty if it shows no text.

    ``title`` and ``date`` are used where the page itself shows none.
    """
    page = read_markup(text)
    judged = judge_lines(page.lines)
    title, date = title_of(page, judged) or title, date_of(page) or date
    several = _several_articles(page, judged)
    if several:
        return several
    inside = find_body(judged)
    kept = [item for item, flag in zip(judged, inside, strict=True) if flag and not item.is_control]
    if sum(len(item.line.text) for item in kept if item.is_prose) < LITTLE and (hidden := _articles_in_scripts(page)):
        return hidden
    own = assemble(judged, title, date, page.title, is_markup=True)
    if not page.whole:
        return own
    if len(own) == 1:
        lines = trafilatura_lines(text, page)
        if lines and covered_share(kept, lines) >= LEAST_COVERED:
            title, date = own[0].title, own[0].date
            lines = with_lost_paragraphs(with_paragraphs(below_headline(lines, title), kept), kept)
            return [Article(text_of(lines), title, date)]
    return [_without_headline(article) for article in own]


def _without_headline(article: Article) -> Article:
    """A whole page says what its headline is: it goes into ``title``, and the text begins with the body."""
    first, _, rest = article.text.partition("\n")
    if rest.strip() and article.title and normal_key(first) == normal_key(article.title):
        return Article(rest.lstrip("\n"), article.title, article.date)
    return article


# -- several articles in a page --------------------------------------------------------------------------------------


def _several_articles(page: Markup, judged: Sequence[JudgedLine]) -> list[Article]:
    """One for each ``<article>`` with a heading and much prose, if there are two; cards of teasers are not."""
    owned: dict[int, list[JudgedLine]] = {}
    for item, owner in zip(judged, page.owners, strict=True):
        if owner and item.line.place is not Place.CHROME:
            owned.setdefault(owner, []).append(item)
    full = {owner: items for owner, items in owned.items() if _is_full_article(items)}
    if len(full) < 2 or len({_first_level(items) for items in full.values()}) > 1:
        return []  # one article, or one among teasers set smaller
    outside = sum(
        item.shape.units
        for item, owner in zip(judged, page.owners, strict=True)
        if item.is_prose and item.score > 0 and owner not in full
    )
    inside = sum(item.shape.units for items in full.values() for item in items if item.is_prose)
    if outside > inside / 2:
        return []
    return [article for items in full.values() for article in assemble(items, is_markup=True)[:1]]


def _is_full_article(items: Sequence[JudgedLine]) -> bool:
    prose = sum(item.shape.units for item in items if item.is_prose and item.score > 0)
    return prose >= LEAST_ARTICLE and 0 < _first_level(items) <= 2


def _first_level(items: Sequence[JudgedLine]) -> int:
    return next((item.line.level for item in items[:8] if item.line.level), 0)


def _articles_in_scripts(page: Markup) -> list[Article]:
    """Articles that the page carries as JSON for a script to show."""
    found: list[Article] = []
    for node in linked_nodes(page):
        body = node.get("articleBody")
        if isinstance(body, str) and len(body) > 2 * LITTLE:
            headline = node.get("headline")
            found.append(
                Article(
                    text_of(split_lines(tidy(body))), headline if isinstance(headline, str) else None, date_of(page)
                )
            )
            return found
    for script in page.data[:10]:
        for item in articles_in_json(script)[:1]:
            inner = (
                articles_of_markup(item.body, item.title, item.date)
                if "<" in item.body
                else assemble(judge_lines(split_lines(tidy(item.body))), item.title, item.date)
            )
            if inner and len(inner[0].text) > 2 * LITTLE and (not found or len(inner[0].text) > len(found[0].text)):
                found = inner[:1]
    return found
