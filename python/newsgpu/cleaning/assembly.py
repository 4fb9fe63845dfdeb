"""From judged lines to articles: one for each section, with its headline, its date and its paragraphs."""

from __future__ import annotations

from collections.abc import Sequence

from .article import Article
from .body import JudgedLine, find_body, shows_chrome
from .chrome import normal_key
from .dates import find_labelled_date
from .headlines import find_headline, is_byline
from .lines import Line, Place
from .paragraphs import count_cuts, join_cut_lines
from .sections import find_sections

__all__ = ["assemble", "text_of"]

DATE_REACH = 14  # lines around a headline in which its date is looked for
MASTHEAD = 30  # first lines of a page, where a newspaper prints its date
EXCERPT_LABELS = ("摘要", "导读", "核心提示", "内容提要", "简介", "Abstract", "Summary")


def assemble(
    judged: Sequence[JudgedLine],
    title: str | None = None,
    date: str | None = None,
    page_title: str = "",
    is_markup: bool = False,
) -> list[Article]:
    """Articles of a page. Never empty if a line of the page has text: in doubt everything that is no control stays.

    ``title`` and ``date``, where known from elsewhere, win for a page of one article. A plain text with no chrome
    around it keeps all its lines but the dates and notices at its edges.
    """
    inside = find_body(judged) if is_markup or shows_chrome(judged) else _all_but_edges(judged)
    if not any(inside):
        return _without_body(judged, title, date, page_title)
    starts = find_sections(judged, inside)
    cut = count_cuts([item.line for item, flag in zip(judged, inside, strict=True) if flag and not item.is_control]) > 0
    page_date = find_labelled_date(item.line.text for item in judged[:MASTHEAD] if not item.is_prose)
    articles = []
    for start, end in zip(starts, [*starts[1:], len(judged)], strict=True):
        article = _section(judged, inside, start, end, page_title, cut)
        if article is None:
            continue
        if len(starts) == 1:
            article = Article(article.text, title or article.title, date or article.date or page_date)
        else:
            article = Article(article.text, article.title, article.date or date or page_date)
        articles.append(article)
    return articles


def text_of(lines: Sequence[Line], cut: bool = False) -> str:
    """Paragraphs as text: an empty line where the page had a gap, a line end elsewhere.

    ``cut`` says that the page is known to cut lines in mid-sentence.
    """
    parts: list[str] = []
    for line in join_cut_lines(lines, cut):
        if parts:
            parts.append("\n\n" if line.gap else "\n")
        parts.append(line.text)
    return "".join(parts)


def _all_but_edges(judged: Sequence[JudgedLine]) -> list[bool]:
    inside = [not item.is_control for item in judged]
    for order in (range(len(judged)), range(len(judged) - 1, -1, -1)):
        for i in order:
            item = judged[i]
            stamp = item.chrome.empty and item.chrome.meta
            if item.shape.full_stops or not (stamp or item.is_chrome) or item.shape.units >= 25:
                break
            inside[i] = False
    return inside


def _section(
    judged: Sequence[JudgedLine], inside: Sequence[bool], start: int, end: int, page_title: str, cut: bool
) -> Article | None:
    body = [i for i in range(start, end) if inside[i]]
    if not body:
        return None
    first, last = body[0], body[-1]
    while first < last and judged[first].line.level:
        first += 1  # the body begins below its headings
    headline = find_headline(judged, start, first, page_title)
    if headline is None and _opens_like_headline(judged, first, last):
        headline = first
    kept = [i for i in body if not judged[i].is_control and not _is_excerpt(judged, i, body)]
    kept = [
        *_above(judged, headline if headline is not None else start - 1, first),
        *kept,
        *_below(judged, last + 1, end),
    ]
    if headline is not None and headline not in kept:
        kept.insert(0, headline)
    title = judged[headline].line.text if headline is not None else None
    kept = _without_empty_headings(judged, sorted(set(kept)), headline)
    lines = [judged[i].line for i in kept]
    if headline is not None:  # the headline is never the first half of a sentence
        place = kept.index(headline)
        lines[place] = Line(lines[place].text, lines[place].gap, max(1, lines[place].level), 0.0, Place.BODY)
    date = _date_near(judged, headline if headline is not None else first, start, first, last, end)
    return Article(text_of(lines, cut), title, date)


