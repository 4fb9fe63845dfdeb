"""Which files to read, and what each one is."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["FORMATS", "InputFile", "input_files", "shown_path"]

FORMATS = ("jsonl", "csv", "tsv", "parquet", "arrow", "txt", "html")
_FORMAT_OF_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".txt": "txt",
    ".html": "html",
    ".htm": "html",
}
_COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")


def shown_path(path: str) -> str:
    """``path`` as text: names in another encoding than UTF-8 hold bytes that no text has."""
    return os.fsencode(path).decode("utf-8", "replace")


@dataclass(frozen=True)
class InputFile:
    """A file, its format, and the suffix of its compression (``""`` for none)."""

    path: Path
    format: str
    compression: str

    @property
    def name(self) -> str:
        """The file's name without the suffixes that say what it is; bytes that are no UTF-8 become U+FFFD."""
        name = shown_path(self.path.name)
        if self.compression:
            name = name[: -len(self.compression)]
        stem, dot, suffix = name.rpartition(".")
        return stem if stem and dot and f".{suffix.lower()}" in _FORMAT_OF_SUFFIX else name

    @property
    def is_page(self) -> bool:
        """Whether the file is one document rather than rows of them."""
        return self.format in ("txt", "html")


def input_files(paths: object, format: str | None) -> list[InputFile]:
    """The files that ``paths`` (a path, glob or folder, or a list of them) names, in the order given, each once.

    A glob or a folder, which is searched with all its subfolders, gives its files sorted by path. It leaves out hidden
    files and, unless ``format`` is given, files whose suffix is not known.

    Raises
    ------
    FileNotFoundError
        Nothing is there, or a folder or glob holds no file to read.
    ValueError
        The suffix of a file named by itself is not known, or ``format`` is not.
    """
    wanted = None if format is None else _format(format)
    entries = list(_entries(paths))
    if not entries:
        raise ValueError("paths must name at least one file, got an empty list")
    files: dict[str, InputFile] = {}
    for entry in entries:
        for file in _expand(entry, wanted):
            # A link, or a second glob that matches, does not double a file's documents.
            files.setdefault(os.path.realpath(file.path), file)
    return list(files.values())


def _format(name: str) -> str:
    if not isinstance(name, str):
        raise TypeError(f"format must be None or a string, got {name!r}")
    plain = name.lower().removeprefix(".")
    known = plain if plain in FORMATS else _FORMAT_OF_SUFFIX.get(f".{plain}")
    if known is None:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, got {name!r}")
    return known


def _entries(paths: object) -> Iterator[str]:
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    if isinstance(paths, (bytes, bytearray)) or hasattr(paths, "read") or not isinstance(paths, Iterable):
        raise TypeError(f"paths must be a path or a list of paths, got {type(paths).__name__}")
    for path in paths:
        text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
        if not isinstance(text, str):
            raise TypeError(f"paths must hold strings or path objects, got {type(path).__name__}")
        if "\0" in text:
            raise ValueError(f"paths holds a name with a NUL character: {text!r}")
        yield os.path.expanduser(text)


def _expand(entry: str, wanted: str | None) -> list[InputFile]:
    if os.path.isdir(entry):
        found = _keep(_walk(entry), wanted)
        if not found:
            raise FileNotFoundError(errno.ENOENT, f"the folder holds no file to read ({_known_suffixes()})", entry)
        return found
    if os.path.lexists(entry):
        return [_named(Path(entry), wanted)]
    if glob.has_magic(entry):
        matches = glob.glob(entry, recursive=True)
        paths = [path for match in matches for path in (_walk(match) if os.path.isdir(match) else [match])]
        found = _keep(paths, wanted)
        if not found:
            raise FileNotFoundError(errno.ENOENT, f"no file to read matches ({_known_suffixes()})", entry)
        return found
    raise FileNotFoundError(errno.ENOENT, "no such file or folder", entry)


def _walk(folder: str) -> Iterator[str]:
    def fail(error: OSError) -> None:
        raise error

    for parent, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(parent, name) for name in names if not name.startswith("."))


def _keep(paths: Iterable[str], wanted: str | None) -> list[InputFile]:
    unique = sorted({Path(path) for path in paths}, key=lambda path: path.parts)
    files = (_classified(path, wanted) for path in unique if path.is_file())
    return [file for file in files if file is not None]


def _named(path: Path, wanted: str | None) -> InputFile:
    file = _classified(path, wanted)
    if file is None:
        raise ValueError(f"{path}: the suffix says no format ({_known_suffixes()}); name one with format=")
    return file


def _classified(path: Path, wanted: str | None) -> InputFile | None:
    compression = path.suffix.lower() if path.suffix.lower() in _COMPRESSIONS else ""
    inner = Path(path.name[: -len(compression)]) if compression else path
    format = wanted or _FORMAT_OF_SUFFIX.get(inner.suffix.lower())
    if compression:
        compression = path.suffix
    return None if format is None else InputFile(path, format, compression)


def _known_suffixes() -> str:
    return f"known are {' '.join(_FORMAT_OF_SUFFIX)}, each also {' '.join(_COMPRESSIONS)}"
