"""Where a page that holds several articles begins each of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from .body import JudgedLine
from .headlines import is_byline

__all__ = ["find_sections"]

LEAST_PROSE = 25.0  # units of sentences in an article of its own
LEAST_UNSIGNED = 120.0  # … if no byline tells it from a section
MOST_ALIKE = 0.25  # similarity above which two texts are parts of one, bylines or not
SURELY_DIFFERENT = 0.08  # similarity below which headings alone divide two texts
LATIN_SURPLUS = 0.05  # unrelated texts share more words in a language with spaces than ideograph pairs in Chinese
MOST_SECTIONS = 200  # headings; more are a list
SAMPLED = 20_000  # characters of a section that are compared

_IDEOGRAPHS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_WORDS = re.compile(r"[^\W\d_]{4,}")


def find_sections(judged: Sequence[JudgedLine], inside: Sequence[bool]) -> list[int]:
    """Indices of the lines at which the page's articles begin, the first at 0; ``[0]`` for one article.

    A heading of the highest level, or a line set like a heading above a byline, may begin an article. It does if prose
    stands on both sides and they are about different things: few words in common and bylines where the texts meet, or
    hardly any words in common, much prose and headings of the first level. Sections of one article share its names and
    terms, and stay together.
    """
    heads = _headings(judged, inside)
    if len(heads) < 2:
        return [0]
    heads = [
        head for head, prose in zip(heads, _prose_after(judged, inside, heads), strict=True) if prose >= LEAST_PROSE
    ]
    starts = [0]
    for i, head in enumerate(heads[1:], 1):
        end = heads[i + 1] if i + 1 < len(heads) else len(judged)
        left, right = judged[max(starts[-1], heads[0]) : head], judged[head:end]
        if _has_byline(left, right):
            limit = MOST_ALIKE
        elif judged[head].line.level == 1 and min(_prose(left), _prose(right)) >= LEAST_UNSIGNED:
            limit = SURELY_DIFFERENT
        else:
            continue
        if _similarity(left, right) < limit:
            starts.append(_with_labels(judged, head, starts[-1]))
    return starts


def _headings(judged: Sequence[JudgedLine], inside: Sequence[bool]) -> list[int]:
    levels = Counter(item.line.level for item in judged if item.line.level)
    for level in sorted(levels):
        heads = [i for i, item in enumerate(judged) if item.line.level == level and not item.is_control]
        if len([prose for prose in _prose_after(judged, inside, heads) if prose >= LEAST_PROSE]) >= 2:
            return heads[:MOST_SECTIONS]
        if heads and level == min(levels) and len(heads) == 1:
            continue  # the one title of the page
    if levels:
        return []
    heads = []
    for i in range(1, len(judged)):
        if is_byline(judged[i].line.text) and not judged[i].is_control and _could_be_heading(judged[i - 1]):
            heads.append(i - 1)
    return heads[:MOST_SECTIONS]


def _could_be_heading(item: JudgedLine) -> bool:
    shape, chrome = item.shape, item.chrome
    return (
        3 <= shape.units <= 40
        and not shape.full_stops
        and chrome.share < 0.5
        and not (chrome.listed or chrome.meta or chrome.empty)
    )


def _prose_after(judged: Sequence[JudgedLine], inside: Sequence[bool], heads: Sequence[int]) -> list[float]:
    ends = [*heads[1:], len(judged)][: len(heads)]
    return [
        sum(judged[i].shape.units for i in range(head, end) if inside[i] and judged[i].is_prose)
        for head, end in zip(heads, ends, strict=True)
    ]


def _prose(items: Sequence[JudgedLine]) -> float:
    return sum(item.shape.units for item in items if item.is_prose and item.score > 0)


def _has_byline(left: Sequence[JudgedLine], right: Sequence[JudgedLine]) -> bool:
    """A byline closes the text before the heading, or opens the one after it."""
    last = [item for item in left if not item.line.level and not item.is_busy][-2:]
    return any(is_byline(item.line.text) for item in [*last, *right[1:4]])


def _with_labels(judged: Sequence[JudgedLine], head: int, floor: int) -> int:
    """Take along the labels right above a heading: the name of the column, the rubric."""
    while (
        head - 1 > floor and judged[head - 1].line.level > judged[head].line.level and judged[head - 1].shape.units < 12
    ):
        head -= 1
    return head


def _similarity(left: Sequence[JudgedLine], right: Sequence[JudgedLine]) -> float:
    first, second = _terms(left), _terms(right)
    if not first or not second:
        return 1.0
    shared = sum(weight * second[term] for term, weight in first.items() if term in second)
    norm = math.sqrt(sum(w * w for w in first.values()) * sum(w * w for w in second.values()))
    latin = sum(1 for term in second if len(term) > 2) > len(second) / 2
    return shared / norm - (LATIN_SURPLUS if latin else 0.0)


def _terms(items: Sequence[JudgedLine]) -> dict[str, float]:
    """Pairs of ideographs and words of at least four letters, with the logarithm of their counts."""
    text = "\n".join(item.line.text for item in items if item.score > 0)[:SAMPLED]
    counts: Counter[str] = Counter(_WORDS.findall(_IDEOGRAPHS.sub(" ", text).lower()))
    for run in _IDEOGRAPHS.findall(text):
        counts.update(run[i : i + 2] for i in range(len(run) - 1))
    return {term: math.log1p(count) for term, count in counts.items()}
