"""The article of an HTML page: trafilatura's reading, checked against our own, so that no article is lost."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from functools import cache
from types import ModuleType

from .article import Article
from .assembly import assemble, text_of
from .body import JudgedLine, find_body, judge_lines
from .chrome import normal_key
from .dates import find_date
from .headlines import clean_title
from .json_answers import articles_in_json
from .lines import Line, Place, split_lines, tidy, units_of
from .markup import Markup, read_markup

__all__ = ["articles_of_markup"]

# Beyond these trafilatura takes minutes or recurses too deep; our own reading is linear and has no depth.
LARGEST_PAGE = 3_000_000  # characters
MOST_ELEMENTS = 40_000
DEEPEST = 200

LITTLE = 400  # characters of prose a page shows, at most, if its article is in its scripts
LEAST_COVERED = 0.5  # part of our body's sentences that trafilatura must have found to be believed
LEAST_ARTICLE = 150.0  # units of sentences in an <article> that counts as one of several
EDGE = -1.2  # score of a first or last line that is chrome
SITE_NAME = 7.0  # units of a title that may be a site's name and nothing else
MOST_ABOVE = 6  # labels above the headline

_NOT_WORD = re.compile(r"[\W_]+")
_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "publishdate",
    "pubdate",
    "publish_date",
    "date_published",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "date",
    "weibo:article:create_at",
    "og:release_date",
    "citation_publication_date",
    "publishtime",
    "publish_time",
    "pubtime",
    "apub:time",
    "bt:pubdate",
    "firstcreatedtime",
    "created",
    "article.published",
    "og:published_time",
    "published_time",
)
_TITLE_METAS = ("og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "articletitle", "title")


def articles_of_markup(text: str, title: str | None = None, date: str | None = None) -> list[Article]:
    """Articles of a page or fragment of HTML; empty if it shows no text.

    ``title`` and ``date`` are used where the page itself shows none.
    """
    page = read_markup(text)
    judged = judge_lines(page.lines)
    title, date = _title_of(page) or title, _date_of(page) or date
    if title is None and page.title:
        title = _title_from_window(page, judged)
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
        lines = _trafilatura_lines(text, page)
        if lines and _covered(kept, lines) >= LEAST_COVERED:
            title, date = own[0].title, own[0].date
            lines = _with_lost_paragraphs(_with_paragraphs(_below_headline(lines, title), kept), kept)
            return [Article(text_of(lines), title, date)]
    return [_without_headline(article) for article in own]


def _without_headline(article: Article) -> Article:
    """A whole page says what its headline is: it goes into ``title``, and the text begins with the body."""
    first, _, rest = article.text.partition("\n")
    if rest.strip() and article.title and normal_key(first) == normal_key(article.title):
        return Article(rest.lstrip("\n"), article.title, article.date)
    return article


def _below_headline(lines: list[Line], title: str | None) -> list[Line]:
    """Lines below the headline, if only labels stand above it, and without the stamps of time below it."""
    key = normal_key(title or "")
    place = next((i for i, line in enumerate(lines[: MOST_ABOVE + 1]) if key and normal_key(line.text) == key), -1)
    judged = judge_lines(lines[: place + 1 + MOST_ABOVE])
    if any(item.is_prose for item in judged[: max(place, 0)]):
        return lines
    first = place + 1
    while first < len(judged) and judged[first].score <= EDGE:
        first += 1
    return lines[first:] if first < len(lines) else lines


# -- trafilatura -----------------------------------------------------------------------------------------------------


@cache
def _trafilatura() -> ModuleType:
    import trafilatura  # slow to import: only where a page needs it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura


def _trafilatura_lines(text: str, page: Markup) -> list[Line]:
    """Lines of trafilatura's reading without the chrome at its edges; none if the page is too much for it."""
    if len(text) > LARGEST_PAGE or page.elements > MOST_ELEMENTS or page.depth > DEEPEST:
        return []
    try:
        found = _trafilatura().extract(tidy(text), favor_precision=True, include_comments=False, with_metadata=False)
    except Exception:  # a page that breaks the library is read by ourselves, as one it finds nothing in
        return []
    lines = map(_without_marks, split_lines(tidy(found or "")))
    judged = judge_lines([line for line in lines if line.text])
    while judged and judged[-1].score <= EDGE:
        judged.pop()
    return [item.line for item in judged if not item.is_control]


def _without_marks(line: Line) -> Line:
    """Take off what trafilatura writes before items and around cells; a row of bars becomes empty."""
    text = line.text
    if text.startswith("- ") and len(text) > 2:
        text = text[2:]
    if text.startswith("|") and text.endswith("|"):
        text = " ".join(text.replace("|", " ").split())
    return Line(text, line.gap, line.level, line.link_share, Place.BODY)


