"""Lines that a page layout cut in mid-sentence, joined again; paragraphs, headings and rows of tables stay apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from .lines import Line, shape_of, units_of

__all__ = ["count_cuts", "join_cut_lines", "unwrap_lines"]

NARROWEST, WIDEST = 40, 200  # columns of a text that is wrapped at a fixed width; an ideograph takes two
FEWEST_WRAPPED = 4  # lines in a block that show its width
FULL = 0.75  # part of the lines that must be as full as the next word allows

_CLOSING = "，。、；：！？”’）》」』】〉〕,.;:!?)]}%％"
_OPENING = "“‘（《「『【〈〔([{"
_COMMAS = "，,、—–"
_STOPS = "。．！？!?…;；.:："
_SENTENCE_ENDS = frozenset("。．！？!?…;；:：")
_CLOSERS = "\"'”’»)]）】」』》〉"
_ITEM = re.compile(
    r"(?:[-*+•·●○◆■□▲△★☆※→►▶✓✔]\s?\S|\(?\d{1,3}[.)、．）]\D|[（(]?[一二三四五六七八九十]{1,3}[、.)）]|"
    r"[①-⑳⑴-⒇❶-❿]|第[一二三四五六七八九十\d]{1,3}[，,、章节条部]|>|#|\|)"
)
_CREDIT = re.compile(
    r"[/／｜|]|摄|供图|图片|制图|编辑|[图文]$|[讯电发]$|\b(?:photo|image|picture|credit|getty|reuters|ap)\b",
    re.IGNORECASE,
)
_IDEOGRAPH = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)
_LAST_WORD = re.compile(r"([^\W\d_]+)$")
_HYPHENATED = re.compile(r"([^\W\d_]{2,})-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# English words that no sentence and hardly a heading ends with.
_UNFINISHED = frozenset(
    "a an the of and or but nor to in on at by for from with without into onto than that which who whose as is "
    "are was were be been has have had will would can could may might must shall should its his her their our "
    "your my this these those between among about against during after before under over through because if when "
    "while where whether not no mr mrs ms dr prof st".split()
)
# First parts of English compounds that keep their hyphen at the end of a line.
_COMPOUND = frozenset(
    "well self non ex anti pro pre post co re semi multi half long short high low full part cross all two three "
    "four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety first second third "
    "mid old new so then".split()
)


def join_cut_lines(lines: Sequence[Line], cut: bool = False) -> list[Line]:
    """Join what a layout cut: Chinese without a space, English with one, hyphens with caution.

    A column or an advertisement broke a paragraph where a line of prose ends without a sentence's end, before a line
    that ends with one. A heading, an item of a list, a caption's credit and a row of a table are left alone. ``cut``
    says that the page is known to have cuts; then a line of a single clause is taken for the first half of a sentence
    too. Linear in the text.
    """
    words = _count_words(lines)
    rows = _rows_of_tables(lines)
    certain = cut or count_cuts(lines) > 0
    joined: list[Line] = []
    parts: list[str] = []
    for i, line in enumerate(lines):
        if i and parts and _is_cut(lines[i - 1], line, rows[i - 1], rows[i], certain):
            parts.append(_glue(lines[i - 1].text, line.text, parts, words))
            parts.append(line.text)
        else:
            _close(joined, parts)
            parts = [line.text]
            joined.append(line)
    _close(joined, parts)
    return joined


def count_cuts(lines: Sequence[Line], between_paragraphs: bool = False) -> int:
    """Number of certain cuts in mid-sentence; with ``between_paragraphs`` only of those at an empty line."""
    rows = _rows_of_tables(lines)
    return sum(
        _is_cut(first, second, rows[i], rows[i + 1], False)
        for i, (first, second) in enumerate(pairwise(lines))
        if not between_paragraphs or (second.gap and not second.indented)
    )


def _close(joined: list[Line], parts: list[str]) -> None:
    if len(parts) > 1:
        last = joined[-1]
        joined[-1] = Line("".join(parts), last.gap, last.level, last.link_share, last.place)


def _count_words(lines: Sequence[Line]) -> Counter[str]:
    """How often the text has each word; only needed, and counted, where a line ends with a hyphen."""
    if not any(line.text.endswith("-") for line in lines):
        return Counter()
    return Counter(word.lower() for line in lines for word in _WORD.findall(line.text))


# -- text wrapped at a fixed width -----------------------------------------------------------------------------------


def unwrap_lines(lines: Sequence[Line]) -> list[Line]:
    """Undo the wrapping of a text at a fixed width: one line a paragraph.

    A text is wrapped if, in the blocks between empty lines, nearly every line but the last is so full that the next
    word would have made it the widest. The width is looked for in each block, then for the text as a whole. Lists and
    tables are not full, and paragraphs of one line each are wider than ``WIDEST``.
    """
    blocks = _blocks_of(lines)
    words = _count_words(lines)
    widths = [width for block in blocks if (width := _wrapped_width(block, FEWEST_WRAPPED))]
    pooled = [block for block in blocks if len(block) > 1 and _is_narrow(block)]
    if not widths and pooled:
        width = max(_columns(line) for block in pooled for line in block)
        full = [flag for block in pooled for flag in _full_lines(block, width)]
        if len(full) >= FEWEST_WRAPPED - 1 and width >= NARROWEST and sum(full) >= FULL * len(full):
            widths = [width]
    if not widths:
        return list(lines)
    common = sorted(widths)[len(widths) // 2]
    result: list[Line] = []
    for block in blocks:
        width = _wrapped_width(block, FEWEST_WRAPPED) or (common if _is_narrow(block) else 0)
        result += _unwrap_block(block, width, words) if width else block
    return result


def _blocks_of(lines: Sequence[Line]) -> list[list[Line]]:
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and not (line.gap or line.level or blocks[-1][-1].level):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _columns(line: Line) -> int:
    text = line.text
    return line.indent + len(text) + (len(text.encode("utf-8", "replace")) - len(text)) // 2


def _is_narrow(block: Sequence[Line]) -> bool:
    return all(len(line.text) <= WIDEST and _columns(line) <= WIDEST for line in block)


def _wrapped_width(block: Sequence[Line], fewest: int) -> int:
    """Width at which a block is wrapped, 0 if it is not."""
    if len(block) < fewest or not _is_narrow(block):
        return 0
    width = max(_columns(line) for line in block)
    full = _full_lines(block, width)
    return width if width >= NARROWEST and sum(full) >= FULL * len(full) else 0


def _full_lines(block: Sequence[Line], width: int) -> list[bool]:
    """For each line but the last: would the next word, or two ideographs and a mark, have overflowed the width?"""
    full = []
    for line, following in pairwise(block):
        first = following.text.split(" ", 1)[0]
        need = 1 + len(first) if first.isascii() else 4
        full.append(width < _columns(line) + need and not _ITEM.match(following.text))
    return full


def _unwrap_block(block: Sequence[Line], width: int, words: Counter[str]) -> list[Line]:
    full = _full_lines(block, width)
    joined: list[Line] = []
    parts: list[str] = []
    for i, line in enumerate(block):
        if i and full[i - 1]:
            parts += [_glue(block[i - 1].text, line.text, parts, words), line.text]
        else:
            _close(joined, parts)
            parts = [line.text]
            joined.append(line)
    _close(joined, parts)
    return joined


# -- single cuts -----------------------------------------------------------------------------------------------------


def _rows_of_tables(lines: Sequence[Line]) -> list[bool]:
    """Lines in blocks of three or more without an empty line, where empty lines part the paragraphs."""
    rows = [False] * len(lines)
    if sum(line.gap for line in lines) * 2 < len(lines):
        return rows
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or lines[i].gap:
            if i - start >= 3:
                rows[start:i] = [True] * (i - start)
            start = i
    return rows


def _is_cut(first: Line, second: Line, first_is_row: bool, second_is_row: bool, certain: bool) -> bool:
    """Does ``second`` go on with the sentence of ``first``? ``certain``: the page is known to have cuts."""
    head, tail = first.text, second.text
    if first.level or second.level or len(head) < 6:
        return False
    last, initial = head[-1], tail[0]
    if last in _SENTENCE_ENDS or units_of(head) < 4 or _ITEM.match(tail):
        return False
    end = head.rstrip(_CLOSERS)[-1:]
    if not end or (end in _STOPS and last not in _OPENING):
        return False
    if first_is_row and second_is_row and not second.gap and last not in _COMMAS:
        return False
    if initial in _CLOSING and not tail.startswith(("...", "…")):
        return True
    shape = shape_of(head[-2000:])
    following = shape_of(tail[:2000]) if len(tail) <= 2000 else shape_of(tail[-2000:])
    if last in _OPENING:
        return True
    if last in _COMMAS:
        return following.units >= 3 and (following.closed or following.clauses > 0 or following.units >= 12)
    if shape.units < 6 or not (following.closed or following.units >= 25):
        return False
    sentence = _after_last_stop(head)
    if sentence != head and units_of(sentence) <= 8 and _CREDIT.search(sentence):
        return False
    if _IDEOGRAPH.match(last) or _IDEOGRAPH.match(initial):
        if last in _CLOSERS:
            return False
        if shape.full_stops and sentence != head:
            return True
        return certain and shape.units >= 8 and shape.clauses > 0
    if not (shape.full_stops or shape.clauses or shape.units >= 12):
        return False
    word = _LAST_WORD.search(head)
    if last == "-" and initial.islower():
        return True
    if initial.islower():
        return last.islower() or last.isdigit() or (word is not None and word[1].lower() in _UNFINISHED)
    return word is not None and word[1].lower() in _UNFINISHED and word[1] != word[1].upper()


def _after_last_stop(text: str) -> str:
    """What stands after the last full stop."""
    place = max(text.rfind(stop) for stop in "。！？")
    latin = max(text.rfind(stop) for stop in (". ", "! ", "? "))
    return text[max(place, latin) + 1 :].lstrip(_CLOSERS + " ")


def _glue(head: str, tail: str, parts: list[str], words: Counter[str]) -> str:
    """What to put between two joined lines; takes a hyphen of hyphenation off the last part."""
    if _IDEOGRAPH.match(head[-1]) or _IDEOGRAPH.match(tail[0]):
        return ""
    if tail[0] in "，。、；：！？”’）》」』】〉〕,.;:!?)]}%％" or head[-1] in _OPENING:
        return ""
    broken = _HYPHENATED.search(head)
    following = _FIRST_WORD.match(tail)
    if broken and following and tail[0].islower():
        left, right = broken[1].lower(), following[0].lower()
        whole, hyphened = words[left + right], words[f"{left}-{right}"]
        keeps = hyphened > whole or (whole == 0 and (left in _COMPOUND or (words[left] > 0 and words[right] > 1)))
        if not keeps:
            parts[-1] = parts[-1][:-1]
        return ""
    if head[-1] in "—–-" or tail[0] in "—–":
        return "" if head[-1] in "—–" and not head[-2:-1].isspace() else " "
    return " "
