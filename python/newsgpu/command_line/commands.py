"""The parser of all commands, and what an ending means to the shell."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
import warnings
from collections.abc import Sequence

from .. import _core
from . import analyze, bench, dedup, info, keywords, ngrams, similar, tfidf, tokenize
from .messages import in_options
from .parser import CommandParser, ExampleFormatter, UsageError

_COMMANDS = (analyze, dedup, ngrams, keywords, similar, tfidf, tokenize, info, bench)

_OK, _FAILED, _USAGE, _BROKEN_PIPE = 0, 1, 2, 141


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit status."""
    _make_output_encodable()
    parser = _parser()
    try:
        options, unknown = parser.parse_known_args(arguments)
        if unknown:  # told here, because help of the command itself is what helps
            raise UsageError(f"unrecognized arguments: {' '.join(unknown)}")
        with warnings.catch_warnings():
            warnings.showwarning = _tell if not options.quiet else _hush  # type: ignore[assignment]
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", UserWarning)
            options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more, as after `| head`. Python would complain when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except UsageError as error:
        return _failed(f"{error}; see 'newsgpu {options.command} --help'", _USAGE)
    except Exception as error:
        if os.environ.get("NEWSGPU_TRACEBACK"):
            raise
        return _failed(_reason(error), _FAILED)
    return _OK


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="newsgpu",
        description="Text analytics for large news corpora, Chinese and English: words, n-grams, TF-IDF and verified\n"
        "near-duplicates.",
        epilog="examples:\n"
        "  newsgpu analyze news/ -o out            read a folder of pages, write out/report.html\n"
        "  newsgpu dedup news.jsonl.gz -o out      remove near-duplicates\n"
        "  newsgpu ngrams news.parquet -n 2 3      count phrases\n\n"
        "'newsgpu COMMAND --help' has the options and examples of a command.",
        formatter_class=ExampleFormatter,
    )
    parser.add_argument("--version", action="version", version=f"newsgpu {_core.version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", required=True)
    for command in _COMMANDS:
        command.register(commands)
    return parser


def _failed(reason: str, status: int) -> int:
    print(f"newsgpu: {_shown(reason)}", file=sys.stderr)
    return status


def _shown(message: str) -> str:
    """What a file holds may be part of it: no control character reaches the terminal."""
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) == "Cc" else c for c in message)


def _reason(error: Exception) -> str:
    """One line that says what failed; bugs of ours say that they are."""
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return f"not enough memory{': ' + text if text else ''}; read fewer files at a time"
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, (ValueError, TypeError, OSError, RuntimeError, ImportError)) and text:
        return in_options(text)
    return f"unexpected {type(error).__name__}: {text}; NEWSGPU_TRACEBACK=1 shows where"


def _tell(message: Warning | str, *_: object) -> None:
    """A warning of the library, as a line."""
    print(f"newsgpu: {_shown(in_options(str(message)))}", file=sys.stderr)


def _hush(*_: object) -> None:
    pass


def _make_output_encodable() -> None:
    """A terminal that cannot show a character shows its escape instead of ending the command; a stream that the shell
    has closed (``>&-``) takes what is written and shows nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