def _probe(text: str) -> str:
    """A piece of a line that shows whether the line is in another text, spacing and punctuation aside."""
    key = _NOT_WORD.sub("", text)
    return key[len(key) // 4 :][:40]


def _covered(kept: Sequence[JudgedLine], lines: Sequence[Line]) -> float:
    """Part of our own body's sentences that the lines hold; 1 if we found no sentence."""
    found = _NOT_WORD.sub("", "".join(line.text for line in lines))
    prose = [item for item in kept if item.shape.full_stops and item.is_prose]
    total = sum(item.shape.units for item in prose)
    if total < 20:
        return 1.0
    return sum(item.shape.units for item in prose if _probe(item.line.text) in found) / total


def _with_paragraphs(lines: list[Line], kept: Sequence[JudgedLine]) -> list[Line]:
    """Part lines again that trafilatura ran together, as it does with tables that only lay out the page."""
    result: list[Line] = []
    for line in lines:
        parts = []
        if len(line.text) > 300:
            key = _NOT_WORD.sub("", line.text)
            parts = [
                item.line for item in kept if len(item.line.text) < len(line.text) and _probe(item.line.text) in key
            ]
        covered = sum(len(part.text) for part in parts)
        result += parts if len(parts) > 1 and covered >= 0.7 * len(line.text) else [line]
    return result


def _with_lost_paragraphs(lines: list[Line], kept: Sequence[JudgedLine]) -> list[Line]:
    """Put back paragraphs of our own body that lie between two lines trafilatura kept."""
    keys = [_NOT_WORD.sub("", line.text) for line in lines]
    found = "\n".join(keys)
    places = []
    ends = 0
    for item in kept:
        probe = _probe(item.line.text)
        place = found.find(probe, ends) if len(probe) >= 8 else -1
        if place < 0 and len(probe) >= 8:
            place = found.find(probe)
        places.append(found.count("\n", 0, place) if place >= 0 else -1)
        ends = max(ends, place)
    hits = [i for i, place in enumerate(places) if place >= 0]
    if not hits:
        return lines
    restored: dict[int, list[Line]] = {}
    after = places[hits[0]]
    for i in range(hits[0], hits[-1]):
        item = kept[i]
        if places[i] >= 0:
            after = places[i]
        elif (
            item.is_prose
            and item.score > 0
            and item.line.place is not Place.CHROME
            and _probe(item.line.text) not in found
        ):
            restored.setdefault(after, []).append(item.line)
    if not restored:
        return lines
    result: list[Line] = []
    for i, line in enumerate(lines):
        result.append(line)
        result += restored.get(i, ())
    return result


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


# -- what the page says about itself ---------------------------------------------------------------------------------


def _title_of(page: Markup) -> str | None:
    headings = [line.text for line in page.lines if line.level in (1, 2) and line.place is not Place.CHROME][:20]
    first = [line.text for line in page.lines if line.level == 1][:10]
    site = page.metas.get("og:site_name", "")
    for name in _TITLE_METAS:
        if name in page.metas:
            return clean_title(page.metas[name], site, first or headings)
    for node in _linked_nodes(page):
        headline = node.get("headline")
        if isinstance(headline, str) and headline.strip():
            return clean_title(headline, site, first)
    if page.title and first and (title := clean_title(page.title, site, first)) in first:
        return title
    return None


def _title_from_window(page: Markup, judged: Sequence[JudgedLine]) -> str | None:
    """Title of a page that shows it in ``<title>`` alone: often with the site's name, sometimes nothing else."""
    headings = [line.text for line in page.lines if line.level in (1, 2, 3) and line.place is not Place.CHROME][:20]
    named = clean_title(page.title, page.metas.get("og:site_name", ""), headings)
    shown = next((article.title for article in assemble(judged, None, None, page.title, is_markup=True)[:1]), None)
    if shown and (normal_key(shown) in normal_key(page.title) or units_of(named or "") < SITE_NAME):
        return shown
    return named


def _date_of(page: Markup) -> str | None:
    for name in _DATE_METAS[:1]:
        if name in page.metas and (found := find_date(page.metas[name])):
            return found
    for node in _linked_nodes(page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            value = node.get(key)
            if isinstance(value, str) and (found := find_date(value[:60])):
                return found
    for name in _DATE_METAS[1:]:
        if name in page.metas and (found := find_date(page.metas[name])):
            return found
    return next((found for time in page.times[:1] if (found := find_date(time))), None)


def _linked_nodes(page: Markup) -> list[dict[str, object]]:
    """Objects of the page's JSON-LD, articles first."""
    nodes: list[dict[str, object]] = []
    for script in page.linked_data[:20]:
        try:
            stack = [json.loads(script, strict=False)]
        except (ValueError, RecursionError):
            continue
        while stack and len(nodes) < 200:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(reversed(value[:50]))
            elif isinstance(value, dict):
                nodes.append(value)
                stack.append(value.get("@graph"))
    return sorted(
        nodes, key=lambda node: "Article" not in str(node.get("@type")) and "Posting" not in str(node.get("@type"))
    )


def _articles_in_scripts(page: Markup) -> list[Article]:
    """Articles that the page carries as JSON for a script to show."""
    found: list[Article] = []
    for node in _linked_nodes(page):
        body = node.get("articleBody")
        if isinstance(body, str) and len(body) > 2 * LITTLE:
            headline = node.get("headline")
            found.append(
                Article(
                    text_of(split_lines(tidy(body))), headline if isinstance(headline, str) else None, _date_of(page)
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
