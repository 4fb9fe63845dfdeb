"""Writing result tables: Parquet, CSV and JSON lines, each file whole or not at all; and tables for a terminal."""

from __future__ import annotations

import bz2
import contextlib
import contextvars
import errno
import gzip
import io
import json
import lzma
import os
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ._texts import text_column

__all__ = [
    "TABLE_FORMATS",
    "atomic_file",
    "compressed",
    "render_table",
    "table_format",
    "write_stream",
    "write_table",
]

TABLE_FORMATS = ("parquet", "csv", "jsonl")
_FORMAT_OF_SUFFIX = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_COMPRESSIONS = (".gz", ".bz2", ".xz", ".zst")
_BATCH_ROWS = 1 << 14


def write_table(table: pa.Table, path: str | os.PathLike[str], format: str | None = None) -> None:
    """Writes a table to a file, whole or not at all.

    Parameters
    ----------
    table
        A pyarrow table, or what ``pyarrow.table`` takes. CSV holds nested columns as JSON.
    path
        The suffix says the format: ``.parquet``, ``.csv``, ``.jsonl`` or ``.ndjson``; the latter also with ``.gz``,
        ``.bz2``, ``.xz`` or ``.zst``. The file is written beside its place and then renamed; a pipe or a device is
        written to directly.
    format
        ``"parquet"``, ``"csv"`` or ``"jsonl"``, where the suffix does not say it.

    Raises
    ------
    OSError
        The file cannot be written; the message names it. What was at ``path`` is then still there.
    ValueError
        The format is not known.
    """
    target = Path(path)
    kind = table_format(target, format)
    if not isinstance(table, pa.Table):
        table = pa.table(table)
    with atomic_file(target) as raw, compressed(raw, target.suffix.lower()) as out:
        _WRITERS[kind](table, out)


def write_stream(table: pa.Table, out: BinaryIO, format: str) -> None:
    """Writes a table to a stream, such as ``sys.stdout.buffer``; ``format`` as for :func:`write_table`."""
    _WRITERS[table_format(Path(), format)](table, out)


def table_format(path: Path, format: str | None) -> str:
    """The format of a file to write."""
    if format is not None:
        if format not in TABLE_FORMATS:
            raise ValueError(f"format must be one of {', '.join(TABLE_FORMATS)}, got {format!r}")
        return format
    inner = path.with_suffix("") if path.suffix.lower() in _COMPRESSIONS else path
    kind = _FORMAT_OF_SUFFIX.get(inner.suffix.lower())
    if kind is None:
        raise ValueError(
            f"{path}: the suffix says no format; use {' '.join(_FORMAT_OF_SUFFIX)}, or name one with format="
        )
    return kind


class _Together:
    """Files that are to take their places at once, and those that are to go."""

    def __init__(self) -> None:
        self.drafts: list[tuple[Path, Path]] = []
        self.gone: list[Path] = []


_TOGETHER: contextvars.ContextVar[_Together | None] = contextvars.ContextVar("together", default=None)


@contextlib.contextmanager
def written_together() -> Iterator[None]:
    """What is written inside takes its place when the block ends well, all of it; at an error what was there stays."""
    together = _Together()
    token = _TOGETHER.set(together)
    try:
        yield
        while together.drafts:
            draft, place = together.drafts[-1]
            with _naming(place):
                os.replace(draft, place)
            together.drafts.pop()
        for path in together.gone:
            path.unlink(missing_ok=True)
    finally:
        _TOGETHER.reset(token)
        for draft, _ in together.drafts:
            with contextlib.suppress(OSError):
                draft.unlink()


def remove_file(path: Path) -> None:
    """Removes a file of an earlier run, if it is there; together with what is written."""
    together = _TOGETHER.get()
    if together is None:
        path.unlink(missing_ok=True)
    else:
        together.gone.append(path)


