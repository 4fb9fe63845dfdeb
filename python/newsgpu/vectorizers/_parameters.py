"""Which values the parameters of the vectorizers may have: scikit-learn's rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np

from .._sklearn import InvalidParameterError
from ..tokens import Tokenizer

DEFAULT_TOKEN_PATTERN = r"(?u)\b\w\w+\b"


class Rule(NamedTuple):
    """A test of a value and what it allows, in words."""

    allows: Callable[[Any], bool]
    words: str


def _one_of(*values: Any) -> Rule:
    return Rule(
        lambda value: any(value is known or (isinstance(value, str) and value == known) for known in values),
        "one of " + ", ".join(map(repr, values)),
    )


def _either(first: Rule, second: Rule) -> Rule:
    return Rule(lambda value: first.allows(value) or second.allows(value), f"{first.words} or {second.words}")


_CALLABLE = Rule(callable, "a callable")
_NONE = Rule(lambda value: value is None, "None")
_STRING = Rule(lambda value: isinstance(value, str), "a str")
_BOOLEAN = Rule(lambda value: isinstance(value, (bool, np.bool_)), "a bool")
_POSITIVE = Rule(lambda value: isinstance(value, Integral) and int(value) >= 1, "an int of at least 1")
_FRACTION = Rule(
    lambda value: isinstance(value, Real) and not isinstance(value, Integral) and 0 <= float(value) <= 1,
    "a float from 0.0 to 1.0",
)

ANALYSIS = {
    "input": _one_of("filename", "file", "content"),
    "encoding": _STRING,
    "decode_error": _one_of("strict", "ignore", "replace"),
    "strip_accents": _either(_one_of("ascii", "unicode", None), _CALLABLE),
    "lowercase": _BOOLEAN,
    "preprocessor": _either(_CALLABLE, _NONE),
    "tokenizer": Rule(
        lambda value: value is None or callable(value) or isinstance(value, Tokenizer),
        "a callable, a newsgpu.Tokenizer or None",
    ),
    "stop_words": Rule(
        lambda value: value is None or isinstance(value, list) or (isinstance(value, str) and value == "english"),
        "'english', a list or None (a newsgpu.Tokenizer, as tokenizer=, has Chinese stop words)",
    ),
    "token_pattern": _either(_STRING, _NONE),
    "ngram_range": Rule(lambda value: isinstance(value, tuple), "a tuple"),
    "analyzer": _either(_one_of("word", "char", "char_wb"), _CALLABLE),
}

VOCABULARY = {
    "max_df": _either(_FRACTION, _POSITIVE),
    "min_df": _either(_FRACTION, _POSITIVE),
    "max_features": _either(_POSITIVE, _NONE),
    "vocabulary": Rule(
        lambda value: value is None or isinstance(value, Mapping) or hasattr(value, "__iter__"),
        "a mapping, an iterable or None",
    ),
    "binary": _BOOLEAN,
}

WEIGHTS = {
    "norm": _one_of("l1", "l2", None),
    "use_idf": _BOOLEAN,
    "smooth_idf": _BOOLEAN,
    "sublinear_tf": _BOOLEAN,
}

HASHING = {
    "n_features": Rule(
        lambda value: isinstance(value, Integral) and 1 <= int(value) < np.iinfo(np.int32).max,
        "an int from 1 to 2147483646",
    ),
    "binary": _BOOLEAN,
    "norm": _one_of("l1", "l2", None),
    "alternate_sign": _BOOLEAN,
}


def check_parameters(estimator: Any, rules: Mapping[str, Rule]) -> None:
    """Raises ``InvalidParameterError`` naming the first parameter that is not allowed, its value and what is."""
    for name, rule in rules.items():
        value = getattr(estimator, name)
        if not rule.allows(value):
            raise InvalidParameterError(
                f"The {name!r} parameter of {type(estimator).__name__} must be {rule.words}. Got {value!r} instead."
            )
