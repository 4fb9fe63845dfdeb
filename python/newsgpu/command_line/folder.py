"""What a command writes into."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import glob
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..reading.paths import input_files
from .parser import UsageError
from .reading import note


def writable_folder(name: str) -> Path:
    """The folder ``name``, made where it is not there; raises at once where nothing can be written into it."""
    if not name:
        raise UsageError("-o needs the name of a directory, got an empty one")
    directory = Path(name)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(errno.ENOTDIR, "cannot be a directory: there is something else", name) from None
    with tempfile.TemporaryFile(dir=directory):
        return directory


def leave_out(directory: Path, options: argparse.Namespace) -> None:
    """Takes the files inside of ``directory``, which earlier runs wrote, out of the folders to read.

    The folders that hold it, and globs, become the lists of their files, so that what this run writes is no input of it
    either.
    """
    paths = []
    for entry in options.paths:
        if not os.path.isdir(entry):
            is_glob = glob.has_magic(entry) and not os.path.lexists(entry)
            paths += [str(file.path) for file in input_files(entry, options.input_format)] if is_glob else [entry]
            continue
        if directory.samefile(entry):
            raise UsageError(f"{entry} is read, and cannot be written into as well: choose another folder with -o")
        if Path(entry).resolve() not in directory.resolve().parents:
            paths.append(entry)
            continue
        files = [file.path for file in input_files(entry, options.input_format)]
        news = [path for path in files if directory.resolve() not in path.resolve().parents]
        if not news:
            raise FileNotFoundError(errno.ENOENT, f"the folder holds no file to read outside of {directory}", entry)
        if len(news) < len(files):
            note(options, f"not read: {len(files) - len(news):,} files in {directory}, where this run writes")
        paths += map(str, news)
    options.paths = paths


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
