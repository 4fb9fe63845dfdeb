"""The headline of an article among the lines above its body, and the lines that belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .body import JudgedLine
from .chrome import normal_key

__all__ = ["clean_title", "find_headline", "is_byline"]

REACH = 40  # lines above the body in which the headline is looked for
SHORTEST, LONGEST = 2.5, 45.0  # units of a headline

_BYLINE = re.compile(
    r"(?:[^\s，。,]{0,16}(?:记者|通讯员|特派员|评论员|特约作者|实习生)[\s：:/]?.{1,40}|"
    r".{1,16}(?:综合报道|综合消息|综合编译|综合整理|供稿)|(?:文|撰文|作者|编译)\s?[/／:：|丨]\s?\S.{0,30}|"
    r"[(（](?:文|图|记者|通讯员|作者|来源|综合).{1,50}[)）])$"
)
_ENGLISH_BYLINE = re.compile(
    r"(?:[Bb][Yy]|[Ww]ords:|[Rr]eporting by|[Ww]ritten by)\s+[A-Z][\w.'’-]*"
    r"(?:[\s,&]+(?:and|for|of|the|[A-Z][\w.'’-]*)){0,10}\.?$"
)
_SITE_SEPARATORS = re.compile(
    r"\s+[|–—»:·•-]+\s+|\s*[|_｜丨]+\s*|(?<=[\u3400-\u9fff])\s?[-–—]{1,2}\s?(?=\S{2,16}$)|(?<=\s)-{1,2}\s*"
)


def is_byline(text: str) -> bool:
    """Does the line only name who wrote: 本报记者 …, …综合报道, By …?"""
    return len(text) <= 80 and (_BYLINE.match(text) is not None or _ENGLISH_BYLINE.match(text) is not None)


def find_headline(judged: Sequence[JudgedLine], top: int, start: int, page_title: str = "") -> int | None:
    """Index of the headline in ``judged[top:start]``, where ``start`` is the first line of the body."""
    best, best_rank = None, 0.0
    title_key = normal_key(page_title)
    nearest = 0
    for i in range(start - 1, max(top, start - REACH) - 1, -1):
        rank = _rank(judged, i, start, nearest, title_key)
        if not judged[i].is_busy:
            nearest += 1
        if rank > best_rank:
            best, best_rank = i, rank
    return best


def _rank(judged: Sequence[JudgedLine], i: int, start: int, nearest: int, title_key: str) -> float:
    item = judged[i]
    text, units, chrome = item.line.text, item.shape.units, item.chrome
    key = normal_key(text)
    if not SHORTEST <= units <= LONGEST and not item.line.level:
        return 0.0
    if (
        item.is_control
        or chrome.listed
        or chrome.empty
        or chrome.share >= 0.5
        or chrome.share + chrome.section_share >= 0.7
        or not key
    ):
        return 0.0
    if (chrome.meta and units < 12) or is_byline(text) or text[-1] in "，,：:":
        return 0.0
    rank = 3.0 + min(units, 14) / 4 - 0.35 * nearest - 0.05 * (start - i)
    rank += {0: 0, 1: 6, 2: 3}.get(item.line.level, 1)
    if item.line.link_share >= 0.6:
        rank -= 2
    if item.shape.full_stops:
        rank -= 3 if item.shape.closed else 1.5
    if (item.shape.cut and not title_key) or text.startswith(("（", "(")):
        rank -= 2
    rank -= 4 * chrome.share + (3 if chrome.notices else 0)
    if text[0] in "[【" and text[-1] in "]】":
        rank -= 2
    items = text.split()
    if len(items) >= 3 and all(len(part) <= 6 for part in items) and item.shape.wide > units:
        rank -= 2  # 原创 and two names
    if any(other.chrome.meta or is_byline(other.line.text) for other in judged[i + 1 : min(i + 4, start)]):
        rank += 2.5
    if title_key and (key in title_key or title_key in key) and len(key) >= 4:
        rank += 6
    return rank


def clean_title(title: str, site: str = "", headings: Sequence[str] = ()) -> str | None:
    """A page's ``<title>`` without the names of the site and its sections.

    A heading of the page that the title contains wins; else the site's known name, else the last short part goes.
    """
    title = " ".join(title.split())
    if not title:
        return None
    key = normal_key(title)
    if cut := [heading for heading in headings if len(key) >= 4 and normal_key(heading).startswith(key)]:
        return cut[0]  # a quotation mark in the title ended the attribute that held it
    within = [heading for heading in headings if len(normal_key(heading)) >= 4 and normal_key(heading) in key]
    if within:
        return max(within, key=len)
    parts = [part.strip() for part in _SITE_SEPARATORS.split(title) if part and part.strip()]
    if site:
        parts = [part for part in parts if normal_key(part) != normal_key(site)] or parts
    if len(parts) <= 1:
        return parts[0] if parts else title
    longest = max(parts, key=len)
    # Everything up to the longest part: a headline may have a separator of its own.
    end = title.find(longest) + len(longest)
    return longest if parts[0] != longest and len(parts[0]) < 12 else title[:end].strip()