@contextlib.contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write, which takes its place only when the block ends well.

    It is written beside its place; at an error it is removed, and what was there before stays. A symbolic link is
    followed; a pipe or a device is written to directly.
    """
    place = Path(os.path.realpath(path))
    try:
        mode = place.stat().st_mode
    except OSError:
        mode = stat.S_IFREG
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        with _naming(path), open(place, "wb") as out:
            yield out
        return
    draft = place.with_name(f".{place.name}.{os.getpid()}.part")
    together = _TOGETHER.get()
    with _naming(path):
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(21, "it is a folder")
        out = open(draft, "wb")  # noqa: SIM115 - closed below, before the file takes its place
    try:
        with _naming(path), out:
            yield out
        if together is not None:
            together.drafts.append((draft, place))
            return
        with _naming(path):
            os.replace(draft, place)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


@contextlib.contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Errors of the system name the file that was asked for, not the draft of it."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        folder = Path(os.path.realpath(path)).parent
        is_missing = error.errno == errno.ENOENT and not folder.exists()
        reason = f"there is no folder {folder}" if is_missing else error.strerror
        raise type(error)(error.errno, f"cannot be written: {reason}", os.fspath(path)) from None


@contextlib.contextmanager
def compressed(raw: BinaryIO, suffix: str) -> Iterator[Any]:
    """``raw`` as a file that compresses what is written to it: ``.gz``, ``.bz2``, ``.xz`` or ``.zst``, else ``raw``."""
    if suffix == ".gz":
        # No name and no time: the same table gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as out:
            yield out
    elif suffix == ".bz2":
        with bz2.BZ2File(raw, "wb") as packed:
            yield packed
    elif suffix == ".xz":
        # The default preset takes eight times as long as this one for news, and saves a quarter of the file.
        with lzma.LZMAFile(raw, "wb", preset=1) as packed_xz:
            yield packed_xz
    elif suffix == ".zst":
        with pa.CompressedOutputStream(pa.PythonFile(raw, mode="w"), "zstd") as packed_zst:
            yield packed_zst
    else:
        yield raw


def _write_parquet(table: pa.Table, out: Any) -> None:
    pyarrow.parquet.write_table(table, out, compression="zstd")


def _write_csv(table: pa.Table, out: Any) -> None:
    columns = [text_column(column) if _is_nested(column.type) else column for column in table.columns]
    pyarrow.csv.write_csv(pa.table(columns, names=table.column_names), out)


def _write_json_lines(table: pa.Table, out: Any) -> None:
    for batch in table.to_batches(_BATCH_ROWS):
        rows = (json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist())
        out.write("".join(f"{row}\n" for row in rows).encode("utf-8"))


_WRITERS: dict[str, Callable[[pa.Table, Any], None]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "jsonl": _write_json_lines,
}


def _is_nested(kind: pa.DataType) -> bool:
    return bool(pa.types.is_nested(kind))


def render_table(table: pa.Table, *, rows: int = 20, width: int | None = None) -> str:
    """A table as lines for a terminal, ``width`` columns wide (that of the terminal by default).

    The first ``rows`` rows are shown. Chinese characters take two columns, control characters are made visible: text
    from a page must not drive the terminal. Long cells end in ``…``; numbers stand right.
    """
    if table.num_columns == 0:
        return ""
    width = width or shutil.get_terminal_size().columns
    head = table.slice(0, rows)
    right = [pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in table.schema.types]
    cells = [
        [_visible(name), *map(_cell, column.to_pylist())]
        for name, column in zip(head.column_names, head.columns, strict=True)
    ]
    widths = _fit([max(map(_columns, column)) for column in cells], width - 2 * (len(cells) - 1))
    lines = []
    for row in range(head.num_rows + 1):
        fields = [
            _pad(column[row], size, at_right) for column, size, at_right in zip(cells, widths, right, strict=True)
        ]
        lines.append("  ".join(fields).rstrip())
    lines.insert(1, "  ".join("\u2500" * size for size in widths))
    if table.num_rows > head.num_rows:
        lines.append(f"\u2026 and {table.num_rows - head.num_rows:,} more rows")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e6 else f"{value:.3e}"
    return _visible(value if isinstance(value, str) else str(value))


def _visible(text: str) -> str:
    """White space as one space, controls as U+FFFD, without marks that turn the direction of writing."""
    text = " ".join(text[:1000].split())
    kinds = ((character, unicodedata.category(character)) for character in text)
    return "".join("\ufffd" if kind in ("Cc", "Cs", "Co", "Cn") else c for c, kind in kinds if kind != "Cf")


def _columns(text: str) -> int:
    return sum(map(_character_columns, text))


def _character_columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fit(widths: list[int], available: int) -> list[int]:
    """Column widths that fit: the widest give way first, none below four."""
    fitted = list(widths)
    while sum(fitted) > available and max(fitted, default=0) > 4:
        widest = max(fitted)
        second = max([width for width in fitted if width < widest], default=4)
        count = fitted.count(widest)
        target = max(4, second, widest - -(-(sum(fitted) - available) // count))
        fitted = [min(width, target) for width in fitted]
    return fitted


def _pad(text: str, size: int, at_right: bool) -> str:
    if _columns(text) > size:
        kept, taken = io.StringIO(), 0
        for character in text:
            taken += _character_columns(character)
            if taken > size - 1:
                break
            kept.write(character)
        text = kept.getvalue() + "\u2026"
    space = " " * (size - _columns(text))
    return space + text if at_right else text + space
