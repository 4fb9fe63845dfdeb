"""``newsgpu.read``: files of any known kind as one corpus."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal

from .. import _core
from .._arguments import choice
from .._execution import check_num_threads
from ..corpus import Corpus
from .columns import Columns
from .paths import input_files
from .reader import Options, Reader
from .streams import check_encoding, expansion_limit

__all__ = ["read"]


def read(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    format: str | None = None,
    text: str = "text",
    id: str | None = "id",
    date: str | None = "date",
    title: str | None = "title",
    source: str | None = "source",
    clean: Literal["auto", "never", "always"] = "auto",
    encoding: str = "utf-8",
    errors: Literal["raise", "skip"] = "raise",
    max_expansion: float | None = None,
    progress: bool | None = None,
    num_threads: int | None = None,
) -> Corpus:
    """Reads files into a corpus.

    Parameters
    ----------
    paths
        A file, a glob, a folder (searched with its subfolders) or a list of them. Files of a folder or glob are taken
        in the order of their paths; hidden ones and those of an unknown suffix are left out.
    format
        ``"jsonl"``, ``"csv"``, ``"tsv"``, ``"parquet"``, ``"arrow"``, ``"txt"`` or ``"html"``, for files whose suffix
        does not say it. By suffix: ``.jsonl .ndjson .csv .tsv .parquet .arrow .feather`` hold a document a row, ``.txt
        .html .htm`` are one document a file; each also ``.gz .bz2 .xz .zst``.
    text, id, date, title, source
        Columns to read. A dot leads into a nested value: ``text="article.body"``. ``None`` reads no such column. The
        text's column must be in every file that has rows; one of another name than the default in at least one file.
    clean
        ``"auto"`` takes the article out of pages: HTML files, and ``.txt`` files that hold escaped HTML or a flattened
        page. ``"never"`` keeps all text as it is; ``"always"`` also cleans the text of rows.
    encoding
        Of JSON lines, CSV, TSV and text files, and of HTML files that do not declare theirs; a byte order mark wins. An
        HTML file that cannot be UTF-8 while nothing else is named is in what charset-normalizer finds (GB 18030, say).
    errors
        ``"raise"``, or ``"skip"`` to leave out broken rows and pages that cannot be cleaned; ``corpus.skipped`` counts
        them. Damaged and truncated files always raise.
    max_expansion
        What comes out of a compressed file may be this many times what goes in, and 128 MiB in any case; beyond, it is
        taken for a decompression bomb. Without it the environment variable ``NEWSGPU_MAX_EXPANSION`` counts, or else
        200.
    progress, num_threads
        ``progress=None`` shows a bar when the work is long. Pages are cleaned in ``num_threads`` processes; the result
        does not depend on it.

    Returns
    -------
    Corpus
        A row without text is a missing document. Ill-formed UTF-8 is kept and reads as U+FFFD, as does an unpaired
        surrogate in JSON; other encodings decode it to U+FFFD. Without an ``id``, a row is named ``NAME#ROW`` (from 1)
        after its file, a page ``NAME``, and several articles of a page ``NAME#1``, ``NAME#2``, … Ids are kept as given,
        duplicates included. Dates that cannot be read are null, and a ``UserWarning`` counts them.

    Raises
    ------
    FileNotFoundError, PermissionError, OSError
        A path does not exist or cannot be opened, or a folder holds nothing to read.
    newsgpu.CorruptFile
        A file is truncated or damaged, or unpacks beyond ``max_expansion``. A broken row is a
        :class:`newsgpu.reading.BrokenRow`, which is also a ``ValueError``, and names file, line and reason.
    ValueError
        A column is missing (the message lists those there are), a suffix or an argument is unknown.

    Notes
    -----
    Files are streamed: peak memory is about the size of the text, a few blocks of 2 MiB and the window of the codec.

    Examples
    --------
    >>> corpus = newsgpu.read("news/*.jsonl.xz", text="body", date="published")     # doctest: +SKIP
    """
    columns = Columns(text, id, date, title, source)
    choice("clean", clean, ("auto", "never", "always"))
    choice("errors", errors, ("raise", "skip"))
    check_num_threads(num_threads)
    files = input_files(paths, format)
    options = Options(
        columns,
        clean,
        check_encoding(encoding),
        skip_broken=errors == "skip",
        max_expansion=expansion_limit(max_expansion),
        num_workers=num_threads or _core.usable_cores(),
    )
    return Reader(options).read(files, progress)
