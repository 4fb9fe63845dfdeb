"""``newsgpu keywords``."""

from __future__ import annotations

import argparse
from typing import Any

from ..keywords import keywords
from .output import check_output, put_table
from .parser import (
    add_command,
    add_execution,
    add_ngram_range,
    add_output,
    add_reading,
    add_tokenizer,
    ngram_range,
    positive,
)
from .reading import execution, read_corpus, tokenizer


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "keywords",
        _run,
        summary="find the keywords of each document by TF-IDF",
        details="Columns: id, rank, term, score; documents in input order, the highest score first.",
        examples="  newsgpu keywords news.jsonl --top 5 --stop-words english,chinese\n"
        "  newsgpu keywords news.parquet --text body -o keywords.parquet",
    )
    add_reading(parser)
    parser.add_argument("--top", metavar="N", type=positive, default=10, help="keywords of a document (default: 10)")
    add_ngram_range(parser, (1, 2))
    add_tokenizer(parser)
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    sizes, how = ngram_range(options), tokenizer(options)
    put_table(keywords(read_corpus(options), options.top, n=sizes, tokenizer=how, **execution(options)), options)
