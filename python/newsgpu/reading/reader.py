"""Files to batches of rows to one corpus."""

from __future__ import annotations

import itertools
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .._execution import Progress
from .._texts import valid_text
from ..corpus import Corpus, row_ids
from .builder import CorpusBuilder, ill_formed_rows
from .columnar import read_arrow, read_parquet
from .columns import Batch, Columns, Sightings
from .delimited import read_delimited
from .failures import BrokenRow, corrupt
from .json_lines import LineParser, blocks
from .pages import Page, batch_of, in_bundles
from .paths import InputFile
from .pipeline import in_order
from .streams import FREE_BYTES, ByteStream, utf8_stream
from .workers import PageCleaner

__all__ = ["Options", "Reader"]

# Blocks of text parsed at once: more than this wait for the disk or the decompressor.
_MAX_PARSERS = 8


@dataclass(frozen=True)
class Options:
    """How to read; :func:`newsgpu.read` says what the fields mean."""

    columns: Columns
    clean: str
    encoding: str
    skip_broken: bool
    max_expansion: float
    num_workers: int


class Reader:
    """One call of :func:`newsgpu.read`."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._builder = CorpusBuilder()
        self._seen = Sightings()
        self._on_bytes: Callable[[int], None] | None = None
        self._doubted: dict[str, list[str]] = {}  # guessed encoding: files

    def read(self, files: list[InputFile], progress: bool | None) -> Corpus:
        """The corpus of ``files``."""
        num_parsers = min(self._options.num_workers, _MAX_PARSERS)
        with (
            Progress(progress, "read") as bar,
            ThreadPoolExecutor(num_parsers, "newsgpu-read") as self._parsers,
            PageCleaner(self._options.num_workers) as self._cleaner,
        ):
            self._ahead = num_parsers + 1
            if bar.wanted:
                self._on_bytes = _file_meter(bar, files)
            for is_page, group in itertools.groupby(files, lambda file: file.is_page):
                if is_page:
                    self._add_pages(self._pages_of(group), clean=self._options.clean != "never")
                else:
                    for file in group:
                        self._add_rows(file)
        for role, name in self._options.columns.required.items():
            self._seen.demand(role, name, files[0].path if len(files) == 1 else "the files")
        corpus = self._builder.finish()
        self._tell_ill_formed(corpus)
        return corpus

    def _tell_ill_formed(self, corpus: Corpus) -> None:
        rows = ill_formed_rows(corpus, self._options.encoding)
        if not len(rows):
            return
        documents = f"{len(rows):,} of {len(corpus):,} documents hold"
        if len(corpus) == 1:
            documents = "the document holds"
        message = (
            f"{documents} bytes that are not in {self._options.encoding}: they read as U+FFFD; the first is "
            f"{corpus.ids[int(rows[0])].as_py()!r}"
        )
        for guess, files in self._doubted.items():
            others = f" and {len(files) - 1:,} more" if len(files) > 1 else ""
            message += f"; {files[0]}{others} may be in {guess}: then give encoding={guess!r}"
        warnings.warn(message, UserWarning, stacklevel=4)

    def _add_rows(self, file: InputFile) -> None:
        seen = Sightings()
        row = 1
        guard = self._expansion_guard(file)
        for batch in self._batches(file, seen):
            names = _row_names(file.name, row, len(batch.text))
            row += len(batch.text)
            guard(batch)
            if self._options.clean == "always":
                self._builder.skipped += batch.skipped
                self._add_pages(_pages_of_rows(file, batch, names), clean=True)
            else:
                self._builder.append(batch, names)
        seen.demand("text", self._options.columns.text, file.path)
        self._seen.add(seen.rows, seen.roles, seen.names)

    def _batches(self, file: InputFile, seen: Sightings) -> Iterator[Batch]:
        columns = self._options.columns
        if file.format == "jsonl":
            yield from self._json_batches(file, seen)
        elif file.format in ("csv", "tsv"):
            skip = self._options.skip_broken
            yield from read_delimited(file, lambda: self._open_text(file), columns, seen, skip_broken=skip)
        else:
            columnar = read_parquet if file.format == "parquet" else read_arrow
            with self._open(file) as stream:
                yield from columnar(file, stream, columns, seen)

    def _json_batches(self, file: InputFile, seen: Sightings) -> Iterator[Batch]:
        parse = LineParser(file, self._options.columns, self._options.skip_broken)
        with self._open_text(file) as stream:
            submit = self._parsers.submit
            for parsed in in_order(lambda block: submit(parse, block), blocks(stream), lambda: self._ahead):
                seen.add(len(parsed.batch.text), parsed.roles, parsed.names)
                yield parsed.batch

    def _expansion_guard(self, file: InputFile) -> Callable[[Batch], None]:
        """Bounds what Parquet and Arrow compress inside a file, as :class:`ByteStream` bounds what it unpacks."""
        expansion = self._options.max_expansion
        limit = max(FREE_BYTES, expansion * file.path.stat().st_size)
        total = 0

        def check(batch: Batch) -> None:
            nonlocal total
            total += batch.text.nbytes
            if file.format in ("parquet", "arrow") and total > limit:
                raise corrupt(
                    file.path,
                    f"holds more than {limit / 2**20:,.0f} MiB of text, {expansion:g} times its size; if it is no "
                    "decompression bomb, raise max_expansion= or NEWSGPU_MAX_EXPANSION",
                )

        return check

    def _pages_of(self, files: Iterable[InputFile]) -> Iterator[Page]:
        options = self._options
        for file in files:
            # A page that is cleaned declares its encoding itself.
            markup = file.format == "html" and options.clean != "never"
            with self._open(file) if markup else self._open_text(file) as stream:
                content = stream.read()
            yield Page(
                content,
                file.name,
                str(file.path),
                options.encoding if markup else "utf-8",
                markup,
                options.clean == "always",
            )

    def _add_pages(self, pages: Iterator[Page], clean: bool) -> None:
        bundles: deque[list[Page]] = deque()

        def noted() -> Iterator[list[Page]]:
            for bundle in in_bundles(pages):
                bundles.append(bundle)
                yield bundle

        if not clean:
            for bundle in in_bundles(pages):
                self._append(batch_of(bundle))
            return
        for answers in in_order(self._cleaner.submit, noted(), lambda: self._cleaner.ahead):
            bundle = bundles.popleft()
            good = []
            for page, answer in zip(bundle, answers, strict=True):
                if not isinstance(answer, str):
                    good.append((page, answer))
                elif not self._options.skip_broken:
                    raise BrokenRow(Path(page.where), None, answer)
            self._builder.skipped += len(bundle) - len(good)
            self._append(batch_of([page for page, _ in good], [answer for _, answer in good]))

    def _append(self, batch: Batch) -> None:
        if len(batch.text):
            assert batch.id is not None
            self._builder.append(batch, batch.id)

    def _open(self, file: InputFile) -> ByteStream:
        return ByteStream(file, self._options.max_expansion, self._on_bytes)

    def _open_text(self, file: InputFile) -> BinaryIO:
        def doubt(guess: str) -> None:
            # Tables are opened several times.
            files = self._doubted.setdefault(guess, [])
            if str(file.path) not in files[-1:]:
                files.append(str(file.path))

        return utf8_stream(self._open(file), self._options.encoding, doubt)  # type: ignore[return-value]


def _file_meter(bar: Progress, files: list[InputFile]) -> Callable[[int], None]:
    total = max(1, sum(file.path.stat().st_size for file in files))
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        # CSV reads its header, and sometimes its first rows, twice.
        bar.update("files", min(1.0, done / total))

    return advance


def _row_names(name: str, first: int, count: int) -> pa.LargeStringArray:
    """``NAME#ROW``, the ids of rows that have none."""
    numbers = row_ids(np.arange(first, first + count))
    return pc.binary_join_element_wise(pa.scalar(name, pa.large_string()), numbers, pa.scalar("#", pa.large_string()))


def _pages_of_rows(file: InputFile, batch: Batch, names: pa.LargeStringArray) -> Iterator[Page]:
    """Rows whose text is to be cleaned."""
    ids = names if batch.id is None else pc.coalesce(batch.id, names)
    metadata = [batch.date, batch.title, batch.source]
    for row, text in enumerate(valid_text(batch.text)):
        name = ids[row].as_py()
        date, title, source = (None if column is None else column[row].as_py() for column in metadata)
        yield Page(
            text.as_buffer().to_pybytes() if text.is_valid else None,
            name,
            f"{file.path}, row {name}",
            always=True,
            date=None if date is None else str(date),
            title=title,
            source=source,
        )
