"""Finding the terms of a word list in short lines of mixed Chinese and English, quickly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Lexicon", "Words", "words_of"]

_WORD = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_IDEOGRAPHS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


class Words(NamedTuple):
    """What a line is made of: looked up once, asked by several lexicons."""

    folded: str
    words: frozenset[str]  # of alphabets, with digits
    pairs: frozenset[str]  # neighbouring ideographs, and runs of a single one


def words_of(text: str) -> Words:
    """Casefold and take apart a line; linear in its length."""
    folded = text.casefold()
    words = frozenset(_WORD.findall(folded))
    if folded.isascii():
        return Words(folded, words, frozenset())
    pairs: set[str] = set()
    for run in _IDEOGRAPHS.findall(folded):
        if len(run) == 1:
            pairs.add(run)
        else:
            pairs.update(map(str.__add__, run, run[1:]))
    return Words(folded, words, frozenset(pairs))


class Lexicon:
    """A set of terms. English matches whole words, a single ideograph stands alone, other Chinese matches anywhere.

    A line without the first word or first two ideographs of any term, as most are, costs two set operations; for the
    others the terms that begin there are tried, longest first.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_word: dict[str, list[str]] = {}
        self._by_pair: dict[str, list[str]] = {}
        for term in sorted({term.casefold() for term in terms}, key=lambda term: (-len(term), term)):
            word = _WORD.match(term)
            if word:
                self._by_word.setdefault(word[0], []).append(term)
            else:
                self._by_pair.setdefault(term[:2], []).append(term)
        self._words = frozenset(self._by_word)
        self._pairs = frozenset(self._by_pair)

    def find(self, line: Words) -> list[str]:
        """Terms in the line from left to right, the longest at each place, none inside another."""
        has_words = not self._words.isdisjoint(line.words)
        has_pairs = not self._pairs.isdisjoint(line.pairs)
        if not (has_words or has_pairs):
            return []
        found: list[tuple[int, str]] = []
        if has_words:
            self._find_words(line.folded, found)
        if has_pairs:
            self._find_pairs(line.folded, found)
        return [term for _, term in sorted(found)] if has_words and has_pairs else [term for _, term in found]

    def _find_words(self, text: str, found: list[tuple[int, str]]) -> None:
        end = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < end:
                continue
            for term in self._by_word.get(word[0], ()):
                if text.startswith(term, start) and not _continues(text, start + len(term), term):
                    found.append((start, term))
                    end = start + len(term)
                    break

    def _find_pairs(self, text: str, found: list[tuple[int, str]]) -> None:
        for run in _IDEOGRAPHS.finditer(text):
            start, last = run.start(), run.end()
            if last - start == 1:
                if run[0] in self._by_pair:
                    found.append((start, run[0]))
                continue
            while start < last - 1:
                for term in self._by_pair.get(text[start : start + 2], ()):
                    if text.startswith(term, start):
                        found.append((start, term))
                        start += len(term)
                        break
                else:
                    start += 1


def _continues(text: str, end: int, term: str) -> bool:
    """Does an English word go on where the term ends?"""
    return term[-1].isascii() and term[-1].isalnum() and _WORD.match(text, end) is not None
