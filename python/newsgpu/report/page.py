"""The page: what it shows, within limits that it states, and its rendering."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from .. import _core
from ..analysis import Analysis
from ..analysis.groups import Group
from ..analysis.languages import NAMES
from ..analysis.phrases import top_ngrams
from .difference import compare, segments
from .documents import DocumentView, PassageView, display_term, document_view, passage_views
from .timeline import BASE, HEIGHT, WIDTH, timeline


@dataclass(frozen=True)
class Limits:
    """How much of a large corpus a page shows. Whatever is left out is counted on the page and stands in the files."""

    documents: int = 600
    groups: int = 150
    repeats: int = 10
    """Repeats of one group."""
    comparisons: int = 3
    """Repeats of one group that are compared with its keeper."""
    characters: int = 12_000
    """Characters of a text that are compared."""
    ngrams: int = 15
    """Words, and phrases, of one language."""
    sources: int = 12


@dataclass(frozen=True)
class RepeatView:
    """A repeat of a group: its similarity to the keeper in whole percents, rounded down, and the comparison."""

    document: DocumentView
    percent: int
    is_exact: bool
    lag: str
    passages: list[PassageView] | None
    is_cut: bool


@dataclass(frozen=True)
class GroupView:
    """A group as the page shows it; ``num_omitted`` repeats are left out."""

    number: int
    keeper: DocumentView
    repeats: list[RepeatView]
    num_omitted: int


def render(analysis: Analysis, *, heading: str = "News corpus", limits: Limits | None = None) -> str:
    """``analysis`` as one HTML page that needs no network.

    Everything that comes from the corpus is escaped, and the page's Content-Security-Policy lets its own script and
    style run (by their hashes) and nothing else.
    """
    limits = limits or Limits()
    style, script = _asset("page.css"), _asset("page.js")
    shown = _documents_shown(analysis, limits)
    is_repeat = np.zeros(len(analysis.corpus), bool)
    is_repeat[[repeat.row for group in analysis.groups for repeat in group.repeats]] = True
    return _template().render(
        heading=heading,
        analysis=analysis,
        settings=analysis.settings,
        stats=analysis.duplicates.stats,
        version=_core.version,
        policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        languages=[(NAMES[code], number) for code, number in analysis.language_counts()],
        sources=analysis.source_counts(),
        source_repeats=analysis.source_repeats[: limits.sources],
        span=analysis.span(),
        timeline=None if analysis.days is None else timeline(analysis.days, is_repeat),
        chart=(WIDTH, HEIGHT, BASE),
        ngrams=_ngram_sections(analysis, limits),
        groups=_group_views(analysis, limits),
        documents=[(document_view(analysis, row), bool(is_repeat[row])) for row in shown],
        display_term=display_term,
        limits=limits,
    )


def _documents_shown(analysis: Analysis, limits: Limits) -> list[int]:
    """Every document, or evenly spaced ones where there are more than the limit."""
    number = len(analysis.corpus)
    if number <= limits.documents:
        return list(range(number))
    return np.linspace(0, number - 1, limits.documents).astype(int).tolist()


def _ngram_sections(analysis: Analysis, limits: Limits) -> list[dict[str, Any]]:
    sections = []
    for language, (name, tag) in analysis.term_languages().items():
        lists = [
            (title, top_ngrams(analysis.ngrams, language, single=single, top=limits.ngrams))
            for title, single in (("Words", True), ("Phrases", False))
        ]
        if any(rows for _, rows in lists):
            sections.append({"name": name, "tag": tag, "lists": lists})
    return sections


def _group_views(analysis: Analysis, limits: Limits) -> list[GroupView]:
    groups = analysis.groups[: limits.groups]
    texts = _segments_of(analysis, groups, limits)
    return [_group_view(analysis, number, group, texts, limits) for number, group in enumerate(groups, 1)]


def _compared(group: Group, limits: Limits) -> list[int]:
    """Rows that are compared with the keeper: an exact copy has nothing to show."""
    return [repeat.row for repeat in group.repeats[: limits.repeats] if not repeat.is_exact][: limits.comparisons]


def _segments_of(analysis: Analysis, groups: Sequence[Group], limits: Limits) -> dict[int, list[str]]:
    rows = []
    for group in groups:
        if compared := _compared(group, limits):
            rows += [group.keeper, *compared]
    texts = [(analysis.corpus[row] or "")[: limits.characters] for row in rows]
    return dict(zip(rows, segments(texts, analysis.num_threads), strict=True))


def _group_view(
    analysis: Analysis, number: int, group: Group, texts: dict[int, list[str]], limits: Limits
) -> GroupView:
    compared = _compared(group, limits)
    repeats = []
    for repeat in group.repeats[: limits.repeats]:
        passages = None
        if repeat.row in compared:
            passages = passage_views(compare(texts[group.keeper], texts[repeat.row]))
        longest = max(len(analysis.corpus[row] or "") for row in (group.keeper, repeat.row))
        repeats.append(
            RepeatView(
                document_view(analysis, repeat.row),
                int(repeat.similarity * 100),
                repeat.is_exact,
                _lag(repeat.days_after),
                passages,
                longest > limits.characters,
            )
        )
    return GroupView(number, document_view(analysis, group.keeper), repeats, len(group.repeats) - len(repeats))


def _lag(days: int | None) -> str:
    if days is None:
        return ""
    if days == 0:
        return "same day"
    unit = "day" if abs(days) == 1 else "days"
    return f"{abs(days):,} {unit} {'later' if days > 0 else 'earlier'}"


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("newsgpu.report", "."),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    environment.filters["bytes"] = _bytes
    return environment.get_template("page.html")


def _bytes(number: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if number < 1000:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
        number /= 1000  # type: ignore[assignment]
    return f"{number:,.1f} GB"
