"""From a document to its terms in Python: the contract of scikit-learn's ``build_*`` methods.

This is the road of Python callables and of odd token patterns, and what defines the answers of the core.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any

import numpy as np

from ..stop_words import ENGLISH
from ..tokens import Tokenizer
from ._parameters import DEFAULT_TOKEN_PATTERN

_TWO_SPACES = re.compile(r"\s\s+")


def strip_accents_unicode(text: str) -> str:
    """``text`` decomposed (NFKD) without its combining characters."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def strip_accents_ascii(text: str) -> str:
    """The ASCII characters of ``text`` decomposed (NFKD)."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def preprocess_text(text: Any, accents: Callable[[str], str] | None, lower: bool) -> Any:
    """``text`` in lower case, then without accents, each if asked for."""
    if lower:
        text = text.lower()
    return text if accents is None else accents(text)


def tokenize_natively(text: str, tokenizer: Tokenizer) -> list[str]:
    """The tokens of one text."""
    return tokenizer.tokenize([text])[0]


def analyze_document(
    document: Any,
    decode: Callable[[Any], Any],
    preprocess: Callable[[Any], Any] | None,
    tokenize: Callable[[Any], Any] | None,
    ngrams: Callable[[Any], Any],
) -> Any:
    """The terms of one document."""
    text = decode(document)
    if preprocess is not None:
        text = preprocess(text)
    if tokenize is not None:
        text = tokenize(text)
    return ngrams(text)


class TextAnalysis:
    """How documents become terms: the part that all vectorizers share."""

    input: str
    encoding: str
    decode_error: str
    strip_accents: Any
    lowercase: bool
    preprocessor: Any
    tokenizer: Any
    stop_words: Any
    token_pattern: str | None
    ngram_range: tuple[int, int]
    analyzer: Any

    def decode(self, doc: Any) -> Any:
        """The text of a document: read from a file if ``input`` says so, decoded if it is bytes."""
        if self.input == "filename":
            with open(doc, "rb") as file:
                doc = file.read()
        elif self.input == "file":
            doc = doc.read()
        if isinstance(doc, bytes):
            doc = doc.decode(self.encoding, self.decode_error)
        if doc is np.nan:
            raise ValueError("np.nan is an invalid document, expected byte or unicode string.")
        return doc

    def build_preprocessor(self) -> Callable[[Any], Any]:
        """A function that lowers a text and strips its accents, or the given ``preprocessor``."""
        if self.preprocessor is not None:
            return self.preprocessor
        accents: Callable[[str], str] | None
        if not self.strip_accents:
            accents = None
        elif callable(self.strip_accents):
            accents = self.strip_accents
        elif self.strip_accents == "ascii":
            accents = strip_accents_ascii
        elif self.strip_accents == "unicode":
            accents = strip_accents_unicode
        else:
            raise ValueError(f'Invalid value for "strip_accents": {self.strip_accents}')
        return partial(preprocess_text, accents=accents, lower=self.lowercase)

    def build_tokenizer(self) -> Callable[[Any], Any]:
        """A function that splits a text into tokens."""
        if isinstance(self.tokenizer, Tokenizer):
            return partial(tokenize_natively, tokenizer=self.tokenizer)
        if self.tokenizer is not None:
            return self.tokenizer
        pattern = re.compile(self.token_pattern)  # type: ignore[type-var]
        if pattern.groups > 1:
            raise ValueError("More than 1 capturing group in token pattern. Only a single group should be captured.")
        return pattern.findall

    def build_analyzer(self) -> Callable[[Any], Any]:
        """A function that gives the terms of a document, n-grams included."""
        if callable(self.analyzer):
            return partial(analyze_document, decode=self.decode, preprocess=None, tokenize=None, ngrams=self.analyzer)
        preprocess = self.build_preprocessor()
        if self.analyzer == "word":
            stop_words = self.get_stop_words()
            tokenize = self.build_tokenizer()
            self._check_stop_words_consistency(stop_words, preprocess, tokenize)
            ngrams: Callable[[Any], Any] = (
                self._word_ngrams if stop_words is None else partial(self._word_ngrams, stop_words=stop_words)
            )
            return partial(
                analyze_document, decode=self.decode, preprocess=preprocess, tokenize=tokenize, ngrams=ngrams
            )
        if self.analyzer == "char":
            ngrams = self._char_ngrams
        elif self.analyzer == "char_wb":
            ngrams = self._char_wb_ngrams
        else:
            raise ValueError(f"{self.analyzer} is not a valid tokenization scheme/analyzer")
        return partial(analyze_document, decode=self.decode, preprocess=preprocess, tokenize=None, ngrams=ngrams)

    def get_stop_words(self) -> Collection[str] | None:
        """The words that are dropped, or ``None``."""
        if self.stop_words is None:
            return None
        if isinstance(self.stop_words, str):
            if self.stop_words == "english":
                return ENGLISH
            raise ValueError(f"not a built-in stop list: {self.stop_words}")
        return frozenset(self.stop_words)

    def _word_ngrams(self, tokens: Any, stop_words: Collection[str] | None = None) -> Any:
        if stop_words is not None:
            tokens = [token for token in tokens if token not in stop_words]
        low, high = self.ngram_range
        if high == 1:
            return tokens
        terms = list(tokens) if low == 1 else []
        for n in range(2 if low == 1 else low, min(high, len(tokens)) + 1):
            terms.extend(" ".join(tokens[i : i + n]) for i in range(len(tokens) - n + 1))
        return terms

    def _char_ngrams(self, text: str) -> list[str]:
        text = _TWO_SPACES.sub(" ", text)
        low, high = self.ngram_range
        return [text[i : i + n] for n in range(low, min(high, len(text)) + 1) for i in range(len(text) - n + 1)]

    def _char_wb_ngrams(self, text: str) -> list[str]:
        low, high = self.ngram_range
        terms: list[str] = []
        for bare in text.split():
            word = f" {bare} "
            for n in range(low, high + 1):
                # A word that is not longer than n is one term, and no longer n adds another.
                last = max(len(word) - n, 0)
                terms.extend(word[i : i + n] for i in range(last + 1))
                if last == 0:
                    break
        return terms

    def _check_stop_words_consistency(
        self, stop_words: Iterable[str] | None, preprocess: Callable[[Any], Any], tokenize: Callable[[Any], Any]
    ) -> bool | str | None:
        """Warns if the stop words, analyzed themselves, give tokens that are none.

        Returns whether they are consistent, ``None`` if that has been looked at before, ``"error"`` if it cannot be
        found out because a callable does not take them.
        """
        if id(self.stop_words) == getattr(self, "_stop_words_id", None):
            return None
        self._stop_words_id = id(self.stop_words)
        known = frozenset(stop_words or ())
        try:
            strays = {token for word in known for token in tokenize(preprocess(word)) if token not in known}
            ordered = sorted(strays)
        except Exception:
            return "error"
        if ordered:
            warnings.warn(
                "Your stop_words may be inconsistent with your preprocessing. Tokenizing the stop words generated "
                f"tokens {ordered!r} not in stop_words.",
                stacklevel=4,
            )
        return not ordered

    def _validate_ngram_range(self) -> None:
        low, high = self.ngram_range
        if low > high:
            raise ValueError(
                f"Invalid value for ngram_range={self.ngram_range} lower boundary larger than the upper boundary."
            )

    def _warn_for_unused_params(self) -> None:
        def warn(name: str, reason: str) -> None:
            warnings.warn(f"The parameter '{name}' will not be used since {reason}", stacklevel=4)

        default_beside_native = isinstance(self.tokenizer, Tokenizer) and self.token_pattern == DEFAULT_TOKEN_PATTERN
        if self.tokenizer is not None and self.token_pattern is not None and not default_beside_native:
            warn("token_pattern", "'tokenizer' is not None'")
        if callable(self.analyzer):
            if self.preprocessor is not None:
                warn("preprocessor", "'analyzer' is callable'")
            if self.ngram_range != (1, 1) and self.ngram_range is not None:
                warn("ngram_range", "'analyzer' is callable'")
        if self.analyzer != "word":
            if self.stop_words is not None:
                warn("stop_words", "'analyzer' != 'word'")
            if self.token_pattern not in (None, DEFAULT_TOKEN_PATTERN):
                warn("token_pattern", "'analyzer' != 'word'")
            if self.tokenizer is not None:
                warn("tokenizer", "'analyzer' != 'word'")
