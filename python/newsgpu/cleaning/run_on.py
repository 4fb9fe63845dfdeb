"""Pages that were flattened into a single line: menus before the text and chrome after it are parted from it again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .chrome import chrome_of
from .lines import Line, shape_of, units_of

__all__ = ["part_run_on_lines"]

SHORTEST = 200  # characters of a line that may hold a page
LONGEST_EDGE = 6000  # characters at either end that are looked at
LONG_ITEM = 15.0  # units of a piece without spaces that is Chinese prose, not an item of a menu
FEWEST_ITEMS = 5  # pieces before or after the prose that make a menu
FEWEST_CONTROLS = 2  # items before the prose that name a control or section, if the items are no row
MOST_SKIPPED = 15.0  # units of sentences between two pieces of chrome at the end, as in "Never miss a story!"
FEWEST_PARTS = 3  # pieces that are worth parting a line for
CHROME_SHARE = 0.45  # part of the letters of an edge that names of controls and sections cover

_SENTENCE_END = re.compile(r"[。！？]+[”’」』）)]?|[.!?]+[\"”’)]?(?=\s)")
_LATIN_ITEM = re.compile(r"[\x00-\x7f]+$")


def part_run_on_lines(lines: Sequence[Line]) -> list[Line]:
    """Part the ends of long lines that look like chrome from the prose between them; linear in the text.

    Only the two ends of a line are ever parted, and only pieces that are rows of short items or that names of controls
    cover; where prose and menu cannot be told apart the line stays whole.
    """
    result: list[Line] = []
    for line in lines:
        if len(line.text) < SHORTEST or line.level or " " not in line.text:
            result.append(line)
            continue
        head, body, tail = _ends_of(line.text)
        if not body or len(head) + len(tail) < FEWEST_PARTS:
            result.append(line)
            continue
        pieces = [*head, body, *tail]
        result += [Line(piece, line.gap or i > 0, 0, line.link_share, line.place) for i, piece in enumerate(pieces)]
    return result


def _ends_of(text: str) -> tuple[list[str], str, list[str]]:
    wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    head, rest = _chinese_head(text) if wide > 0.4 * len(text) else _latin_head(text)
    body, tail = _tail(rest)
    return head, body, tail


def _chinese_head(text: str) -> tuple[list[str], str]:
    """Items before the first long piece without spaces, if they are a menu."""
    items = text[:LONGEST_EDGE].split(" ")
    first = next((i for i, item in enumerate(items) if units_of(item) >= LONG_ITEM and shape_of(item).clauses), 0)
    if first < FEWEST_ITEMS:
        return [], text
    head = " ".join(items[:first])
    if sum(map(_is_control_text, filter(None, items[:first]))) < FEWEST_CONTROLS and not _is_chrome(head):
        return [], text
    return _items_of(items[:first]), text[len(head) + 1 :]


def _latin_head(text: str) -> tuple[list[str], str]:
    """The longest beginning that consists of names of controls and sections."""
    words = text[: LONGEST_EDGE // 4].split(" ")
    best = 0
    for end in range(FEWEST_ITEMS, min(len(words), 120)):
        if _is_control_text(words[end - 1]) and _control_share(" ".join(words[:end])) >= 0.8:
            best = end
    if not best:
        return [], text
    head = " ".join(words[:best])
    return [head], text[len(head) + 1 :]


def _tail(text: str) -> tuple[str, list[str]]:
    """Chrome after the last sentence, and sentences of chrome before that."""
    window = max(0, len(text) - LONGEST_EDGE)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, window)]
    if not ends:
        return text, []
    cut = start = len(text)
    skipped = 0.0  # units of sentences passed over in the hope of chrome before them
    for end in reversed(ends):
        piece = text[end:start].strip()
        start = end
        if not piece or _is_chrome(piece):
            cut, skipped = end, 0.0
            continue
        skipped += units_of(piece)
        if skipped > MOST_SKIPPED:
            break
    piece = text[cut:].strip()
    if not piece or cut == 0:
        return text, []
    last = max((end for end in ends if end <= cut), default=cut)
    return text[:last].strip(), _items_of(piece.split(" "))


def _items_of(items: Sequence[str]) -> list[str]:
    """One piece an item, words of an alphabet that stand together in one."""
    pieces: list[str] = []
    latin = False
    for item in filter(None, items):
        if _LATIN_ITEM.match(item) and latin:
            pieces[-1] += f" {item}"
        else:
            pieces.append(item)
        latin = _LATIN_ITEM.match(item) is not None
    return pieces


def _is_chrome(piece: str) -> bool:
    sample = piece[:150]
    shape = shape_of(sample)
    chrome = chrome_of(sample, shape)
    if chrome.empty or chrome.listed or chrome.spam or chrome.share + chrome.section_share >= CHROME_SHARE:
        return True
    return chrome.notices > 0 and shape_of(piece).units < 25


def _control_share(text: str) -> float:
    sample = text[-150:]
    chrome = chrome_of(sample, shape_of(sample))
    return chrome.share + chrome.section_share


def _is_control_text(word: str) -> bool:
    chrome = chrome_of(word, shape_of(word))
    return chrome.share + chrome.section_share >= 0.99 or chrome.empty
