"""What may be wrong with a file, as errors that name it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from .._core import CorruptFile

__all__ = ["BrokenRow", "corrupt", "naming"]


class BrokenRow(CorruptFile, ValueError):
    """A row of a file that cannot be read: ``path``, ``line`` (from 1, where the format has lines) and ``reason``."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        where = str(path) if line is None else f"{path}, line {line}"
        super().__init__(f"{where}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason

    def __reduce__(self) -> tuple[type[BrokenRow], tuple[Path, int | None, str]]:
        return BrokenRow, (self.path, self.line, self.reason)


def corrupt(path: Path, reason: object) -> CorruptFile:
    """The error for a file that is damaged, truncated or not what its name says."""
    return CorruptFile(f"{path}: {reason}")


@contextlib.contextmanager
def naming(path: Path, what: str) -> Iterator[None]:
    """Turns what pyarrow says of a damaged file into :class:`CorruptFile`."""
    try:
        yield
    except CorruptFile:
        raise
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowSerializationError, pa.ArrowKeyError) as error:
        raise corrupt(path, f"not a readable {what} file ({_first_line(error)})") from error
    except OSError as error:
        # An error of the system has its number and names the file; pyarrow's own has neither.
        if error.errno is not None:
            raise
        raise corrupt(path, f"not a readable {what} file ({_first_line(error)})") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".")
