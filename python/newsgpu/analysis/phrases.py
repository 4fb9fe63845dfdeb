"""Which counted n-grams say something, and why the others do not."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa

from ..stop_words import CHINESE, ENGLISH
from .languages import term_language

# News says who said it in every story.
_REPORTING = frozenset("said say says told mr mrs ms 说 称 表示 指出 记者 报道".split())
STOP_WORDS = CHINESE | ENGLISH | _REPORTING

_NUMERAL = re.compile(r"\d+(?:st|nd|rd|th)|第?[\d零〇一二三四五六七八九十百千万亿两]+")

# A formula stands in many documents, once in each: a byline, a dateline, a closing line. Words of a topic come in
# bursts instead (Church and Gale, 1995, "Poisson mixtures").
_FORMULA_SHARE = 0.10
_FORMULA_BURST = 1.12
_FORMULA_DOCUMENTS = 10

# An n-gram that hardly occurs outside a longer one is shown as a part of that.
_ABSORBED_SHARE = 0.75


def mark_ngrams(ngrams: pa.Table, documents: Mapping[str, int]) -> pa.Table:
    """``ngrams`` with a column ``excluded``: null, or why the n-gram is left out of what is shown.

    ``"stop words"``: it is a stop word or a word of reporting ("said"), or begins or ends with one. ``"number"``: it
    begins with a number, or is nothing but numbers and single characters. ``"formula"``: in at least a tenth of the
    documents of its language (``documents`` counts them by the codes of ``term_language``) and hardly ever twice in
    one, such as a byline or a word of any story; or three quarters of its occurrences are inside such a one.
    ``"part"``: three quarters of them are inside one longer n-gram.
    """
    terms = ngrams["term"].to_pylist()
    counts = ngrams["count"].to_pylist()
    frequencies = ngrams["document_count"].to_pylist()
    reasons = [
        _own_reason(term, count, frequency, documents.get(term_language(term), 0))
        for term, count, frequency in zip(terms, counts, frequencies, strict=True)
    ]
    holders = _holders(terms, counts, reasons)
    for row, (term, count) in enumerate(zip(terms, counts, strict=True)):
        for reason, held in holders.get(term, {}).items():
            if reasons[row] is None and held >= _ABSORBED_SHARE * count:
                reasons[row] = reason
    return ngrams.append_column("excluded", pa.array(reasons, pa.string()))


def top_ngrams(marked: pa.Table, language: str, *, single: bool, top: int) -> list[dict[str, object]]:
    """The ``top`` n-grams of one ``term_language`` that are not excluded: words (``single``) or phrases."""
    rows = []
    for row in marked.to_pylist():
        if row["excluded"] is None and (row["n"] == 1) == single and term_language(row["term"]) == language:
            rows.append(row)
            if len(rows) == top:
                break
    return rows


def is_weak(term: str) -> bool:
    """Whether a term says nothing by itself: ``"stop words"`` or ``"number"`` in the words of ``mark_ngrams``."""
    return _weakness(term.split(" ")) is not None


def _own_reason(term: str, count: int, frequency: int, documents: int) -> str | None:
    weakness = _weakness(term.split(" "))
    if weakness is not None:
        return weakness
    is_common = frequency >= max(_FORMULA_DOCUMENTS, _FORMULA_SHARE * documents)
    if is_common and count <= _FORMULA_BURST * frequency:
        return "formula"
    return None


def _weakness(parts: list[str]) -> str | None:
    if _is_stop_word(parts[0]) or _is_stop_word(parts[-1]):
        return "stop words"
    # "11,000 people" is no phrase of a story, "covid 19" is.
    return "number" if _is_number(parts[0]) or all(_is_number(part) or len(part) == 1 for part in parts) else None


# The same words come again in phrase after phrase; so many of them are a few megabytes.
@functools.lru_cache(maxsize=1 << 14)
def _is_stop_word(part: str) -> bool:
    # ICU's dictionary joins some Chinese function words: 的是, 也在.
    return part in STOP_WORDS or all(character in CHINESE for character in part)


@functools.lru_cache(maxsize=1 << 14)
def _is_number(part: str) -> bool:
    return not any(map(str.isalpha, part)) or _NUMERAL.fullmatch(part) is not None


def _holders(terms: list[str], counts: list[int], reasons: list[str | None]) -> dict[str, dict[str, int]]:
    """How often an n-gram stands in its most frequent holder, longer by a word: a shown one, or a formula."""
    holders: dict[str, dict[str, int]] = defaultdict(dict)
    for term, count, reason in zip(terms, counts, reasons, strict=True):
        parts = term.split(" ")
        if len(parts) == 1 or reason not in (None, "formula"):
            continue
        for part in (" ".join(parts[1:]), " ".join(parts[:-1])):
            kind = reason or "part"
            holders[part][kind] = max(holders[part].get(kind, 0), count)
    return holders
