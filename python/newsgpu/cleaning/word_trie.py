"""A regular expression for many words at once whose cost does not grow with their number."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["trie_pattern"]

_IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"


def trie_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Pattern that finds the longest of ``words`` at each place of a casefolded text.

    Words that begin or end with a letter or digit of an alphabet match whole words only, and so does a single
    ideograph; longer ideographic words match anywhere, as Chinese has no spaces.
    """
    free: dict[str, dict] = {}
    bounded: dict[str, dict] = {}
    lone: list[str] = []
    for word in {word.casefold() for word in words}:
        if len(word) == 1 and re.match(f"[{_IDEOGRAPH}]", word):
            lone.append(word)
        else:
            _insert(bounded if word[0].isascii() else free, word)
    parts = []
    if bounded:
        parts.append(rf"(?<![^\W_{_IDEOGRAPH}])(?:{_expression(bounded)})(?![^\W_{_IDEOGRAPH}])")
    if free:
        parts.append(_expression(free))
    if lone:
        parts.append(f"(?<![{_IDEOGRAPH}])[{''.join(sorted(lone))}](?![{_IDEOGRAPH}])")
    return re.compile("|".join(parts) or r"(?!)")


def _insert(trie: dict[str, dict], word: str) -> None:
    for character in word:
        trie = trie.setdefault(character, {})
    trie[""] = {}


def _expression(trie: dict[str, dict]) -> str:
    """Longest word first: the end of a word is tried after its continuations."""
    branches = [re.escape(character) + _expression(rest) for character, rest in sorted(trie.items()) if character]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{body})?" if "" in trie else body
