"""Words and segments of the real corpora against the installed ICU, asked directly."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import newsgpu as ng

CORPORA = ("xwlb-zh", "reuters-en", "20news-en", "pages-zh")
_WORD = 1  # UBRK_WORD
_DONE = -1


class WordIterator:
    """ICU's root word iterator over UTF-8, through its C interface; warmed, as newsgpu defines its answer."""

    def __init__(self) -> None:
        major = ng.build_info()["icu"].split(".")[0]
        try:
            library = ctypes.CDLL(f"libicuuc.so.{major}")
        except OSError:
            pytest.skip(f"libicuuc.so.{major} is not there to compare with")

        def function(name: str, result: Any, *arguments: Any) -> Any:
            found = getattr(library, f"{name}_{major}")
            found.restype, found.argtypes = result, arguments
            return found

        status, pointer, text = ctypes.POINTER(ctypes.c_int), ctypes.c_void_p, ctypes.c_char_p
        opened = function("ubrk_open", pointer, ctypes.c_int, text, pointer, ctypes.c_int32, status)
        self._open_text = function("utext_openUTF8", pointer, pointer, text, ctypes.c_int64, status)
        self._set_text = function("ubrk_setUText", None, pointer, pointer, status)
        self._next = function("ubrk_next", ctypes.c_int32, pointer)
        self._status = function("ubrk_getRuleStatus", ctypes.c_int32, pointer)
        self._failure = ctypes.c_int(0)
        self._iterator = opened(_WORD, b"", None, 0, self._failure)
        self._text: Any = None
        list(self.segments("\u4e2d".encode()))

    def segments(self, text: bytes) -> Iterator[tuple[int, int]]:
        """(end, status) of every segment."""
        self._text = self._open_text(self._text, text, len(text), self._failure)
        self._set_text(self._iterator, self._text, self._failure)
        assert self._failure.value <= 0
        following, status, iterator = self._next, self._status, self._iterator
        while (end := following(iterator)) != _DONE:
            yield end, status(iterator)


@functools.cache
def icu() -> WordIterator:
    return WordIterator()


def compare(documents: list[str]) -> int:
    """Asserts that segments and words are ICU's, and gives the number of segments."""
    corpus = ng.Corpus(documents)
    segments = ng.Tokenizer("segments", normalize=None).tokenize(corpus)
    words = ng.Tokenizer("words", normalize=None).tokenize(corpus)
    base = 0
    for doc, document in enumerate(documents):
        content = document.encode()
        ends, status = np.array(list(icu().segments(content)), np.int64).reshape(-1, 2).T
        found = slice(segments.offsets[doc], segments.offsets[doc + 1])
        assert np.array_equal(segments.ends[found], base + ends), document[:100]
        assert np.array_equal(segments.status[found], status), document[:100]
        found = slice(words.offsets[doc], words.offsets[doc + 1])
        assert np.array_equal(words.ends[found], base + ends[status != 0]), document[:100]
        assert np.array_equal(words.status[found], status[status != 0]), document[:100]
        starts = np.concatenate(([0], ends[:-1]))
        assert np.array_equal(words.starts[found], base + starts[status != 0]), document[:100]
        base += len(content)
    return segments.num_tokens


def documents_of(name: str, texts: Callable[[str], list[str]], data: Path) -> list[str]:
    if name == "pages-zh":
        return [path.read_text(encoding="utf-8") for path in sorted((data / name).iterdir())]
    return texts(name)


@pytest.mark.parametrize("name", CORPORA)
def test_every_twentieth_document(name: str, texts: Callable[[str], list[str]], data: Path) -> None:
    documents = documents_of(name, texts, data)
    assert compare(documents if name == "pages-zh" else documents[::20]) > 10_000


@pytest.mark.full
@pytest.mark.parametrize("name", CORPORA)
def test_every_document(name: str, texts: Callable[[str], list[str]], data: Path) -> None:
    assert compare(documents_of(name, texts, data)) > 10_000
