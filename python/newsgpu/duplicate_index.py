"""An index of near-duplicates: what today's documents repeat of all the days before."""

from __future__ import annotations

import os
from typing import Any, NoReturn

import pyarrow as pa

from . import _core
from ._arguments import whole_number
from ._execution import run
from ._tables import string_array
from .corpus import Corpus, _view_of, as_corpus
from .near_duplicates import Method, Similarity, Unit, _free_memory, pair_options

# A match takes three numbers, two offsets and two ids, and the ids once more while the columns are joined.
_BYTES_A_MATCH = 96


class DuplicateIndex:
    """Documents of many days, and which of them a new one repeats.

    Adding a corpus in any number of batches gives the pairs that :func:`near_duplicates` gives for the whole, with the
    same exact similarities, each with the batch that its later document is in.

    Parameters
    ----------
    threshold, unit, n, similarity, recall, method
        As in :func:`near_duplicates`; they stay the same for the life of the index.
    seed
        Changes every hash. Who knows it can write text that hides copies or crowds the buckets: give one that others do
        not know where text may be hostile. 0 to 2**64 - 1; the file of an index has it.

    Raises
    ------
    ValueError, TypeError
        An option is outside its range.

    Notes
    -----
    An index keeps the shingle hashes of every different text (8 bytes each), which makes verification exact; 24 bytes a
    text; with ``method="minhash"`` a byte a minimum and 8 bytes a band; and its ids. A copy of a text costs 8 bytes and
    its id. ``stats["num_bytes"]`` is the sum. A loaded index reads from its file what it needs.

    A text is held against the oldest 4,096 texts of each bucket it falls into, by estimate, and against the sets of
    those that pass until 2,048 of them have not reached the threshold. What is beyond that is made by boilerplate and
    hostile text, where :func:`near_duplicates` leaves pairs uncompared too.
    ``method="exact"`` and containment find every pair, and look at many more candidates.

    Cost of adding: one pass over the text, then for each document a look-up in every segment; there is at most one
    segment for each doubling of the index, and each document is rewritten once a doubling.

    A document without an id has its place in the index as id. Several threads may use an index at once; a call that
    fails or is stopped by Ctrl-C leaves it as it was. An index cannot be pickled or copied: :meth:`save` it, and
    :meth:`load` it where it is wanted.

    Examples
    --------
    >>> index = DuplicateIndex(threshold=0.7)
    >>> index.add(Corpus(["The bridge reopened on Friday."], ids=["monday-1"])).num_rows
    0
    >>> index.add(Corpus(["Rain.", "The bridge reopened on Friday!"], ids=["a", "b"])).to_pylist()
    [{'row': 1, 'id': 'b', 'match_id': 'monday-1', 'similarity': 1.0}]
    """

    __slots__ = ("_index",)

    def __init__(
        self,
        threshold: float = 0.8,
        *,
        unit: Unit = "words",
        n: int = 3,
        similarity: Similarity = "jaccard",
        recall: float = 0.99,
        method: Method = "minhash",
        seed: int = 0,
    ) -> None:
        self._index = _core.DuplicateIndex(**pair_options(threshold, unit, n, similarity, recall, method, seed))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        verify: bool = True,
        progress: bool | None = None,
    ) -> DuplicateIndex:
        """Opens an index that :meth:`save` wrote.

        The file is mapped, not read into memory: what a look-up needs is read when it needs it, and documents that are
        added stay in memory until the next :meth:`save`.

        Parameters
        ----------
        verify
            Read the whole file once and compare it with its checksums. ``False`` checks the head of the file alone,
            which takes no time; damage elsewhere then shows when a later call meets it, or not at all.

        Raises
        ------
        CorruptFile
            The file is damaged, cut off, or no index of this version.
        ValueError
            It was made with other hashes or another version of ICU, whose words may differ.
        OSError
            It cannot be read.
        """
        if not isinstance(verify, bool):
            raise TypeError(f"verify must be a bool, got {verify!r}")
        loaded = cls.__new__(cls)
        with run(progress=progress, description="load") as execution:
            loaded._index = _core.DuplicateIndex.load(os.fspath(path), verify, execution)
        return loaded

    def save(self, path: str | os.PathLike[str], *, progress: bool | None = None) -> None:
        """Writes the index to ``path``.

        The file is written beside it, brought to the disk and renamed: if the program is killed or the machine stops,
        ``path`` is the old file or the new one. The format is described in ``docs/index-format.md``.

        Raises
        ------
        OSError
            It cannot be written, or another process is saving to ``path``.
        """
        with run(progress=progress, description="save") as execution:
            self._index.save(os.fspath(path), execution)

    def add(
        self,
        corpus: Any,
        *,
        top: int | None = None,
        device: str = "auto",
        num_threads: int | None = None,
        progress: bool | None = None,
    ) -> pa.Table:
        """Adds documents, and tells what each of them repeats: older documents, of the same corpus too.

        Parameters
        ----------
        corpus
            A :class:`Corpus`, or anything it accepts.
        top
            At most this many matches a document, the most similar ones, of equal ones the oldest; ``None`` for all.
            m copies of one text alone are m * (m - 1) / 2 matches.
        device, num_threads, progress
            Where and how to run. The result does not depend on them.

        Returns
        -------
        pyarrow.Table
            ``row`` int64 (in ``corpus``), ``id``, ``match_id`` (large_string) and ``similarity`` float64; ordered by
            ``row``, then by age. Documents that repeat nothing are not in it. The schema's metadata tell under
            ``uncompared_pairs`` how many pairs were left (see the notes of the class).

        Raises
        ------
        MemoryError
            The table would not fit into the memory that is free; the index is as it was.
        """
        documents = as_corpus(corpus, num_threads)
        with run(device, num_threads, progress, "add") as execution:
            found = self._index.add(documents._view, _ids(documents), _top(top), _max_matches(), execution)
        return _table(found)

    def query(
        self,
        corpus: Any,
        *,
        top: int | None = None,
        within: bool = True,
        device: str = "auto",
        num_threads: int | None = None,
        progress: bool | None = None,
    ) -> pa.Table:
        """The table that :meth:`add` would give, without adding.

        With ``within=False`` only matches with what the index holds count, not those with the same corpus.
        """
        if not isinstance(within, bool):
            raise TypeError(f"within must be a bool, got {within!r}")
        documents = as_corpus(corpus, num_threads)
        with run(device, num_threads, progress, "query") as execution:
            found = self._index.query(documents._view, _ids(documents), _top(top), _max_matches(), within, execution)
        return _table(found)

    def merge(
        self,
        other: DuplicateIndex,
        *,
        top: int | None = None,
        device: str = "auto",
        num_threads: int | None = None,
        progress: bool | None = None,
    ) -> pa.Table:
        """Adds the documents of ``other`` with their ids, as if their corpus were added; its texts are not needed.

        ``row`` counts the documents of ``other``. Documents without ids keep the numbers they had there.

        Raises
        ------
        ValueError
            ``other`` has other options.
        DeviceUnavailable
            A CUDA device was asked for: no text is read, so there is nothing for it to do.
        """
        if not isinstance(other, DuplicateIndex):
            raise TypeError(f"other must be a DuplicateIndex, got {other!r}")
        with run(device, num_threads, progress, "merge") as execution:
            found = self._index.merge(other._index, _top(top), _max_matches(), execution)
        return _table(found)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a DuplicateIndex cannot be pickled or copied; write it with .save(path) and open it with "
            "DuplicateIndex.load(path)"
        )

    def __len__(self) -> int:
        return len(self._index)

    @property
    def options(self) -> dict[str, Any]:
        """``threshold``, ``unit``, ``n``, ``similarity``, ``recall``, ``method`` and ``seed``."""
        return self._index.options

    @property
    def stats(self) -> dict[str, Any]:
        """What the index holds.

        ``documents``; ``texts`` (different ones that have shingles) and their ``shingles``; ``segments``;
        ``num_bytes``; ``bands`` and ``rows`` (0 without MinHash); ``expected_recall`` at the threshold.
        """
        return self._index.stats

    def __repr__(self) -> str:
        options = self.options
        return (
            f"<newsgpu.DuplicateIndex: {len(self):,} documents, {options['similarity']} of {options['n']} "
            f"{options['unit']} at {options['threshold']:g} or more>"
        )


def _ids(corpus: Corpus) -> _core.CorpusView | None:
    return None if corpus._given_ids is None else _view_of(corpus._given_ids)


def _top(top: int | None) -> int:
    return 0 if top is None else whole_number("top", top, 1)


def _max_matches() -> int:
    free = _free_memory()
    return 0 if free is None else max(1, free // _BYTES_A_MATCH)


def _table(found: Any) -> pa.Table:
    row, ids, _, match_ids, similarity, uncompared = found
    table = pa.table(
        {
            "row": pa.array(row),
            "id": string_array(*ids),
            "match_id": string_array(*match_ids),
            "similarity": pa.array(similarity),
        }
    )
    return table.replace_schema_metadata({"uncompared_pairs": str(uncompared)}) if uncompared else table
