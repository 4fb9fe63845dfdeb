"""What an HTML page says about itself: its title and its date, in tags for machines and in its JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .assembly import assemble
from .body import JudgedLine
from .chrome import normal_key
from .dates import find_date
from .headlines import clean_title
from .lines import Place, units_of
from .markup import Markup

__all__ = ["date_of", "linked_nodes", "title_of"]

SITE_NAME = 7.0  # units of a title that may be a site's name and nothing else

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


def title_of(page: Markup, judged: Sequence[JudgedLine]) -> str | None:
    """Title as ``og:title`` and its kin, JSON-LD, ``<h1>`` or ``<title>`` give it, without the site's name."""
    headings = [line.text for line in page.lines if line.level in (1, 2) and line.place is not Place.CHROME][:20]
    first = [line.text for line in page.lines if line.level == 1][:10]
    site = page.metas.get("og:site_name", "")
    for name in _TITLE_METAS:
        if name in page.metas:
            return clean_title(page.metas[name], site, first or headings)
    for node in linked_nodes(page):
        headline = node.get("headline")
        if isinstance(headline, str) and headline.strip():
            return clean_title(headline, site, first)
    if page.title and first and (title := clean_title(page.title, site, first)) in first:
        return title
    return _title_from_window(page, judged) if page.title else None


def _title_from_window(page: Markup, judged: Sequence[JudgedLine]) -> str | None:
    """Title of a page that shows it in ``<title>`` alone: often with the site's name, sometimes nothing else."""
    headings = [line.text for line in page.lines if line.level in (1, 2, 3) and line.place is not Place.CHROME][:20]
    named = clean_title(page.title, page.metas.get("og:site_name", ""), headings)
    shown = next((article.title for article in assemble(judged, None, None, page.title, is_markup=True)[:1]), None)
    if shown and (normal_key(shown) in normal_key(page.title) or units_of(named or "") < SITE_NAME):
        return shown
    return named


def date_of(page: Markup) -> str | None:
    """Date of publication as meta tags, JSON-LD or the first ``<time>`` give it."""
    for name in _DATE_METAS[:1]:
        if name in page.metas and (found := find_date(page.metas[name])):
            return found
    for node in linked_nodes(page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            value = node.get(key)
            if isinstance(value, str) and (found := find_date(value[:60])):
                return found
    for name in _DATE_METAS[1:]:
        if name in page.metas and (found := find_date(page.metas[name])):
            return found
    return next((found for time in page.times[:1] if (found := find_date(time))), None)


def linked_nodes(page: Markup) -> list[dict[str, object]]:
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
