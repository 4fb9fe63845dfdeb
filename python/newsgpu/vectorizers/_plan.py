"""Whether the core can do what a vectorizer asks for, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from .. import _core
from ..stop_words import stop_word_list
from ..tokens import Tokenizer
from ._analysis import TextAnalysis
from ._documents import as_native_documents

# The longest n-gram of the core.
_MAX_N = 255

# A subclass that has its own of these means what Python says, not what the parameters say.
_STEPS = (
    "build_analyzer",
    "build_preprocessor",
    "build_tokenizer",
    "get_stop_words",
    "_word_ngrams",
    "_char_ngrams",
    "_char_wb_ngrams",
)

# Runs of \w: a boundary on either side says nothing more, because a run is as long as it can be.
_RUN = re.compile(r"(\(\?u\))?(\\b)?(?P<head>(\\w)*)\\w(\+|\{(?P<least>\d{1,3}),\})(\\b)?")
_MAX_RUN = 255

# Normalizations that leave nothing for str.lower to do.
_LOWERING = ("nfkc_casefold", "casefold", "lower")


class Plan(NamedTuple):
    """How the core reads documents, and what Python does to each of them before."""

    analyzer: _core.Analyzer
    prepare: Callable[[Any], Any] | None = None
    lower_text: bool = False


def native_plan(vectorizer: TextAnalysis) -> Plan | None:
    """How the core can do the analysis; ``None`` where Python has to."""
    own = any(getattr(type(vectorizer), name) is not getattr(TextAnalysis, name) for name in _STEPS)
    low, high = vectorizer.ngram_range
    if own or callable(vectorizer.analyzer) or not (isinstance(low, int) and 1 <= low <= high <= _MAX_N):
        return None
    accents_or_own = vectorizer.preprocessor is not None or bool(vectorizer.strip_accents)
    prepare = vectorizer.build_preprocessor() if accents_or_own else None
    if vectorizer.analyzer in ("char", "char_wb"):
        lower = vectorizer.lowercase and prepare is None
        return Plan(_core.Analyzer(vectorizer.analyzer, low, high, None, "lower" if lower else "none"), prepare)
    if vectorizer.analyzer != "word":
        return None
    tokens = _native_tokenizer(vectorizer, prepare is not None)
    if tokens is None:
        return None
    is_default = vectorizer.tokenizer is not None or _shortest_run(vectorizer.token_pattern) == 2
    if prepare is None and vectorizer.lowercase and not is_default:
        # Other runs are of the text as it is.
        prepare = vectorizer.build_preprocessor()
    # The core drops stop words without looking at them; the check only warns.
    vectorizer._check_stop_words_consistency(
        vectorizer.get_stop_words(), vectorizer.build_preprocessor(), vectorizer.build_tokenizer()
    )
    given = vectorizer.tokenizer
    lower_text = (
        isinstance(given, Tokenizer)
        and prepare is None
        and vectorizer.lowercase
        and given.kind != "sklearn"
        and given.normalize not in _LOWERING
    )
    return Plan(_core.Analyzer("word", low, high, tokens), prepare, lower_text)


def _native_tokenizer(vectorizer: TextAnalysis, prepared: bool) -> _core.Tokenizer | None:
    stop_words = list(vectorizer.get_stop_words() or ())
    if not all(isinstance(word, str) for word in stop_words):
        return None
    given = vectorizer.tokenizer
    if isinstance(given, Tokenizer):
        words = sorted({*stop_word_list(given.stop_words), *stop_words})
        return _core.Tokenizer(given.kind, given.normalize or "none", words)
    if given is not None:
        return None
    try:
        least = _shortest_run(vectorizer.token_pattern)
        if least == 2 and not prepared and vectorizer.lowercase:
            # The core's scikit-learn words are those of the lowered text.
            return _core.Tokenizer("sklearn", "none", stop_words)
        return None if least is None else _core.Tokenizer("word_runs", "none", stop_words, least)
    except UnicodeEncodeError:  # a lone surrogate
        return None


def _shortest_run(pattern: Any) -> int | None:
    r"""How long a run of ``\w`` has to be for ``pattern``, a relative of the default; ``None`` for all others."""
    found = _RUN.fullmatch(pattern) if isinstance(pattern, str) else None
    if found is None:
        return None
    least = len(found["head"]) // 2 + (1 if found["least"] is None else int(found["least"]))
    return least if 1 <= least <= _MAX_RUN else None


def documents_for(
    plan: Plan, vectorizer: TextAnalysis, documents: Any, num_threads: int | None
) -> _core.Utf8Documents | None:
    """The documents as the core is to read them; ``None`` where only Python can say what they are."""
    prepare = str.lower if plan.lower_text else plan.prepare
    return as_native_documents(documents, vectorizer.input == "content", vectorizer.decode, prepare, num_threads)
