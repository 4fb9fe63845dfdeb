"""``newsgpu analyze``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..analysis import Settings, analyze
from ..analysis.files import write_analysis
from ..reading.paths import shown_path
from ..writing import written_together
from .findings import print_findings
from .folder import leave_out, writable_folder
from .parser import add_command, add_execution, add_reading, fraction, positive
from .reading import execution, progress, read_corpus


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "analyze",
        _run,
        summary="read a corpus and report what it says and who repeats whom",
        details="Prints its findings and writes report.html (one file, works offline), summary.json, ngrams.parquet,\n"
        "keywords.parquet, duplicates.parquet and pairs.parquet into DIR.",
        examples="  newsgpu analyze news/ -o out\n"
        "  newsgpu analyze 2026-*.jsonl.gz --text body --date published -o out --threshold 0.8",
    )
    add_reading(parser)
    parser.add_argument("-o", "--output", metavar="DIR", required=True, help="folder to write into; made if needed")
    parser.add_argument("--heading", help="heading of the report (default: the paths)")
    defaults = Settings()
    group = parser.add_argument_group("near-duplicates")
    group.add_argument(
        "--threshold",
        metavar="X",
        type=fraction,
        default=defaults.threshold,
        help=f"lowest similarity (default: {defaults.threshold}: finds reposts that cut paragraphs)",
    )
    group.add_argument("--unit", choices=("words", "characters"), default=defaults.unit, help="of shingles")
    group.add_argument("--shingle", metavar="N", type=positive, default=defaults.n, help="units a shingle (default: 3)")
    group.add_argument("--similarity", choices=("jaccard", "containment"), default=defaults.similarity)
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    # Before any work: a folder that cannot be written to would lose it.
    directory = writable_folder(options.output)
    heading = options.heading or _heading(options.paths)
    leave_out(directory, options)
    settings = Settings(
        threshold=options.threshold, unit=options.unit, n=options.shingle, similarity=options.similarity
    )
    with _stages(options) as on_stage:
        on_stage("reading")
        corpus = read_corpus(options)
        analysis = analyze(corpus, settings, progress=progress(options), on_stage=on_stage, **execution(options))
        on_stage("report")
        with written_together():
            files = write_analysis(analysis, directory, heading=heading)
    print_findings(analysis, files)


def _heading(paths: list[str]) -> str:
    names = [shown_path(Path(path).name or path) for path in paths]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


@contextmanager
def _stages(options: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """Shows the running stage on a terminal's last line."""
    if options.quiet or not sys.stderr.isatty():
        yield lambda _: None
        return

    def show(stage: str) -> None:
        print(f"\r\x1b[K{stage} …", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
