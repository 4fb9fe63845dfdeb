"""``newsgpu ngrams``."""

from __future__ import annotations

import argparse
from typing import Any

from ..ngrams import count_ngrams
from .output import check_output, put_table
from .parser import (
    add_command,
    add_execution,
    add_ngram_range,
    add_output,
    add_reading,
    add_tokenizer,
    byte_size,
    ngram_range,
    positive,
)
from .reading import execution, read_corpus, tokenizer


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "ngrams",
        _run,
        summary="count n-grams of words",
        details="Columns: term, n, count, document_count; the most frequent first, ties in code point order.",
        examples="  newsgpu ngrams news.jsonl --top 30 --stop-words english\n"
        "  newsgpu ngrams news/ -n 2 3 --min-documents 5 -o phrases.csv",
    )
    add_reading(parser)
    add_ngram_range(parser, (1, 2))
    parser.add_argument("--top", metavar="N", type=positive, help="the N most frequent (default: all)")
    parser.add_argument("--min-count", metavar="N", type=positive, default=1, help="drop rarer n-grams (default: 1)")
    parser.add_argument(
        "--min-documents", metavar="N", type=positive, default=1, help="drop n-grams of fewer documents (default: 1)"
    )
    parser.add_argument(
        "--memory-budget",
        metavar="SIZE",
        type=byte_size,
        help="working memory beyond the text and the result, such as 500MB; more waits in temporary files",
    )
    add_tokenizer(parser)
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    sizes, how = ngram_range(options), tokenizer(options)
    table = count_ngrams(
        read_corpus(options),
        sizes,
        tokenizer=how,
        top=options.top,
        min_count=options.min_count,
        min_documents=options.min_documents,
        memory_budget=options.memory_budget,
        **execution(options),
    )
    put_table(table, options)
