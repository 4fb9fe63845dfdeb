"""The other side of :mod:`.workers`: a process that cleans pages it is sent, until its input ends."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from .pages import CleanedPage, Page, clean_page_text

__all__ = ["READY", "clean_bundle", "serve"]

#: What a worker says first.
READY = "ready"


def clean_bundle(pages: Sequence[Page]) -> list[list[CleanedPage] | str]:
    """The articles of each page, or what went wrong with it."""
    return [_clean(page) for page in pages]


def _clean(page: Page) -> list[CleanedPage] | str:
    try:
        return clean_page_text(page)
    except Exception as error:
        # One page out of millions must not end a run with a traceback from inside a parser.
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        return f"the page cannot be cleaned ({reason}; {Path(where.filename).name}, line {where.lineno})"


def serve() -> None:
    """Answers pickled bundles on standard input with pickled results on standard output."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers.
    os.dup2(2, 1)
    sys.stdin.close()
    # Imported before the clock of the first page runs.
    from .. import cleaning  # noqa: F401

    pickle.dump(READY, answers)
    answers.flush()
    while True:
        try:
            pages = pickle.load(requests)
        except EOFError:
            return
        try:
            pickle.dump(clean_bundle(pages), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            # The reader is gone.
            os._exit(0)
