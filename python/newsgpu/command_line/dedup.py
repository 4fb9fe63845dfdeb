"""``newsgpu dedup``."""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..analysis.pairs import pair_table
from ..corpus import Corpus
from ..duplicate_index import DuplicateIndex
from ..near_duplicates import NearDuplicates, near_duplicates
from ..reading.paths import input_files
from ..writing import write_table, written_together
from .folder import alone_with, leave_out, writable_folder
from .kept import write_kept
from .output import put_table
from .parser import (
    FORMATS,
    MAX_SHINGLE,
    UsageError,
    add_command,
    add_execution,
    add_reading,
    byte_size,
    fraction,
    positive,
    recall,
    size_at_most,
)
from .reading import execution, note, progress, read_corpus


def register(commands: Any) -> None:
    """Adds the command."""
    parser = add_command(
        commands,
        "dedup",
        _run,
        summary="find near-duplicates, and write what remains without them",
        details="With -o DIR writes pairs and clusters (Parquet, or --format) and the kept documents, with all their\n"
        "fields, in the format of the input, text in UTF-8. Without it prints what repeats what: id, keeper_id,\n"
        "similarity.\n"
        "Every similarity is exact; a pair at the threshold is found with the probability --recall.\n"
        "With --index, documents that repeat one of an earlier run are not kept either, and those that are kept are\n"
        "remembered; one that was kept before under the same id is kept again. Then a table of repeats is written\n"
        "instead of pairs and clusters.",
        examples="  newsgpu dedup news.jsonl.gz -o out\n"
        "  newsgpu dedup news/ --threshold 0.6 --keep earliest -o out --format csv\n"
        "  newsgpu dedup 2026-04-07.jsonl --index news.index -o out\n"
        "  newsgpu dedup zh.parquet --unit characters -n 5 --method exact --format jsonl",
    )
    add_reading(parser)
    group = parser.add_argument_group("near-duplicates")
    group.add_argument("--threshold", metavar="X", type=fraction, default=0.8, help="lowest similarity (default: 0.8)")
    group.add_argument("--unit", choices=("words", "characters"), default="words", help="of shingles (default: words)")
    group.add_argument(
        "-n", "--n", metavar="N", type=size_at_most(MAX_SHINGLE), default=3, help="units in a shingle (default: 3)"
    )
    group.add_argument(
        "--similarity", choices=("jaccard", "containment"), default="jaccard", help="of shingle sets (default: jaccard)"
    )
    group.add_argument(
        "--method", choices=("minhash", "exact"), default="minhash", help="exact finds every pair (default: minhash)"
    )
    group.add_argument("--recall", metavar="X", type=recall, default=0.99, help="of minhash (default: 0.99)")
    group.add_argument(
        "--cluster",
        choices=("keeper", "components"),
        default="keeper",
        help="keeper (default): each member reaches the threshold with the one kept; components: through a chain",
    )
    group.add_argument(
        "--keep",
        choices=("first", "earliest", "longest"),
        default="first",
        help="which document of a cluster is kept (default: first)",
    )
    group.add_argument(
        "--index",
        metavar="FILE",
        help="documents kept by earlier runs with the same options; made if it is not there, and updated",
    )
    group.add_argument(
        "--memory-budget",
        metavar="SIZE",
        type=byte_size,
        help="working memory beyond the text, such as 600MB or 2GiB; the rest waits in temporary files",
    )
    output = parser.add_argument_group("output")
    output.add_argument("-o", "--output", metavar="DIR", help="folder to write into; made if needed")
    output.add_argument("--format", choices=FORMATS, help="of pairs and clusters, or of what is printed")
    output.add_argument(
        "--rows", metavar="N", type=positive, default=40, help="rows that a table on the terminal shows (default: 40)"
    )
    add_execution(parser)


def _run(options: argparse.Namespace) -> None:
    if options.output is None and options.format == "parquet":
        raise UsageError("--format parquet needs a folder: add -o DIR")
    if options.output is not None and options.format == "table":
        raise UsageError("--format table is for the terminal: leave out -o, or choose parquet, csv or jsonl")
    # Before any work: a folder that cannot be written to would lose it.
    directory = None if options.output is None else writable_folder(options.output)
    if directory is not None:
        leave_out(directory, options)
    if options.index is not None:
        if options.cluster != "keeper":
            raise UsageError("--index works with --cluster keeper: it remembers the documents that are kept")
        path = writable_folder(str(Path(options.index).parent)) / Path(options.index).name
        with alone_with(path, options):
            index = _open_index(path, options)
            _run_with_index(read_corpus(options), index, path, directory, options)
        return
    corpus = read_corpus(options)
    duplicates = _find(corpus, options)
    if directory is None:
        put_table(_repeats(duplicates), options)
    else:
        _write(corpus, duplicates, directory, options)
    kept = int(duplicates.kept.sum())
    note(options, f"{len(corpus):,} documents: {kept:,} kept, {len(corpus) - kept:,} repeat one of them")


