"""A document, and its comparison with another, in the words a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis import Analysis
from ..analysis.languages import NAMES
from .difference import Passage, Piece

_TITLE_CHARACTERS = 90
_EXCERPT_CHARACTERS = 220
# What an equal passage shows of its two ends.
_CONTEXT_CHARACTERS = 60
_MAX_WORD = 20

# BCP 47 tags: browsers choose the glyphs of Han characters, hyphenation and quotes by them.
_LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en", "ja": "ja", "ko": "ko"}


@dataclass(frozen=True)
class DocumentView:
    """What a page shows of a document."""

    row: int
    id: str
    title: str
    excerpt: str
    source: str
    day: str
    language: str
    tag: str
    num_tokens: int
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class PassageView:
    """A row of a comparison; ``num_omitted`` characters of an equal passage's middle are left out."""

    is_equal: bool
    left: list[Piece]
    right: list[Piece]
    num_omitted: int


def document_view(analysis: Analysis, row: int) -> DocumentView:
    """The view of one document."""
    corpus = analysis.corpus
    text = " ".join((corpus[row] or "")[: 4 * (_TITLE_CHARACTERS + _EXCERPT_CHARACTERS)].split())
    title = _metadata(corpus.titles, row)
    day = analysis.days[row] if analysis.days is not None else np.datetime64("NaT")
    code = str(analysis.languages[row])
    return DocumentView(
        row,
        corpus.ids[row].as_py() or "",
        title or shortened(text, _TITLE_CHARACTERS) or "(no text)",
        shortened(text, _EXCERPT_CHARACTERS),
        _metadata(corpus.sources, row),
        "" if np.isnat(day) else str(day),
        NAMES[code],
        _LANGUAGE_TAGS.get(code, ""),
        int(analysis.num_tokens[row]),
        tuple(_keywords(analysis, row)),
    )


def passage_views(passages: Sequence[Passage]) -> list[PassageView]:
    """``passages`` with the middles of long equal ones left out; one that is equal shows its left side only."""
    views = []
    for passage in passages:
        if not passage.is_equal:
            views.append(PassageView(False, passage.left, passage.right, 0))
            continue
        text = passage.left[0][1]
        if len(text) < 3 * _CONTEXT_CHARACTERS:
            views.append(PassageView(True, passage.left, passage.right, 0))
        else:
            first = _word_end(text, _CONTEXT_CHARACTERS)
            last = len(text) - _word_end(text[::-1], _CONTEXT_CHARACTERS)
            ends: list[Piece] = [("same", text[:first]), ("same", text[last:])]
            views.append(PassageView(True, ends, [], last - first))
    return views


def _word_end(text: str, limit: int) -> int:
    """The last end of a word at or before ``limit``; ``limit`` itself where none is near, as in Chinese."""
    space = text.rfind(" ", limit - _MAX_WORD, limit + 1)
    return limit if space < 0 else space


def shortened(text: str, characters: int) -> str:
    """``text`` cut to ``characters``, with an ellipsis where something is cut."""
    return text if len(text) <= characters else text[: characters - 1].rstrip() + "…"


def display_term(term: str) -> str:
    """A term as it is written: no space between Chinese words, nor between these and numbers."""
    parts = term.split(" ")
    written = parts[0]
    for part in parts[1:]:
        ends = written[-1], part[0]
        joins = any(map(_is_han, ends)) and all(_is_han(end) or end.isdigit() for end in ends)
        written += part if joins else f" {part}"
    return written


def _keywords(analysis: Analysis, row: int) -> list[str]:
    span = slice(int(analysis.keyword_rows[row]), int(analysis.keyword_rows[row + 1]))
    terms = analysis.keywords["term"][span].to_pylist()
    # A word that also stands inside a listed pair says nothing more.
    words = {word for term in terms if " " in term for word in term.split(" ")}
    return [display_term(term) for term in terms if term not in words]


def _metadata(column: object, row: int) -> str:
    value = None if column is None else column[row].as_py()  # type: ignore[index]
    return "" if value is None else " ".join(str(value).split())


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"
