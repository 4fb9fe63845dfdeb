"""The findings of an analysis on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..analysis import Analysis
from ..analysis.groups import Group
from ..analysis.languages import NAMES
from ..analysis.phrases import top_ngrams
from ..report.documents import display_term, document_view, shortened
from ..report.timeline import Timeline, timeline
from .terminal import Terminal, plain

_TOP_NGRAMS = 12
_GROUPS = 12
_REPEATS = 4
_DOCUMENTS = 8
_BARS = "▁▂▃▄▅▆▇█"


def print_findings(analysis: Analysis, files: Sequence[Path]) -> None:
    """Prints the corpus at a glance, its n-grams, keywords and repeats, and where the files lie."""
    terminal = Terminal()
    for title, body in _sections(analysis):
        terminal.print(Text(title, style="bold"))
        for part in body:
            terminal.print(Padding(part, (0, 0, 0, 2), expand=False))
        terminal.print()
    terminal.print(Text.assemble(("Report  ", "bold"), plain(files[0], "underline")), soft_wrap=True)
    others = ", ".join(path.name for path in files[1:])
    terminal.print(plain(f"beside it: {others}", "dim"), soft_wrap=True)


def _sections(analysis: Analysis) -> Iterable[tuple[str, list[Table | Text]]]:
    yield "Corpus", [_glance(analysis)]
    for language, (name, _) in analysis.term_languages().items():
        ngrams = _ngrams(analysis, language)
        if ngrams is not None:
            yield f"Most frequent in {name}", [ngrams]
    if len(analysis.corpus):
        yield "Keywords", _keywords(analysis)
    yield "Who repeats whom", _duplicates(analysis)


def _glance(analysis: Analysis) -> Table:
    corpus = analysis.corpus
    facts = [
        ("documents", f"{len(corpus):,}"),
        ("text", f"{corpus.num_bytes / 1e6:,.2f} MB, {int(analysis.num_tokens.sum()):,} words"),
        ("languages", ", ".join(f"{NAMES[code]} {number:,}" for code, number in analysis.language_counts())),
    ]
    if missing := corpus._array.null_count:
        facts.insert(1, ("without text", f"{missing:,}"))
    sources = analysis.source_counts()
    if sources:
        rest = f" and {len(sources) - 6:,} more" if len(sources) > 6 else ""
        facts.append(("sources", ", ".join(f"{source} {number:,}" for source, number in sources[:6]) + rest))
    if (span := analysis.span()) is not None and analysis.days is not None:
        facts.append(("dates", f"{span[0]} to {span[1]}"))
        chart = timeline(analysis.days, np.zeros(len(corpus), bool))
        facts.append((f"by {chart.unit}", _sparkline(chart)))
    return _grid([[plain(name, "dim"), _wrapped(value)] for name, value in facts])


def _ngrams(analysis: Analysis, language: str) -> Table | None:
    words_and_phrases = [
        top_ngrams(analysis.ngrams, language, single=single, top=_TOP_NGRAMS) for single in (True, False)
    ]
    # Empty columns would take room from a number.
    columns = [ngrams for ngrams in words_and_phrases if ngrams]
    if not columns:
        return None
    rows = []
    for place in range(max(map(len, columns))):
        row = []
        for ngrams in columns:
            present = place < len(ngrams)
            row.append(plain(display_term(str(ngrams[place]["term"])) if present else ""))
            row.append(plain(f"{ngrams[place]['count']:,}" if present else "", "dim"))
        rows.append(row)
    return _grid(rows, right=(1, 3)[: len(columns)])


def _keywords(analysis: Analysis) -> list[Table | Text]:
    number = len(analysis.corpus)
    shown = range(number) if number <= _DOCUMENTS else np.linspace(0, number - 1, _DOCUMENTS).astype(int).tolist()
    views = [document_view(analysis, row) for row in shown]
    grid = _grid([[plain(shortened(view.title, 44)), plain(", ".join(view.keywords), "cyan")] for view in views])
    if len(views) == number:
        return [grid]
    return [grid, plain(f"{len(views)} of {number:,} documents; keywords.parquet has all", "dim")]


def _duplicates(analysis: Analysis) -> list[Table | Text]:
    groups = analysis.groups
    if not groups:
        return [plain(f"no two documents reach a similarity of {analysis.settings.threshold}")]
    share = 100 * analysis.num_repeats / len(analysis.corpus)
    parts: list[Table | Text] = [
        _wrapped(
            f"{analysis.num_repeats:,} documents ({share:.1f} %) repeat another at a similarity of "
            f"{analysis.settings.threshold} or more, in {len(groups):,} group{'s' * (len(groups) != 1)}; "
            f"exact copies: {analysis.num_exact:,}"
        )
    ]
    rows = [row for group in groups[:_GROUPS] for row in _group_rows(analysis, group)]
    parts.append(_grid(rows, right=(0,)))
    if len(groups) > _GROUPS:
        parts.append(plain(f"and {len(groups) - _GROUPS:,} more; duplicates.parquet has all groups", "dim"))
    if analysis.source_repeats:
        pairs = [
            f"{source} repeats {'itself' if original == source else original} ({number:,})"
            for source, original, number in analysis.source_repeats[:6]
        ]
        more = len(analysis.source_repeats) - len(pairs)
        parts.append(_wrapped("; ".join(pairs) + (f"; and {more:,} more" if more > 0 else "")))
    return parts


def _group_rows(analysis: Analysis, group: Group) -> Iterable[list[Text]]:
    yield [plain("kept", "green"), *_document_cells(analysis, group.keeper)]
    for repeat in group.repeats[:_REPEATS]:
        how = plain("copy", "bold red") if repeat.is_exact else plain(f"{int(repeat.similarity * 100)} %", "yellow")
        yield [how, *_document_cells(analysis, repeat.row)]
    if len(group.repeats) > _REPEATS:
        yield [plain(""), plain(f"and {len(group.repeats) - _REPEATS:,} more", "dim"), plain(""), plain("")]


def _document_cells(analysis: Analysis, row: int) -> list[Text]:
    view = document_view(analysis, row)
    return [plain(shortened(view.title, 56)), plain(view.day, "dim"), plain(view.source or view.id, "dim")]


def _sparkline(chart: Timeline) -> str:
    """A line of bars, each panel on its own scale."""
    panels = []
    for panel in chart.panels:
        top = max(bar.documents for bar in panel.bars)
        heights = [-(-bar.documents * len(_BARS) // top) for bar in panel.bars]
        panels.append("".join(_BARS[height - 1] if height else " " for height in heights))
    return " ⋯ ".join(panels)


def _wrapped(value: str) -> Text:
    text = plain(value)
    text.no_wrap, text.overflow = False, "fold"
    return text


def _grid(rows: Iterable[Sequence[Text]], right: Sequence[int] = ()) -> Table:
    rows = list(rows)
    grid = Table.grid(padding=(0, 2))
    for column in range(len(rows[0])):
        grid.add_column(justify="right" if column in right else "left")
    for row in rows:
        grid.add_row(*row)
    return grid
