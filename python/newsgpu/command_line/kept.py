"""The kept documents in the format of the input: the same files, less what repeats."""

from __future__ import annotations

import argparse
import codecs
import csv
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet

from ..corpus import Corpus
from ..reading.columns import Columns
from ..reading.json_lines import Block, LineParser, blocks
from ..reading.paths import InputFile, input_files
from ..reading.streams import ByteStream, check_encoding, expansion_limit, seekable, utf8_stream
from ..writing import atomic_file, compressed, remove_file, write_table
from .reading import note

_BATCH_ROWS = 1024


def write_kept(corpus: Corpus, kept: npt.NDArray[np.bool_], directory: Path, options: argparse.Namespace) -> Path:
    """Writes the files that ``corpus`` was read from into ``directory/kept``, without the rows that ``kept`` drops.

    Rows keep all their fields; JSON lines and CSV records stay byte for byte, or become UTF-8; CSV keeps its byte order
    mark. A page file is copied if any of its articles is kept; if none is, the copy of an earlier run goes. With
    ``--clean always`` rows have become articles, and are written to ``directory/kept.jsonl``.
    """
    if options.clean == "always":
        target = directory / "kept.jsonl"
        write_table(corpus.take(kept).to_arrow(), target, "jsonl")
        return target
    files = input_files(options.paths, options.input_format)
    common = os.path.commonpath([file.path.resolve().parent for file in files])
    targets = [directory / "kept" / file.path.resolve().relative_to(common) for file in files]
    for file, target in zip(files, targets, strict=True):
        if target.exists() and target.samefile(file.path):
            raise ValueError(f"{target} is an input and would be overwritten: choose another directory with -o")
    writer = _Writer(corpus, kept, options)
    for file, target in zip(files, targets, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.is_page:
            writer.copy_page(file, target)
        else:
            writer.write_rows(file, target)
    writer.finish()
    # Drafts begin with a dot.
    there = sorted(path for path in (directory / "kept").rglob("*") if path.is_file() and path.name[0] != ".")
    if stale := [path for path in there if path not in set(targets)]:
        note(options, f"not of this run: {len(stale):,} files in {directory / 'kept'}, the first is {stale[0].name}")
    if check_encoding(options.encoding) != "utf-8" and not all(file.is_page for file in files):
        note(options, f"text in {directory / 'kept'} is in UTF-8")
    return directory / "kept"


class _Writer:
    """Goes through the files as reading them did, document by document."""

    def __init__(self, corpus: Corpus, kept: npt.NDArray[np.bool_], options: argparse.Namespace) -> None:
        self._ids = corpus.ids
        self._kept = kept
        self._row = 0
        self._skips = options.errors == "skip"
        self._encoding = check_encoding(options.encoding)
        self._columns = Columns(options.text, options.id, options.date, options.title, options.source)

    def finish(self) -> None:
        """Raises where the files hold fewer documents than were read, or more."""
        if self._row != len(self._kept):
            raise OSError("the input changed while it was worked on: run the command again")

    def copy_page(self, file: InputFile, target: Path) -> None:
        """Copies a page one of whose documents is kept, and removes the copy of one that is not."""
        if self._take(self._num_articles(file.name)).any():
            with open(file.path, "rb") as page, atomic_file(target) as copy:
                shutil.copyfileobj(page, copy)
        else:
            remove_file(target)

    def write_rows(self, file: InputFile, target: Path) -> None:
        """Writes the kept rows of a file."""
        write = {
            "jsonl": self._write_json_lines,
            "csv": self._write_delimited,
            "tsv": self._write_delimited,
            "parquet": self._write_parquet,
            "arrow": self._write_arrow,
        }[file.format]
        with (
            ByteStream(file, expansion_limit(None)) as source,
            atomic_file(target) as raw,
            compressed(raw, file.compression.lower()) as sink,
        ):
            write(file, source, sink)

    def _take(self, count: int) -> npt.NDArray[np.bool_]:
        """Which of the next ``count`` documents are kept."""
        mask = self._kept[self._row : self._row + count]
        self._row += count
        return mask if len(mask) == count else np.zeros(count, bool)

    def _num_articles(self, name: str) -> int:
        """How many documents a page has become: ``NAME``, or ``NAME#1``, ``NAME#2``, …; a skipped one none."""
        count = 0
        while self._row + count < len(self._ids):
            found = self._ids[self._row + count].as_py()
            if count == 0 and found == name:
                return 1
            if found != f"{name}#{count + 1}":
                break
            count += 1
        return count

    def _write_json_lines(self, file: InputFile, source: ByteStream, sink: IO[bytes]) -> None:
        parse = LineParser(file, self._columns, self._skips)
        for block in blocks(utf8_stream(source, self._encoding)):  # type: ignore[arg-type]
            lines = [line for line in block.content.split(b"\n") if line.strip()]
            if self._skips and parse(block).batch.skipped:
                lines = [line for line in lines if len(parse(Block(line, 1)).batch.text)]
            kept = self._take(len(lines))
            sink.writelines(line + b"\n" for line, is_kept in zip(lines, kept, strict=True) if is_kept)

    def _write_delimited(self, file: InputFile, source: ByteStream, sink: IO[bytes]) -> None:
        header: list[str] | None = None
        text = utf8_stream(source, self._encoding)
        if text.is_marked:
            # Without its mark a spreadsheet takes Chinese for another encoding.
            sink.write(codecs.BOM_UTF8)
        for record, row in _records(text, "\t" if file.format == "tsv" else ","):
            if header is None and row:
                header = row
                sink.write(record)
            elif header is not None and (len(row) == len(header) or (not row and len(header) == 1)):
                sink.write(record if self._take(1)[0] else b"")

    def _write_parquet(self, _: InputFile, source: ByteStream, sink: IO[bytes]) -> None:
        with seekable(source) as content:
            table = pyarrow.parquet.ParquetFile(content, pre_buffer=False)
            with pyarrow.parquet.ParquetWriter(sink, table.schema_arrow) as writer:
                for batch in table.iter_batches(_BATCH_ROWS):
                    writer.write_batch(batch.filter(pa.array(self._take(batch.num_rows))))

    def _write_arrow(self, _: InputFile, source: ByteStream, sink: IO[bytes]) -> None:
        with seekable(source) as content:
            is_file = content.read(6) == b"ARROW1"
            content.seek(0)
            reader = pa.ipc.open_file(content) if is_file else pa.ipc.open_stream(content)
            batches = map(reader.get_batch, range(reader.num_record_batches)) if is_file else reader
            make = pa.ipc.new_file if is_file else pa.ipc.new_stream
            with make(sink, reader.schema) as writer:
                for batch in batches:
                    writer.write_batch(batch.filter(pa.array(self._take(batch.num_rows))))


def _records(stream: Any, delimiter: str) -> Iterator[tuple[bytes, list[str]]]:
    """Each record of a CSV file as it is written, and its fields."""
    lines: list[str] = []

    def recorded(text: io.TextIOWrapper) -> Iterator[str]:
        for line in text:
            lines.append(line)
            yield line

    limit = csv.field_size_limit(sys.maxsize)
    try:
        # newline="" keeps line ends, surrogateescape ill-formed bytes.
        with io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline="") as text:
            for row in csv.reader(recorded(text), delimiter=delimiter):
                record = "".join(lines)
                lines.clear()
                yield (
                    (record if record.endswith(("\n", "\r")) else f"{record}\n").encode("utf-8", "surrogateescape"),
                    row,
                )
    finally:
        csv.field_size_limit(limit)
