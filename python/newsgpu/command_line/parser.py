"""Parsing: errors of one line, help with examples, and the options that commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from .. import _core
from .._arguments import byte_count
from ..reading.streams import check_encoding

# What count_ngrams and keywords allow, and near_duplicates.
MAX_NGRAM, MAX_SHINGLE = 127, 64

FORMATS = ("table", "parquet", "csv", "jsonl")


class UsageError(ValueError):
    """Arguments that are fine one by one, but not together."""


class ExampleFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with descriptions and examples as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=100)


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors take one line and say where help is."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        self.exit(2, f"{self.prog}: {message}; see '{self.prog} --help'\n")


def add_command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], None], *, summary: str, details: str, examples: str
) -> argparse.ArgumentParser:
    """A parser for the command ``name`` that is run by ``run``; a line of ``examples`` is a command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{details}",
        epilog=f"examples:\n{examples}",
        formatter_class=ExampleFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_reading(parser: argparse.ArgumentParser, *, paths: str = "+") -> None:
    """The paths to read, and how."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs=paths,
        help="files, folders or globs: .jsonl .ndjson .csv .tsv .parquet .arrow .feather, and .txt .html .htm "
        "(a document a file), each also .gz .bz2 .xz .zst",
    )
    group = parser.add_argument_group("reading")
    for column in ("text", "id", "date", "title", "source"):
        group.add_argument(
            f"--{column}", metavar="COLUMN", default=column, help=f"column or field of the {column} (default: {column})"
        )
    group.add_argument(
        "--clean",
        choices=("auto", "never", "always"),
        default="auto",
        help="extract the article: from web pages alone (auto, the default), from nothing, or from every text",
    )
    group.add_argument(
        "--errors",
        choices=("raise", "skip"),
        default="raise",
        help="stop at a broken row (raise, the default), or skip and count such rows",
    )
    group.add_argument("--encoding", type=encoding, default="utf-8", help="encoding of text files (default: utf-8)")
    group.add_argument(
        "--input-format",
        metavar="FORMAT",
        help="jsonl, csv, tsv, parquet, arrow, txt or html, where suffixes do not tell",
    )


def add_execution(parser: argparse.ArgumentParser) -> None:
    """Where to run, on how many threads, and whether to talk about it."""
    group = parser.add_argument_group("running")
    group.add_argument("--device", type=device, default="auto", help="auto (default), cpu, cuda or cuda:K")
    group.add_argument("--threads", metavar="N", type=positive, help="CPU threads (default: the cores it may use)")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no notes on stderr")


def add_output(parser: argparse.ArgumentParser) -> None:
    """Where a table goes, and in which format."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "-o", "--output", metavar="FILE", help="write to FILE; its suffix tells the format (default: the terminal)"
    )
    group.add_argument(
        "--format", choices=FORMATS, help="format, whatever the suffix; csv and jsonl also go to the terminal or a pipe"
    )
    group.add_argument(
        "--rows", metavar="N", type=positive, default=40, help="rows that a table on the terminal shows (default: 40)"
    )


def add_ngram_range(parser: argparse.ArgumentParser, default: tuple[int, int]) -> None:
    """``-n MIN [MAX]``: the sizes of n-grams; :func:`ngram_range` reads it."""
    parser.add_argument(
        "-n",
        "--n",
        metavar="N",
        type=size_at_most(MAX_NGRAM),
        nargs="+",
        default=list(default),
        help=f"words in an n-gram: one number, or the smallest and the largest (default: {default[0]} {default[1]})",
    )


def add_tokenizer(parser: argparse.ArgumentParser) -> None:
    """How text becomes tokens."""
    group = parser.add_argument_group("tokens")
    group.add_argument(
        "--kind",
        choices=("words", "segments", "sklearn", "characters", "whitespace"),
        default="words",
        help="what a token is (default: words, of ICU's word boundaries, Chinese included)",
    )
    group.add_argument(
        "--normalize",
        choices=("nfkc_casefold", "nfkc", "nfc", "casefold", "lower", "none"),
        default="nfkc_casefold",
        help="what is done to each token (default: nfkc_casefold)",
    )
    group.add_argument(
        "--stop-words",
        metavar="LIST",
        help="drop stop words: english, chinese, both joined by a comma, or a file with a word a line",
    )


def ngram_range(options: argparse.Namespace) -> tuple[int, int]:
    """The smallest and the largest n that ``-n`` asks for."""
    sizes = options.n
    if len(sizes) > 2 or sizes[0] > sizes[-1]:
        raise UsageError(f"-n takes one size, or a smallest and a largest, got {' '.join(map(str, sizes))}")
    return sizes[0], sizes[-1]


def positive(text: str) -> int:
    """A whole number from 1."""
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return number


def size_at_most(limit: int) -> Callable[[str], int]:
    """A whole number from 1 to ``limit``."""

    def size(text: str) -> int:
        number = positive(text)
        if number > limit:
            raise argparse.ArgumentTypeError(f"must be at most {limit}, got {text}")
        return number

    return size


def encoding(text: str) -> str:
    """The name of a text encoding."""
    try:
        return check_encoding(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("encoding ")) from None


def recall(text: str) -> float:
    """A number above 0 and below 1."""
    number = _number(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"must be above 0 and below 1 (--method exact finds every pair), got {text}")
    return number


def device(text: str) -> str:
    """The name of a device, whether or not it is there."""
    try:
        _core.Execution(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("device ")) from None
    return text


def fraction(text: str) -> float:
    """A number above 0 and up to 1."""
    number = _number(text)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most 1, got {text}")
    return number


def byte_size(text: str) -> int:
    """A number of bytes such as ``500MB``."""
    try:
        return byte_count("", text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).strip()) from None


def similarity_floor(text: str) -> float:
    """A number from 0 to 1."""
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1, got {text}")
    return number


def count_or_fraction(text: str) -> int | float:
    """A whole number counts documents; a number with a point is a fraction of them, 0.0 to 1.0."""
    if "." not in text:
        return positive(text)
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a count, or a fraction from 0.0 to 1.0, got {text}")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a number, got {text!r}") from None
