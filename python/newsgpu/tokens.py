"""Tokenization: where the tokens of a corpus lie, and their normalized text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from . import _core
from ._arguments import choice, whole_number
from ._execution import run
from .corpus import Corpus, as_corpus
from .stop_words import stop_word_list

TokenKind = Literal["words", "segments", "sklearn", "characters", "whitespace"]
Normalization = Literal["nfkc_casefold", "nfkc", "nfc", "casefold", "lower"]


# Of an n-gram, in tokens: the core counts them in 32 bits.
_MAX_LENGTH = 2**31 - 1


class Tokenizer:
    """How text becomes tokens.

    Parameters
    ----------
    kind
        ``"words"``: word-like segments of ICU's root word iterator (UAX #29 with ICU's dictionaries, Chinese words
        included); ``"segments"``: every segment of it; ``"sklearn"``: scikit-learn's ``(?u)\\b\\w\\w+\\b`` on the
        lowered text; ``"characters"``: code points that are not white space; ``"whitespace"``: as ``str.split()``.
    normalize
        Applied to each token after it is found; ``None`` leaves it as it stands in the text.
    stop_words
        ``"english"`` (scikit-learn's list), ``"chinese"``, or any iterable of words. Tokens are dropped that are equal
        to one of them, both in normalized form.

    Examples
    --------
    >>> Tokenizer().tokenize(["The U.S. economy grew 3.2%", "\u4e2d\u56fd\u7ecf\u6d4e\u589e\u957f"])[1]
    ['\u4e2d\u56fd', '\u7ecf\u6d4e', '\u589e\u957f']
    """

    __slots__ = ("_native", "kind", "normalize", "stop_words")

    def __init__(
        self,
        kind: TokenKind = "words",
        *,
        normalize: Normalization | None = "nfkc_casefold",
        stop_words: str | Iterable[str] | None = None,
    ) -> None:
        choice("kind", kind, get_args(TokenKind))
        if normalize is not None:
            choice("normalize", normalize, get_args(Normalization))
        self.kind = kind
        self.normalize = normalize
        self.stop_words = stop_words if stop_words is None or isinstance(stop_words, str) else tuple(stop_words)
        form = "none" if normalize is None else normalize
        words = stop_word_list(self.stop_words)
        # Without any, the tables of the form are not made before text needs them.
        self._native = _core.Tokenizer(kind, form, _core.normalize_words(words, form) if words else words)

    def __repr__(self) -> str:
        return f"Tokenizer({self.kind!r}, normalize={self.normalize!r}, stop_words={self.stop_words!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _make_tokenizer, (self.kind, self.normalize, self.stop_words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tokenizer) and self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash(self.__reduce__()[1])

    def tokenize(self, corpus: Any, *, device: str = "auto", num_threads: int | None = None) -> Tokens:
        """Finds the tokens of every document of ``corpus`` (a :class:`Corpus` or what it accepts)."""
        corpus = as_corpus(corpus, num_threads)
        with run(device, num_threads) as execution:
            found = _core.tokenize(corpus._view, self._native, execution)
            return Tokens(corpus, self, *found, execution.stats)

    def count(self, corpus: Any, *, device: str = "auto", num_threads: int | None = None) -> npt.NDArray[np.int64]:
        """The number of tokens of every document, int64 ``[D]``; their positions are not made."""
        with run(device, num_threads) as execution:
            return _core.count_tokens(as_corpus(corpus, num_threads)._view, self._native, execution)


def word_analyzer(n: Any, tokenizer: Any) -> _core.Analyzer:
    """Word n-grams: ``n`` is a length or a pair (shortest, longest); ``tokenizer`` a ``Tokenizer`` or ``None``."""
    low, high = n if isinstance(n, (tuple, list)) and len(n) == 2 else (n, n)
    low, high = (whole_number("n", length, 1, most=_MAX_LENGTH) for length in (low, high))
    if low > high:
        raise ValueError(f"n must be a length or a pair (shortest, longest), got {n!r}")
    if tokenizer is None:
        tokenizer = Tokenizer()
    if not isinstance(tokenizer, Tokenizer):
        raise TypeError(f"tokenizer must be a newsgpu.Tokenizer or None, got {tokenizer!r}")
    return _core.Analyzer("word", low, high, tokenizer._native)


def _make_tokenizer(kind: TokenKind, normalize: Normalization | None, stop_words: Any) -> Tokenizer:
    return Tokenizer(kind, normalize=normalize, stop_words=stop_words)


class Tokens:
    """Where the tokens of a corpus lie.

    ``offsets`` int64 ``[D + 1]``: tokens of document ``d`` are ``offsets[d]`` to ``offsets[d + 1]``; ``starts`` and
    ``ends`` int64 ``[T]``: byte positions in the corpus's buffer; ``status`` uint16 ``[T]``: ICU's rule status (0 none,
    100 number, 200 letter, 400 ideographic or kana), 0 for the kinds without one.

    ``stats``: what was done on a CUDA device: ``batches``, ``resident_batches`` (read from a corpus kept there),
    ``uploaded_bytes``, ``cut_documents`` (too large for one batch) and ``retries`` (device memory ran out); for
    words and segments ``word_tiles`` (of 1920 bytes), ``general_word_tiles`` (of them, not in ASCII) and
    ``exact_word_tiles`` (of them, with ``exact_word_bytes`` that ICU divided on the host); all 0 for the CPU.
    """

    __slots__ = ("_corpus", "_tokenizer", "ends", "offsets", "starts", "stats", "status")

    def __init__(
        self,
        corpus: Corpus,
        tokenizer: Tokenizer,
        offsets: npt.NDArray[np.int64],
        starts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
        status: npt.NDArray[np.uint16],
        stats: dict[str, int],
    ) -> None:
        self._corpus = corpus
        self._tokenizer = tokenizer
        self.offsets = offsets
        self.starts = starts
        self.ends = ends
        self.status = status
        self.stats = stats

    @property
    def num_tokens(self) -> int:
        """Tokens of all documents together."""
        return len(self.starts)

    def __len__(self) -> int:
        return len(self._corpus)

    def __getitem__(self, doc: int) -> list[str]:
        """The normalized tokens of one document."""
        row = range(len(self))[doc]
        return _texts(self._corpus[row : row + 1], self._tokenizer).flatten().to_pylist()

    def to_arrow(self) -> pa.LargeListArray:
        """The normalized tokens of every document, ``large_list<large_string>``."""
        return _texts(self._corpus, self._tokenizer)

    def __repr__(self) -> str:
        return f"<newsgpu.Tokens: {self.num_tokens:,} tokens in {len(self):,} documents>"


def _texts(corpus: Corpus, tokenizer: Tokenizer) -> pa.LargeListArray:
    with run() as execution:
        offsets, content, bounds = _core.tokenize_to_text(corpus._view, tokenizer._native, execution)
    texts = pa.LargeStringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(content))
    return pa.LargeListArray.from_arrays(pa.array(offsets), texts)