def _opens_like_headline(judged: Sequence[JudgedLine], first: int, last: int) -> bool:
    """A first line that is no sentence, above a paragraph."""
    shape = judged[first].shape
    if first == last or shape.closed or shape.full_stops or shape.cut or not 3 <= shape.units <= 40:
        return False
    return any(item.is_prose and item.shape.closed for item in judged[first + 1 : first + 4])


def _above(judged: Sequence[JudgedLine], headline: int, first: int) -> list[int]:
    """Lines between headline and body that touch either: the standfirst, the byline, a subheading."""
    kept = []
    for i in range(headline + 1, first):
        if not _is_plain(judged[i]):
            break
        kept.append(i)
    for i in range(first - 1, max(headline, first - 6), -1):
        if not _is_plain(judged[i]) or i in kept:
            break
        kept.append(i)
    return kept if headline >= 0 or len(kept) <= 3 else []


def _below(judged: Sequence[JudgedLine], first: int, end: int) -> list[int]:
    """Bylines and signatures that follow the last sentence."""
    kept = []
    for i in range(first, min(first + 3, end)):
        if not is_byline(judged[i].line.text) or judged[i].is_control:
            break
        kept.append(i)
    return kept


def _is_plain(item: JudgedLine) -> bool:
    chrome = item.chrome
    if item.is_control or chrome.empty or chrome.listed or chrome.meta or chrome.notices or chrome.share >= 0.25:
        return False
    return chrome.section_share < 0.7 and item.shape.units >= 2 and item.line.place is not Place.CHROME


def _is_excerpt(judged: Sequence[JudgedLine], i: int, body: Sequence[int]) -> bool:
    """A summary that ends in an ellipsis and repeats the first sentences word for word."""
    item = judged[i]
    if not item.shape.cut or i - body[0] > 3:
        return False
    text = item.line.text
    for label in EXCERPT_LABELS:
        text = text.removeprefix(label)
    key = normal_key(text)
    following = "".join(normal_key(judged[j].line.text) for j in body if i < j <= i + 6)
    return len(key) >= 15 and key in following


def _without_empty_headings(judged: Sequence[JudgedLine], kept: Sequence[int], headline: int | None) -> list[int]:
    """Drop headings with nothing under them, like the name of the column above the next article's headline."""
    result: list[int] = []
    following = 0  # level of the next line that is kept
    for i in reversed(kept):
        level = judged[i].line.level
        empty = not result or 0 < following < level
        if level and empty and i != headline and not judged[i].is_prose:
            continue
        result.append(i)
        following = level
    return result[::-1] or list(kept)


def _date_near(judged: Sequence[JudgedLine], headline: int, top: int, first: int, last: int, end: int) -> str | None:
    above = [*range(headline + 1, min(first + 3, end)), *range(headline, max(top, headline - DATE_REACH) - 1, -1)]
    found = find_labelled_date(judged[i].line.text for i in above if not judged[i].is_prose)
    if found:
        return found
    below = [
        item.line.text
        for item in judged[last + 1 : min(last + 1 + DATE_REACH, end)]
        if item.chrome.meta and item.chrome.share > 0.1
    ]
    return find_labelled_date(below)


def _without_body(judged: Sequence[JudgedLine], title: str | None, date: str | None, page_title: str) -> list[Article]:
    """A page without a sentence: what is no control; if that is nothing, everything."""
    kept = [item for item in judged if not item.is_busy and not item.is_control] or list(judged)
    if not kept:
        return []
    date = date or find_labelled_date(item.line.text for item in judged[:MASTHEAD])
    return [Article(text_of([item.line for item in kept]), title or page_title or None, date)]
