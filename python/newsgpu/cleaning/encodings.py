"""Bytes of a page to text: byte order mark, declared encoding, the caller's encoding, a guess, in that order."""

from __future__ import annotations

import codecs
import re

import charset_normalizer

__all__ = ["decode_page", "guess_encoding"]

_SNIFFED = 4096  # bytes in which a declaration is looked for
_GUESSED_FROM = 65536  # bytes of a text without one
_FEWEST_ILL_FORMED = 16
# What old pages of news are in, each once: more choices make worse guesses.
_GUESSES = ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1252"]
_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}encoding=[\"']([\w.:-]{2,40})|<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Browsers read these names as their supersets (the WHATWG encoding standard), and pages rely on it.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "tis-620": "cp874",
}


def decode_page(raw: bytes, encoding: str = "utf-8") -> str:
    """Decode a page.

    A byte order mark wins, then UTF-8 if the page is beyond doubt, then an encoding that the page declares
    (``<meta charset=…>``, ``<?xml encoding=…?>``) if the page decodes in it, then UTF-8, then ``encoding``. A page that
    cannot be UTF-8, where neither it nor ``encoding`` names anything else, is in what charset-normalizer finds. What is
    ill-formed becomes U+FFFD.

    Raises ``ValueError`` if ``encoding`` is not a text encoding known to Python.
    """
    fallback = _codec(encoding)
    if fallback is None:
        raise ValueError(
            f"encoding={encoding!r} is not known; give the name of a text encoding such as 'utf-8' or 'gb18030'"
        )
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(name, "replace")
    candidates = ["utf-8", fallback]
    declared = _DECLARED.search(raw[:_SNIFFED])
    if declared:
        codec = _codec((declared[1] or declared[2]).decode("ascii", "replace"))
        # A declaration that can be read as ASCII does not speak of UTF-16.
        if codec and not codec.startswith("utf-16") and not _is_surely_utf8(raw):
            candidates.insert(0, codec)
    for name in candidates:
        try:
            return raw.decode(name)
        except UnicodeDecodeError:
            continue
    guess = guess_encoding(raw) if set(candidates) == {"utf-8"} else None
    return _least_damaged(raw, dict.fromkeys([guess] if guess else candidates))


def guess_encoding(raw: bytes) -> str | None:
    """The encoding of a text that cannot be UTF-8: neither of one with a few cut characters, nor of a few bytes."""
    start = raw[:_GUESSED_FROM]
    if len(raw) > len(start):
        # Between characters: neither byte is part of one, in any of the encodings.
        start = start[: max(start.rfind(b">"), start.rfind(b"\n")) + 1]
    text = start.decode("utf-8", "replace")
    ill_formed = text.count("\ufffd")
    if ill_formed < _FEWEST_ILL_FORMED or 2 * ill_formed < sum(not character.isascii() for character in text):
        return None
    found = charset_normalizer.from_bytes(start, cp_isolation=_GUESSES).best()
    return _codec(found.encoding) if found else None


def _is_surely_utf8(raw: bytes) -> bool:
    """Well-formed, with sequences of three bytes: scrapers save pages as UTF-8 and leave the declaration.

    Sequences of two bytes prove nothing: 联通 in GBK is well-formed UTF-8.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return not text.isascii() and max(text) >= "\u0800"


def _codec(name: str) -> str | None:
    name = name.strip().lower()
    try:
        info = codecs.lookup(_SUPERSETS.get(name, name))
    except LookupError:
        return None
    return info.name if getattr(info, "_is_text_encoding", True) else None


def _least_damaged(raw: bytes, candidates: dict[str, None]) -> str:
    """Broken in every encoding: the first that needs the fewest replacements."""
    texts = [raw.decode(name, "replace") for name in candidates]
    return min(texts, key=lambda text: text.count("\ufffd"))
