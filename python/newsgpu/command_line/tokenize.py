"""``newsgpu tokenize``."""

from __future__ import annotations

import argparse
from typing import Any

import pyarrow as pa

from ..corpus import Corpus
from ..info import stays_on_cpu
from ..tokens import Tokenizer
from .output import check_output, put_table
from .parser import add_command, add_execution, add_output, add_reading, add_tokenizer
from .reading import execution, read_corpus, tokenizer

# About so much text at a time: who reads a pipe need not wait until all of the documents are tokenized.
_PIPED_BYTES = 1 << 22


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "tokenize",
        _run,
        summary="split each document into tokens",
        details="Columns: id, tokens (a list; in CSV as JSON), or with --count id, num_tokens.",
        examples="  newsgpu tokenize news.jsonl --format jsonl | head\n"
        "  newsgpu tokenize news/ --kind characters --count -o counts.csv",
    )
    add_reading(parser)
    parser.add_argument("--count", action="store_true", help="only count the tokens of each document")
    add_tokenizer(parser)
    add_output(parser)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    check_output(options)
    how = tokenizer(options)
    corpus = read_corpus(options)
    at_once = max(1, len(corpus))
    # A device is for large corpora, and reading parts one by one would be no work for it.
    if options.output is None and options.format == "jsonl" and stays_on_cpu(options.device):
        at_once = max(1, at_once * _PIPED_BYTES // max(_PIPED_BYTES, corpus.num_bytes))
    for first in range(0, max(1, len(corpus)), at_once):
        put_table(_table(how, corpus[first : first + at_once], options), options)


def _table(how: Tokenizer, corpus: Corpus, options: argparse.Namespace) -> pa.Table:
    if options.count:
        column = {"num_tokens": pa.array(how.count(corpus, **execution(options)))}
    else:
        column = {"tokens": how.tokenize(corpus, **execution(options)).to_arrow()}
    return pa.table({"id": corpus.ids, **column})
