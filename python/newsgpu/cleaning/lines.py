"""A page as lines, and what can be measured on one line without knowing its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["Line", "Place", "Shape", "shape_of", "split_lines", "tidy", "units_of"]


class Place(Enum):
    """Where the markup put a line; plain text has only ``UNKNOWN``."""

    UNKNOWN = 0
    BODY = 1
    CHROME = 2


@dataclass(slots=True)
class Line:
    """One line or block of a page, with inner white space folded to single spaces."""

    text: str
    gap: bool = False  # an empty line, or the edge of a container, lies before it
    level: int = 0  # level of a heading (1 to 6), 0 for everything else
    link_share: float = 0.0  # part of the characters that lie in links
    place: Place = Place.UNKNOWN
    indent: int = 0  # white space before it
    indented: bool = False  # the gap is an indent, not an empty line


@dataclass(frozen=True, slots=True)
class Shape:
    """Measures of a line that tell prose from labels."""

    units: float  # length in words, about: 1.7 ideographs or 6 other characters count as one
    wide: float  # ideographs and other characters of three bytes, about
    sentences: int  # sentence ends inside or at the end
    full_stops: int  # those of them that are full stops, not question or exclamation marks
    clauses: int  # commas, semicolons, colons
    closed: bool  # ends like a sentence, closing quotes and brackets aside
    cut: bool  # ends in an ellipsis, as teasers do


_NEWLINES = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)[\s#]*$")
_MARKDOWN_IMAGE = re.compile(r"!\[([^\[\]]{0,300})\]\([^()\s]{1,2000}(?:\s[^()]{0,300})?\)")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((?:https?:|/|#)[^()\s]{0,2000}(?:\s[^()]{0,300})?\)")

_MARKDOWN_BOLD = re.compile(r"\*\*([^*\s](?:[^*]{0,300}[^*\s])?)\*\*")
_MARKS = re.compile(r"[。．！？.!?,，、;；:：…]")
_LATIN_STOP = re.compile(r"(?:[^\s.\d]|\d%?(?=\.[\"'”’»)\]]{0,3}(?:$|\s[A-Z“\"‘])))\.[\"'”’»)\]]{0,3}(?=\s|$)")
_LATIN_CALL = re.compile(r"[!?]+(?=[\"'”’»)\]]*(?:\s|$))")
_CLOSERS = "\"'”’»)]）】」』》〉＂＇"


def tidy(text: str) -> str:
    """Fold line ends to ``\\n``, drop invisible characters, replace lone surrogates by U+FFFD."""
    text = _NEWLINES.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return _SURROGATES.sub("\ufffd", text)


def split_lines(text: str) -> list[Line]:
    """Lines of a tidied plain text that are not empty. Markdown headings and links are understood.

    An indented line after one that is not begins a paragraph, as an empty line does.
    """
    lines: list[Line] = []
    gap, before = False, 0
    for raw in text.split("\n"):
        folded = " ".join(raw.split())
        if not folded:
            gap = True
            continue
        indent = len(raw) - len(raw.lstrip())
        line = _line_of(folded, gap or indent > before)
        line.indent, line.indented = indent, not gap
        gap, before = False, indent
        if line.text:
            lines.append(line)
    return lines


def _line_of(text: str, gap: bool) -> Line:
    level = 0
    if text[0] == "#":
        heading = _HEADING.match(text)
        if heading and heading[2]:
            level, text = len(heading[1]), heading[2]
    link_share = 0.0
    if "](" in text:
        text = _MARKDOWN_IMAGE.sub(r"\1", text)
        linked = sum(len(label) for label in _MARKDOWN_LINK.findall(text))
        text = _MARKDOWN_LINK.sub(r"\1", text).strip()
        link_share = min(1.0, linked / max(len(text), 1))
    if "**" in text:
        text = _MARKDOWN_BOLD.sub(r"\1", text)
    return Line(text, gap, level, link_share)


def units_of(text: str) -> float:
    """Length of a text in words, about: an ideograph takes two bytes more in UTF-8 than a Latin letter."""
    wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    return wide / 1.7 + (len(text) - wide) / 6


def shape_of(text: str) -> Shape:
    """Measure one line; the cost is linear in its length."""
    wide = (len(text.encode("utf-8", "replace")) - len(text)) / 2
    units = wide / 1.7 + (len(text) - wide) / 6
    marks = _MARKS.findall(text)
    if not marks:
        return Shape(units, wide, 0, 0, 0, False, False)
    stops = calls = clauses = dots = 0
    latin_calls = False
    for mark in marks:
        if mark in ",，、;；:：":
            clauses += 1
        elif mark in "。．":
            stops += 1
        elif mark in "！？":
            calls += 1
        elif mark == ".":
            dots += 1
        elif mark != "…":
            latin_calls = True
    if dots:
        stops += len(_LATIN_STOP.findall(text))
    if latin_calls:
        calls += len(_LATIN_CALL.findall(text)) or 1
    end = text.rstrip(_CLOSERS)[-1:]
    cut = text.endswith(("...", "…", ". . ."))
    closed = not cut and end != "" and end in "。．！？!?.;；"
    return Shape(units, wide, stops + calls, stops, clauses, closed, cut)
