"""Where a table goes: a file, a pipe or the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import pyarrow as pa

from ..reading.paths import InputFile, input_files
from ..writing import render_table, table_format, write_stream, write_table
from .parser import UsageError

# A pipe has no width of its own.
_PIPE_WIDTH = 120


def put_table(table: pa.Table, options: argparse.Namespace) -> None:
    """Writes ``table`` where ``-o`` and ``--format`` say."""
    if options.output is not None:
        write_table(table, options.output, options.format)
    elif options.format in (None, "table"):
        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
        print(render_table(table, rows=options.rows, width=width))
        if table.num_rows > options.rows:
            print("--rows N shows more, -o FILE writes all")
    else:
        write_stream(table, sys.stdout.buffer, options.format)


def check_output(options: argparse.Namespace) -> None:
    """Refuses, before any work is done, an output that cannot be."""
    if options.output is None:
        if options.format == "parquet":
            raise UsageError("--format parquet needs a file: add -o FILE")
    elif options.format == "table":
        raise UsageError("--format table is for the terminal: leave out -o, or choose parquet, csv or jsonl")
    else:
        try:
            table_format(Path(options.output), options.format)
        except ValueError as error:
            raise UsageError(str(error).replace("format=", "--format")) from None
        target = Path(options.output)
        if target.exists() and any(target.samefile(file.path) for file in _inputs(options)):
            raise UsageError(f"{target} is an input and would be overwritten: choose another file with -o")


def _inputs(options: argparse.Namespace) -> list[InputFile]:
    """The files to read; none where there are none, which reading them says better."""
    try:
        return input_files(options.paths, options.input_format)
    except (OSError, ValueError):
        return []
