"""``newsgpu info``."""

from __future__ import annotations

import argparse
from typing import Any

import pyarrow as pa

from ..analysis.days import document_days
from ..analysis.languages import NAMES, document_languages
from ..info import build_info
from ..tokens import Tokenizer
from .output import check_output, put_table
from .parser import add_command, add_execution, add_output, add_reading
from .reading import execution, read_corpus


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "info",
        _run,
        summary="tell what this build can do, or what a corpus holds",
        details="Without a path: versions, devices, cores. With paths: documents, bytes, tokens, languages, dates,\n"
        "sources. Columns: name, value.",
        examples="  newsgpu info\n  newsgpu info news.jsonl.gz",
    )
    add_reading(parser, paths="*")
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    facts = _of_corpus(options) if options.paths else build_info()
    texts = [", ".join(map(str, value)) if isinstance(value, list) else str(value) for value in facts.values()]
    put_table(pa.table({"name": list(facts), "value": texts}), options)


def _of_corpus(options: argparse.Namespace) -> dict[str, Any]:
    import numpy as np

    corpus = read_corpus(options)
    codes, numbers = np.unique(document_languages(corpus), return_counts=True)
    facts: dict[str, Any] = {
        "documents": len(corpus),
        "missing": corpus._array.null_count,
        "bytes": corpus.num_bytes,
        "tokens": int(Tokenizer().count(corpus, **execution(options)).sum()),
        "languages": [f"{NAMES[code]} {number:,}" for code, number in zip(codes, numbers, strict=True)],
    }
    days = document_days(corpus.dates)
    if days is not None:
        known = days[~np.isnat(days)]
        facts["dates"] = f"{known.min()} to {known.max()}"
    if corpus.sources is not None:
        facts["sources"] = len(corpus.sources.drop_null().unique())
    return facts
