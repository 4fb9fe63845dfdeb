"""The whole road in one call: from a corpus to findings."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..corpus import Corpus
from ..near_duplicates import NearDuplicates, Similarity, Unit, near_duplicates
from ..tokens import Tokenizer
from .days import document_days
from .groups import Group, duplicate_groups, source_repeats
from .keywords import document_keywords
from .languages import document_languages, term_languages
from .ngrams import frequent_ngrams
from .phrases import mark_ngrams
from .pieces import trim_memory


@dataclass(frozen=True)
class Settings:
    """What :func:`analyze` computes.

    The threshold is lower than that of ``near_duplicates``: a repost in the wild has another headline, another byline
    and loses paragraphs, and every pair that is shown carries its exact similarity anyway.
    """

    threshold: float = 0.6
    unit: Unit = "words"
    n: int = 3
    similarity: Similarity = "jaccard"
    recall: float = 0.99
    max_ngram: int = 3
    num_ngrams: int = 20_000
    num_keywords: int = 8


@dataclass(frozen=True)
class Analysis:
    """Findings about a corpus, as tables and plain values. ``[D]`` has one entry a document."""

    corpus: Corpus
    settings: Settings
    num_tokens: npt.NDArray[np.int64]
    """Tokens of each document ``[D]``."""
    languages: npt.NDArray[np.str_]
    """Language code of each document ``[D]``."""
    days: npt.NDArray[np.datetime64] | None
    """Day of each document ``[D]``, NaT where unknown; ``None`` where no document has one."""
    ngrams: pa.Table
    """term, n, count, document_count, excluded: what ``mark_ngrams`` gives."""
    keywords: pa.Table
    """id, rank, term, score."""
    keyword_rows: npt.NDArray[np.int64]
    """Where the keywords of each document begin in ``keywords``, ``[D + 1]``."""
    duplicates: NearDuplicates
    groups: list[Group]
    """Groups of two documents or more, the largest first."""
    source_repeats: list[tuple[str, str, int]]
    """(source, repeated source, documents), the most frequent first."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall-clock seconds of each stage."""
    num_threads: int | None = None
    """Threads for what is made of the findings."""

    @property
    def num_repeats(self) -> int:
        """Documents that repeat another, which is kept."""
        return sum(len(group.repeats) for group in self.groups)

    @property
    def num_exact(self) -> int:
        """Those of them that are exact copies."""
        return sum(repeat.is_exact for group in self.groups for repeat in group.repeats)

    def language_counts(self) -> list[tuple[str, int]]:
        """(code, documents), the most frequent first."""
        return sorted(Counter(self.languages.tolist()).items(), key=lambda item: (-item[1], item[0]))

    def term_languages(self) -> dict[str, tuple[str, str]]:
        """Name and HTML language tag of the languages by which n-grams are shown."""
        return term_languages(dict(self.language_counts()))

    def source_counts(self) -> list[tuple[str, int]]:
        """(source, documents), the most frequent first."""
        if self.corpus.sources is None:
            return []
        counts = Counter(str(source) for source in self.corpus.sources.to_pylist() if source)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def span(self) -> tuple[str, str] | None:
        """The first and the last day, ISO 8601."""
        if self.days is None:
            return None
        known = self.days[~np.isnat(self.days)]
        return str(known.min()), str(known.max())


def analyze(
    corpus: Corpus,
    settings: Settings | None = None,
    *,
    device: str = "auto",
    num_threads: int | None = None,
    progress: bool | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> Analysis:
    """Analyzes ``corpus``: tokens, languages, days, n-grams, keywords of each document, groups of near-duplicates.

    ``on_stage`` is called with the name of each stage as it begins. The keeper of a group is its earliest document
    where dates are known, else the first. An empty corpus gives empty findings. Cost: about six passes over the
    text, and memory for its distinct words, its repeated pairs of words and 16 bytes a keyword.

    >>> import newsgpu as ng
    >>> from newsgpu.analysis import analyze
    >>> analyze(ng.Corpus(["Ships may pass the bridge again."] * 2)).num_exact
    1
    """
    settings = settings or Settings()
    seconds: dict[str, float] = {}

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        if on_stage is not None:
            on_stage(name)
        start = time.perf_counter()
        yield
        trim_memory()
        seconds[name] = round(time.perf_counter() - start, 3)

    how: dict[str, Any] = {"device": device, "num_threads": num_threads}
    with stage("tokens"):
        num_tokens = Tokenizer().count(corpus, **how)
        languages = document_languages(corpus)
        days = document_days(corpus.dates)
    with stage("n-grams"):
        total = int(num_tokens.sum())
        counted = frequent_ngrams(corpus, settings.max_ngram, settings.num_ngrams, total, how)
        # Documents that are not Chinese share their terms, whatever their language.
        num_chinese = int(np.count_nonzero(languages == "zh"))
        num_others = len(corpus) - num_chinese
        ngrams = mark_ngrams(counted, {"zh": num_chinese, "latin": num_others, "other": num_others})
    with stage("keywords"):
        words, keyword_rows = document_keywords(corpus, settings.num_keywords, how)
    with stage("near-duplicates"):
        duplicates = near_duplicates(
            corpus,
            settings.threshold,
            unit=settings.unit,
            n=settings.n,
            similarity=settings.similarity,
            recall=settings.recall,
            keep="first" if days is None else "earliest",
            progress=progress,
            **how,
        )
        groups = duplicate_groups(corpus, duplicates.clusters, days, num_threads)
    return Analysis(
        corpus,
        settings,
        num_tokens,
        languages,
        days,
        ngrams,
        words,
        keyword_rows,
        duplicates,
        groups,
        source_repeats(groups, corpus.sources),
        seconds,
        num_threads,
    )
