"""What a command writes into."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .parser import UsageError
from .reading import note


def writable_folder(name: str) -> Path:
    """The folder ``name``, made where it is not there; raises at once where nothing can be written into it."""
    if not name:
        raise UsageError("-o needs the name of a directory, got an empty one")
    directory = Path(name)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory):
        return directory


@contextlib.contextmanager
def alone_with(path: Path, options: argparse.Namespace) -> Iterator[None]:
    """Lets no other run read and replace ``path`` meanwhile, and waits for one that does.

    What is locked is a file beside it: it is never replaced, as ``path`` itself is.
    """
    with open(path.with_name(path.name + ".lock"), "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(options, f"waiting for another run that uses {path}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
