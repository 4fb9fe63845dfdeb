"""Trafilatura's reading of a page, and what our own reading puts right in it."""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from types import ModuleType

from .body import JudgedLine, judge_lines
from .chrome import normal_key
from .lines import Line, Place, split_lines, tidy
from .markup import Markup

__all__ = ["below_headline", "covered_share", "trafilatura_lines", "with_lost_paragraphs", "with_paragraphs"]

# Beyond these trafilatura takes minutes or recurses too deep; our own reading is linear and has no depth.
LARGEST_PAGE = 3_000_000  # characters
MOST_ELEMENTS = 20_000
DEEPEST = 200

EDGE = -1.2  # score of a first or last line that is chrome
MOST_ABOVE = 6  # labels above the headline
RUN_TOGETHER = 300  # characters of a line that may be several paragraphs

_NOT_WORD = re.compile(r"[\W_]+")


@cache
def _trafilatura() -> ModuleType:
    import trafilatura  # slow to import: only where a page needs it

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return trafilatura


def trafilatura_lines(text: str, page: Markup) -> list[Line]:
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


def covered_share(kept: Sequence[JudgedLine], lines: Sequence[Line]) -> float:
    """Part of our own body's sentences that the lines hold; 1 if we found no sentence."""
    found = _NOT_WORD.sub("", "".join(line.text for line in lines))
    prose = [item for item in kept if item.shape.full_stops and item.is_prose]
    total = sum(item.shape.units for item in prose)
    if total < 20:
        return 1.0
    return sum(item.shape.units for item in prose if _probe(item.line.text) in found) / total


def with_paragraphs(lines: list[Line], kept: Sequence[JudgedLine]) -> list[Line]:
    """Part lines again that trafilatura ran together, as it does with tables that only lay out the page."""
    result: list[Line] = []
    for line in lines:
        parts = []
        if len(line.text) > RUN_TOGETHER:
            key = _NOT_WORD.sub("", line.text)
            parts = [
                item.line for item in kept if len(item.line.text) < len(line.text) and _probe(item.line.text) in key
            ]
        covered = sum(len(part.text) for part in parts)
        result += parts if len(parts) > 1 and covered >= 0.7 * len(line.text) else [line]
    return result


def with_lost_paragraphs(lines: list[Line], kept: Sequence[JudgedLine]) -> list[Line]:
    """Put back paragraphs of our own body that lie between two lines trafilatura kept."""
    keys = [_NOT_WORD.sub("", line.text) for line in lines]
    found = "\n".join(keys)
    starts = [0, *accumulate(len(key) + 1 for key in keys)]
    places = []
    ends = 0
    for item in kept:
        probe = _probe(item.line.text)
        place = found.find(probe, ends) if len(probe) >= 8 else -1
        if place < 0 and len(probe) >= 8:
            place = found.find(probe)
        places.append(bisect_right(starts, place) - 1 if place >= 0 else -1)
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


def below_headline(lines: list[Line], title: str | None) -> list[Line]:
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
