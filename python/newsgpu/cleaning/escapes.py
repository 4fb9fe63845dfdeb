"""HTML that was escaped into JSON strings or into entities, once or many times, back to HTML."""

from __future__ import annotations

import html
import re

__all__ = ["count_escaped_tags", "count_tags", "unescape_markup"]

MOST_ROUNDS = 12  # an escape per round; real pages show up to three

_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|body|br|button|center|code|dd|div|dl|dt|em|figcaption|figure|font|footer|form|"
    r"h[1-6]|head|header|hr|html|i|iframe|img|input|label|li|link|main|meta|nav|ol|p|pre|script|section|small|span|strong|"
    r"style|sub|sup|svg|table|tbody|td|th|thead|time|title|tr|u|ul|video)(?:\s[^<>]{0,4000})?/?>",
    re.IGNORECASE,
)
_JSON_TAG = re.compile(
    r"\\{1,16}u0026(?:amp;){0,12}(?:lt|#60|#x3c);|\\{1,16}u003[cC]\s?\\{0,16}/?[a-zA-Z!]|<\\{1,16}/[a-zA-Z]|<[a-zA-Z][^<>]{0,2000}=\\{1,16}[\"']"
)
_ENTITY_TAG = re.compile(r"&(?:amp;|#38;|#x26;){0,12}(?:lt|#60|#x3c|#x3C);\s?/?[a-zA-Z!]", re.IGNORECASE)
_DOCUMENT = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_JSON_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\"'\\/bfnrt]))"
)
_SIMPLE = {"b": " ", "f": " ", "n": "\n", "r": "\n", "t": " "}


def count_tags(text: str) -> int:
    """Number of HTML tags."""
    return sum(1 for _ in _TAG.finditer(text)) if "<" in text else 0


def count_escaped_tags(text: str) -> int:
    """Number of HTML tags that stand escaped in the text, by JSON or by entities."""
    count = 0
    if "\\" in text:
        count += sum(1 for _ in _JSON_TAG.finditer(text))
    if "&" in text:
        count += sum(1 for _ in _ENTITY_TAG.finditer(text))
    return count


def unescape_markup(text: str) -> str:
    r"""Undo ``\u003c``, ``\n``, ``\/``, ``&lt;``, ``&amp;lt;`` … as often as the text's tags were escaped.

    Text whose tags are not escaped is returned as it is: an article that quotes a tag keeps its quotation.
    Linear in the length for each round, at most ``MOST_ROUNDS`` rounds.

    >>> unescape_markup(r"\u003cp\u003eA &amp; B\u003c\/p\u003e")
    '<p>A &amp; B</p>'
    """
    for _ in range(MOST_ROUNDS):
        json_tags = sum(1 for _ in _JSON_TAG.finditer(text)) if "\\" in text else 0
        entity_tags = sum(1 for _ in _ENTITY_TAG.finditer(text)) if "&" in text else 0
        if json_tags + entity_tags < 2 or _is_document(text):
            break
        plain_tags = count_tags(text)
        if json_tags >= 2 and json_tags >= entity_tags and 2 * json_tags > plain_tags:
            text = _unescape_json(text)
        elif entity_tags >= 2 and entity_tags > 2 * plain_tags:
            text = html.unescape(text)
        else:
            break
    return text


def _is_document(text: str) -> bool:
    """A whole page in plain HTML: what stands escaped in it are its scripts and its quotations."""
    start = _DOCUMENT.search(text, 0, 4000)
    return start is not None and _JSON_TAG.search(text, 0, start.start()) is None


def _unescape_json(text: str) -> str:
    return _JSON_ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    high, low, single, simple = match.groups()
    if simple is not None:
        return _SIMPLE.get(simple, simple)
    if single is not None:
        return chr(int(single, 16))
    return chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + (int(low, 16) - 0xDC00))
