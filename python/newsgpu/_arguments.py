"""Checks of arguments that several functions share."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from . import _core
from .tokens import Tokenizer


def whole_number(name: str, value: Any, least: int) -> int:
    """``value`` as an int of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def fraction(name: str, value: Any) -> float:
    """``value`` as a float from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value}")
    return float(value)


def word_analyzer(n: Any, tokenizer: Any) -> _core.Analyzer:
    """Word n-grams: ``n`` is a length or a pair (shortest, longest); ``tokenizer`` a ``Tokenizer`` or ``None``."""
    low, high = n if isinstance(n, (tuple, list)) and len(n) == 2 else (n, n)
    low, high = whole_number("n", low, 1), whole_number("n", high, 1)
    if low > high:
        raise ValueError(f"n must be a length or a pair (shortest, longest), got {n!r}")
    if tokenizer is None:
        tokenizer = Tokenizer()
    if not isinstance(tokenizer, Tokenizer):
        raise TypeError(f"tokenizer must be a newsgpu.Tokenizer or None, got {tokenizer!r}")
    return _core.Analyzer("word", low, high, tokenizer._native)
