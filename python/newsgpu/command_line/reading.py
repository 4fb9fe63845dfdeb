"""From options to a corpus and a tokenizer."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..corpus import Corpus
from ..reading import read
from ..stop_words import stop_word_list
from ..tokens import Tokenizer
from .parser import UsageError


def read_corpus(options: argparse.Namespace) -> Corpus:
    """The corpus that the options name; skipped rows are told on stderr."""
    corpus = read(
        options.paths,
        format=options.input_format,
        text=options.text,
        id=options.id,
        date=options.date,
        title=options.title,
        source=options.source,
        clean=options.clean,
        encoding=options.encoding,
        errors=options.errors,
        progress=progress(options),
        num_threads=options.threads,
    )
    if corpus.skipped:
        note(options, f"skipped {corpus.skipped:,} broken {'row' if corpus.skipped == 1 else 'rows'}")
    return corpus


def progress(options: argparse.Namespace) -> bool | None:
    """The ``progress`` argument of the library's calls."""
    return False if options.quiet else None


def execution(options: argparse.Namespace) -> dict[str, Any]:
    """The ``device`` and ``num_threads`` arguments of the library's calls."""
    return {"device": options.device, "num_threads": options.threads}


def tokenizer(options: argparse.Namespace) -> Tokenizer:
    """The tokenizer that the options ask for."""
    normalize = None if options.normalize == "none" else options.normalize
    return Tokenizer(options.kind, normalize=normalize, stop_words=_stop_words(options.stop_words))


def note(options: argparse.Namespace, text: str) -> None:
    """A line on stderr, unless ``--quiet``."""
    if not options.quiet:
        print(f"newsgpu: {text}", file=sys.stderr)


def _stop_words(names: str | None) -> frozenset[str] | None:
    if names is None:
        return None
    if Path(names).is_file():
        return frozenset(Path(names).read_text(encoding="utf-8").split())
    try:
        return frozenset(stop_word_list(names))
    except ValueError:
        message = f"--stop-words must be english, chinese, english,chinese or a file, got {names}"
        raise UsageError(message) from None