def _find(corpus: Corpus, options: argparse.Namespace) -> NearDuplicates:
    return near_duplicates(
        corpus,
        **_pair_options(options),
        cluster=options.cluster,
        keep=options.keep,
        memory_budget=options.memory_budget,
        progress=progress(options),
        **execution(options),
    )


def _pair_options(options: argparse.Namespace) -> dict[str, Any]:
    """The options that near_duplicates and an index share."""
    return {name: getattr(options, name) for name in ("threshold", "unit", "n", "similarity", "recall", "method")}


def _open_index(path: Path, options: argparse.Namespace) -> DuplicateIndex:
    """The index of earlier runs, or a new one where there is none."""
    made = DuplicateIndex(**_pair_options(options))
    if not path.exists():
        return made
    index = DuplicateIndex.load(path, progress=progress(options))
    different = [f"--{name} {value}" for name, value in index.options.items() if value != made.options[name]]
    if different:
        raise UsageError(f"{path} was made with {', '.join(different)}: use the same options")
    return index


def _run_with_index(
    corpus: Corpus, index: DuplicateIndex, path: Path, directory: Path | None, options: argparse.Namespace
) -> None:
    """Keeps what repeats nothing that the index has, and among that what the keeper rule keeps.

    The index has kept documents alone, so every document that goes reaches the threshold with one that stays.
    """
    how = {"progress": progress(options), **execution(options)}
    of_earlier = index.query(corpus, top=1, within=False, **how)
    was_kept = _kept_before(of_earlier)
    is_new = np.ones(len(corpus), bool)
    is_new[of_earlier["row"].to_numpy()] = False
    duplicates = _find(corpus.take(is_new), options)
    is_added = is_new.copy()
    is_added[is_new] = duplicates.kept
    kept = is_added.copy()
    kept[of_earlier["row"].to_numpy()[was_kept]] = True
    earlier = of_earlier.filter(pa.array(~was_kept)).select(["id", "match_id", "similarity"])
    earlier = earlier.rename_columns(["id", "keeper_id", "similarity"])
    repeats = pa.concat_tables([earlier.replace_schema_metadata(None), _repeats(duplicates)])
    if directory is None:
        put_table(repeats, options)
    else:
        with written_together():
            _write_tables({"repeats": repeats}, directory, options)
            write_kept(corpus, kept, directory, options)
    index.add(corpus.take(is_added), top=1, **how)
    index.save(path, progress=progress(options))
    again = f" ({int(was_kept.sum()):,} again)" if was_kept.any() else ""
    note(
        options,
        f"{len(corpus):,} documents: {int(kept.sum()):,} kept{again}, {earlier.num_rows:,} repeat one of an earlier "
        f"run, {len(corpus) - int(kept.sum()) - earlier.num_rows:,} one of this",
    )


def _kept_before(of_earlier: pa.Table) -> npt.NDArray[np.bool_]:
    """Which of the matches are of a document with itself: the index has it under its id, unchanged.

    A run that is made again thus keeps what it kept.
    """
    has_same_id = pc.equal(of_earlier["id"], of_earlier["match_id"]).to_numpy()
    same = np.flatnonzero(has_same_id & (of_earlier["similarity"].to_numpy() == 1))
    # Of several with one id and text the first is it, and the others are its copies.
    _, first = np.unique(of_earlier["id"].take(same).to_numpy(), return_index=True)
    is_itself = np.zeros(of_earlier.num_rows, bool)
    is_itself[same[first]] = True
    return is_itself


def _repeats(duplicates: NearDuplicates) -> pa.Table:
    clusters = duplicates.clusters
    return clusters.filter(pc.invert(clusters["is_keeper"])).select(["id", "keeper_id", "similarity"])


def _write(corpus: Corpus, duplicates: NearDuplicates, directory: Path, options: argparse.Namespace) -> None:
    pairs, has_all_pairs = pair_table(duplicates)
    if not has_all_pairs:
        note(
            options, f"{duplicates.stats['pairs']:,} pairs are too many to list: each repeat with its keeper is written"
        )
    with written_together():
        _write_tables({"clusters": duplicates.clusters, "pairs": pairs}, directory, options)
        write_kept(corpus, duplicates.kept, directory, options)


def _write_tables(tables: dict[str, pa.Table], directory: Path, options: argparse.Namespace) -> None:
    """Writes each table into a file, and names those of another run that could pass for tables of this one."""
    suffix = options.format or "parquet"
    written = [directory / f"{name}.{suffix}" for name in tables]
    inputs = {file.path.resolve() for file in input_files(options.paths, options.input_format)}
    if overwritten := [path for path in written if path.resolve() in inputs]:
        raise ValueError(f"{overwritten[0]} is an input and would be overwritten: choose another directory with -o")
    for path, table in zip(written, tables.values(), strict=True):
        write_table(table, path, suffix)
    names = itertools.product(("clusters", "pairs", "repeats"), ("parquet", "csv", "jsonl"))
    others = [path for name, other in names if (path := directory / f"{name}.{other}") not in written]
    if stale := [path.name for path in others if path.exists() and path.resolve() not in inputs]:
        note(options, f"not of this run: {', '.join(stale)} in {directory}")
