"""The folder that a command writes into."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .parser import UsageError


def writable_folder(name: str) -> Path:
    """The folder ``name``, made where it is not there; raises at once where nothing can be written into it."""
    if not name:
        raise UsageError("-o needs the name of a directory, got an empty one")
    directory = Path(name)
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=directory):
        return directory
