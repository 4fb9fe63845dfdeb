"""The findings as files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import _core
from ..writing import atomic_file, write_table
from .languages import NAMES
from .pairs import pair_table
from .phrases import top_ngrams
from .pipeline import Analysis

_SUMMARY_NGRAMS = 25


def write_analysis(analysis: Analysis, directory: str | Path, *, heading: str = "News corpus") -> list[Path]:
    """Writes report.html, summary.json, ngrams, keywords, duplicates and pairs (.parquet) into ``directory``.

    The directory is made where it is not there. Each file is written beside its place and renamed: a reader never
    sees half a file. Gives their paths, the report first.
    """
    from ..report import render

    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    pairs, has_all_pairs = pair_table(analysis.duplicates)
    tables = {"ngrams": analysis.ngrams, "keywords": analysis.keywords, "pairs": pairs}
    tables["duplicates"] = analysis.duplicates.clusters
    for name, table in tables.items():
        write_table(table, directory / f"{name}.parquet", "parquet")
    texts = {
        "summary.json": json.dumps(summary(analysis, has_all_pairs), ensure_ascii=False, indent=2) + "\n",
        "report.html": render(analysis, heading=heading),
    }
    for name, text in texts.items():
        with atomic_file(directory / name) as out:
            out.write(text.encode())
    return [directory / name for name in (*reversed(texts), *(f"{name}.parquet" for name in tables))]


def summary(analysis: Analysis, has_all_pairs: bool = True) -> dict[str, Any]:
    """The findings as plain values: what summary.json holds."""
    corpus = analysis.corpus
    span = analysis.span()
    return {
        "newsgpu": _core.version,
        "settings": asdict(analysis.settings),
        "corpus": {
            "documents": len(corpus),
            "missing": corpus._array.null_count,
            "skipped_rows": corpus.skipped,
            "bytes": corpus.num_bytes,
            "tokens": int(analysis.num_tokens.sum()),
            "languages": {NAMES[code]: number for code, number in analysis.language_counts()},
            "sources": dict(analysis.source_counts()),
            "first_day": span[0] if span else None,
            "last_day": span[1] if span else None,
        },
        "ngrams": {
            name: {key: _ngrams(analysis, language, single) for key, single in (("words", True), ("phrases", False))}
            for language, (name, _) in analysis.term_languages().items()
        },
        "duplicates": {
            "groups": len(analysis.groups),
            "repeats": analysis.num_repeats,
            "exact_copies": analysis.num_exact,
            "pairs": analysis.duplicates.stats["pairs"],
            "pairs_file_holds": "all pairs" if has_all_pairs else "each repeat with its keeper",
            "largest_groups": [_group(analysis, index) for index in range(min(100, len(analysis.groups)))],
            "between_sources": [
                {"source": source, "repeats": original, "documents": number}
                for source, original, number in analysis.source_repeats
            ],
        },
        "stats": analysis.duplicates.stats,
        "seconds": analysis.seconds,
    }


def _ngrams(analysis: Analysis, language: str, single: bool) -> list[dict[str, object]]:
    rows = top_ngrams(analysis.ngrams, language, single=single, top=_SUMMARY_NGRAMS)
    return [{key: row[key] for key in ("term", "count", "document_count")} for row in rows]


def _group(analysis: Analysis, index: int) -> dict[str, Any]:
    group, ids = analysis.groups[index], analysis.corpus.ids
    return {
        "kept": ids[group.keeper].as_py(),
        "repeats": [
            {
                "id": ids[repeat.row].as_py(),
                "similarity": repeat.similarity,
                "exact_copy": repeat.is_exact,
                "days_after": repeat.days_after,
            }
            for repeat in group.repeats
        ],
    }
