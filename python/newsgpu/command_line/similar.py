"""``newsgpu similar``."""

from __future__ import annotations

import argparse
from typing import Any

from ..similar import similar
from .output import check_output, put_table
from .parser import add_command, add_execution, add_output, add_reading, add_tokenizer, positive, similarity_floor
from .reading import execution, read_corpus, tokenizer


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "similar",
        _run,
        summary="find the documents most similar to each by TF-IDF cosine",
        details="Columns: left, right (row numbers), left_id, right_id, similarity; the nearest of each first.",
        examples="  newsgpu similar news.jsonl --top 3 --threshold 0.4\n"
        "  newsgpu similar news/ --stop-words english -o similar.parquet",
    )
    add_reading(parser)
    parser.add_argument("--top", metavar="N", type=positive, default=10, help="neighbours of a document (default: 10)")
    parser.add_argument(
        "--threshold", metavar="X", type=similarity_floor, default=0.0, help="lowest similarity (default: 0)"
    )
    add_tokenizer(parser)
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    how = tokenizer(options)
    corpus = read_corpus(options)
    table = similar(corpus, options.top, threshold=options.threshold, tokenizer=how, **execution(options))
    for place, side in ((2, "left"), (3, "right")):
        table = table.add_column(place, f"{side}_id", corpus.ids.take(table[side].combine_chunks()))
    put_table(table, options)
