"""Near-duplicates: which documents repeat others, verified pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NoReturn, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from . import _core
from ._arguments import byte_count, choice, whole_number
from ._execution import run
from ._html import MAX_ROWS, html_table
from .corpus import Corpus, as_corpus, row_ids
from .info import stays_on_cpu

Unit = Literal["words", "characters"]
Similarity = Literal["jaccard", "containment"]
Method = Literal["minhash", "exact"]
Cluster = Literal["keeper", "components"]
Keep = Literal["first", "earliest", "longest"]
_Documents = Corpus | tuple[str | None, ...]


def near_duplicates(
    corpus: Any,
    threshold: float = 0.8,
    *,
    unit: Unit = "words",
    n: int = 3,
    similarity: Similarity = "jaccard",
    recall: float = 0.99,
    method: Method = "minhash",
    cluster: Cluster = "keeper",
    keep: Keep | Sequence[float] | npt.NDArray[Any] = "first",
    seed: int = 0,
    memory_budget: int | str | None = None,
    device: str = "auto",
    num_threads: int | None = None,
    progress: bool | None = None,
) -> NearDuplicates:
    """Finds the documents that repeat others.

    Documents are compared as sets of *shingles*, ``n`` consecutive units. Every pair that is reported has been
    verified: its similarity is the exact quotient for the sets of the two texts, and reaches ``threshold``.

    Parameters
    ----------
    corpus
        A :class:`Corpus`, or anything it accepts. The strings of a list are read where they lie, unless a device may
        take them.
    threshold
        Pairs of at least this similarity are reported; above 0, at most 1.
    unit
        ``"words"``: tokens of ``Tokenizer("words")``. ``"characters"``: code points of the NFKC_Casefold text with
        every run of white space folded to one space and the ends trimmed.
    n
        Units a shingle, 1 to 64. A document with fewer units has one shingle, all of them; one without units is near
        nothing.
    similarity
        ``"jaccard"``: \\|A and B\\| / \\|A or B\\|. ``"containment"``: \\|A and B\\| / min(\\|A\\|, \\|B\\|).
    recall
        The least probability with which ``"minhash"`` finds a pair exactly at the threshold; pairs above it are found
        more surely. Bands, rows and the filter of estimates follow from it by formula (``stats["expected_recall"]``).
    method
        ``"minhash"``, or ``"exact"``: a set-similarity join that finds every pair. Containment has no bound by MinHash
        and is joined exactly either way.
    cluster
        ``"keeper"``: every member reaches the threshold with the keeper of its cluster, so nothing is dropped through a
        chain of half-similar neighbours. ``"components"``: connected components of the pairs.
    keep
        Which document of a cluster is kept: the ``"first"``, the ``"earliest"`` (by ``corpus.dates``; those without a
        date come last), the ``"longest"`` (most code points), or the one with the highest of the priorities given here.
        Ties fall to the smaller row.
    seed
        Changes every hash, and with them which few pairs at the threshold are missed. Who knows the seed can write text
        that hides copies from ``"minhash"``, or crowds its buckets: give one that others do not know where text may be
        hostile. 0 to 2**64 - 1.
    memory_budget
        Working memory beyond the text and the result (and, of a list of strings, one of them a thread): bytes, or a
        string such as ``"600MB"`` or ``"2GiB"``; ``None`` takes what it needs. Sketches and candidate pairs that do not
        fit wait in temporary files (``TMPDIR`` names their folder), which have no names and are gone with the process
        however it ends; the exact join reads the text again instead, block by block. The result is the same, but for
        the number of candidates of the exact join. About 100 bytes a document are needed in any case, and room for what
        is made from two documents. On a CUDA device it bounds what the host keeps; sketches are in the device's memory.
    device, num_threads, progress
        Where and how to run. The result does not depend on them.

    Raises
    ------
    ValueError
        An option is outside its range; ``keep="earliest"`` without dates; ``memory_budget`` is too small for the
        documents.
    OSError
        A temporary file cannot be written.
    DeviceUnavailable
        ``device`` asks for what this machine or build does not have.

    Notes
    -----
    Documents with equal units in equal order are collapsed first and are linear in their number, and so are documents
    without units but with equal text: they form clusters, though near nothing and in no pair. A missing document is a
    duplicate of nothing. Shingles are told apart by 64-bit hashes: of S distinct shingles about S**2 / 2**65 pairs are
    mistaken for each other.

    Comparisons are limited to some hundred a document where very many documents might be alike (boilerplate, hostile
    text). Beyond that a document is compared with the keepers before it, up to 64 of them without success:
    ``stats["uncompared_pairs"]`` says how many pairs were left.

    Cost: one pass over the text, a second one over documents that have a candidate; about 200 bytes a document,
    and 64 MB for the sets of documents that are being compared.

    Examples
    --------
    >>> found = near_duplicates(["The bridge reopened on Friday.", "the bridge reopened on Friday", "Rain."])
    >>> found.kept.tolist(), found.pairs["similarity"].to_pylist()
    ([True, False, True], [1.0])
    """
    options = pair_options(threshold, unit, n, similarity, recall, method, seed)
    choice("cluster", cluster, get_args(Cluster))
    budget = 0 if memory_budget is None else byte_count("memory_budget", memory_budget)
    documents, readable = _readable(corpus, device, num_threads)
    rule, priorities = _priorities(documents, keep)
    with run(device, num_threads, progress, "near-duplicates") as execution:
        found = _core.near_duplicates(
            readable,
            **options,
            cluster=cluster,
            keep=rule,
            priorities=priorities,
            memory_budget=budget,
            execution=execution,
        )
    return NearDuplicates(documents, found, threshold)


def pair_options(
    threshold: Any, unit: Any, n: Any, similarity: Any, recall: Any, method: Any, seed: Any
) -> dict[str, Any]:
    """The options that say which pairs are found, checked, as the core takes them."""
    n = whole_number("n", n, 1, most=2**31 - 1)
    seed = whole_number("seed", seed, 0, most=2**64 - 1)
    choice("unit", unit, get_args(Unit))
    choice("similarity", similarity, get_args(Similarity))
    choice("method", method, get_args(Method))
    for name, value in (("threshold", threshold), ("recall", recall)):
        if not isinstance(value, (int, float, np.number)) or isinstance(value, bool):
            raise TypeError(f"{name} must be a number, got {value!r}")
    return {
        "threshold": float(threshold),
        "unit": unit,
        "n": n,
        "similarity": similarity,
        "recall": float(recall),
        "method": method,
        "seed": seed,
    }


class NearDuplicates:
    """What repeats what in a corpus; made by :func:`near_duplicates`.

    It cannot be pickled or copied: most of it lies in the core. ``pairs`` and ``clusters`` are Arrow tables, which can.
    """

    __slots__ = ("_clusters", "_documents", "_found", "_pairs", "threshold")

    def __init__(self, documents: _Documents, found: _core.NearDuplicates, threshold: float) -> None:
        self._documents = documents
        self._found = found
        self._pairs: pa.Table | None = None
        self._clusters: pa.Table | None = None
        self.threshold = threshold

    @property
    def pairs(self) -> pa.Table:
        """Every pair that was found, one row each, in order of (left, right).

        Columns: ``left`` < ``right`` (int64 row numbers), ``left_id``, ``right_id``, ``similarity`` (float64). Made on
        first use: m copies of one text alone are m * (m - 1) / 2 pairs, which ``stats["pairs"]`` tells beforehand.

        Raises
        ------
        MemoryError
            The table would not fit into the memory that is free.
        """
        if self._pairs is None:
            _require_memory_for(self._found.stats["pairs"])
            with run(description="pairs") as execution:
                left, right, similarity = self._found.pairs(execution)
            self._pairs = pa.table(
                {
                    "left": left,
                    "right": right,
                    "left_id": self._ids_of(left),
                    "right_id": self._ids_of(right),
                    "similarity": similarity,
                }
            )
        return self._pairs

    @property
    def clusters(self) -> pa.Table:
        """One row a document, in order of the corpus.

        Columns: ``id``, ``cluster_id`` (int64: the first row of the cluster), ``is_keeper``, ``keeper_id``,
        ``similarity`` (float64, to the keeper; 1 for a keeper). A document that repeats nothing is its own keeper.
        """
        if self._clusters is None:
            self._clusters = pa.table(
                {
                    "id": self._ids,
                    "cluster_id": pa.array(self._found.cluster_id),
                    "is_keeper": pa.array(self.kept),
                    "keeper_id": self._ids_of(self._found.keeper),
                    "similarity": pa.array(self._found.similarity),
                }
            )
        return self._clusters

    @property
    def _ids(self) -> pa.Array:
        documents = self._documents
        return documents.ids if isinstance(documents, Corpus) else row_ids(np.arange(len(documents)))

    def _ids_of(self, rows: npt.NDArray[np.int64]) -> pa.Array:
        return self._documents.ids.take(pa.array(rows)) if isinstance(self._documents, Corpus) else row_ids(rows)

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Which documents are kept, ``[D]``: keepers, and those that repeat nothing."""
        return self._found.keeper == np.arange(len(self._documents))

    def deduplicate(self) -> Corpus:
        """The documents that are kept, in order of the corpus, with their metadata."""
        return as_corpus(self._documents, None).take(self.kept)

    @property
    def stats(self) -> dict[str, Any]:
        """What was done and how long it took.

        ``documents``; ``copies`` (documents that equal an earlier one); ``shingles`` (repeats included); ``candidates``
        (pairs verified); ``pairs``; ``uncompared_pairs``; ``bands`` of ``rows`` minima each, and of all
        ``minima`` the ``least_agreement`` that lets a pair be verified (0 without MinHash); ``expected_recall`` at the
        threshold; ``seconds`` of each stage.
        """
        return self._found.stats

    def plot(self, axes: Any = None) -> npt.NDArray[Any]:
        """Draws how similar the pairs are, how large the clusters are, and how surely a pair is found.

        Parameters
        ----------
        axes
            Three matplotlib axes to draw on; new ones in a row otherwise.

        Returns
        -------
        The three axes.

        Raises
        ------
        ImportError
            matplotlib is not installed: ``pip install newsgpu[plot]``.

        Examples
        --------
        >>> found = near_duplicates(["The bridge reopened on Friday.", "the bridge reopened on Friday", "Rain."])
        >>> axes = found.plot()
        >>> axes[0].figure.savefig("duplicates.png")  # doctest: +SKIP
        """
        from ._plots import plot_near_duplicates

        return plot_near_duplicates(
            # Of different texts: a thousand copies of one text alone would be half a million pairs of 1.
            similarities=self._found.distinct_similarities,
            cluster_sizes=np.bincount(np.unique(self._found.keeper, return_inverse=True)[1]),
            threshold=self.threshold,
            stats=self.stats,
            axes=axes,
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a NearDuplicates cannot be pickled or copied; keep its tables, .pairs and .clusters, instead")

    def __repr__(self) -> str:
        stats = self.stats
        return (
            f"<newsgpu.NearDuplicates: {stats['documents']:,} documents, {int(self.kept.sum()):,} kept, "
            f"{stats['pairs']:,} pairs at {self.threshold:g} or more>"
        )

    def _repr_html_(self) -> str:
        columns = ["documents", "keeper", "least similarity", "text"]
        return html_table(columns, self._largest_clusters(MAX_ROWS), caption=repr(self)[1:-1])

    def _largest_clusters(self, count: int) -> list[tuple[int, str, float, str]]:
        """(documents, id of the keeper, least similarity, its text), the largest first."""
        keeper = self._found.keeper
        sizes = np.bincount(keeper, minlength=1)
        largest = np.argsort(-sizes, kind="stable")[:count]
        largest = largest[sizes[largest] > 1]
        described = []
        for row, name in zip(largest.tolist(), self._ids_of(largest).to_pylist(), strict=True):
            lowest = float(self._found.similarity[keeper == row].min())
            text = " ".join((self._documents[row] or "").split())
            described.append((int(sizes[row]), name, lowest, text))
        return described


def _readable(corpus: Any, device: str, num_threads: int | None) -> tuple[_Documents, _core.Documents]:
    """The documents, and how the core reads them: the strings of a list lie where they are, if no device takes them."""
    if isinstance(corpus, (list, tuple)) and stays_on_cpu(device):
        try:
            texts = _core.TextList(corpus)
        except TypeError:
            pass  # bytes, or what pandas puts for a missing text
        else:
            return texts.strings, texts
    documents = as_corpus(corpus, num_threads)
    return documents, documents._view


def _priorities(documents: _Documents, keep: Any) -> tuple[str, npt.NDArray[np.float64] | None]:
    """The core's rule for ``keep``, and the priorities it needs."""
    if isinstance(keep, str):
        if keep == "earliest":
            return "priority", _earliness(documents.dates if isinstance(documents, Corpus) else None)
        if keep in ("first", "longest"):
            return keep, None
        raise ValueError(f"keep must be 'first', 'earliest', 'longest' or an array of priorities, got {keep!r}")
    priorities = np.asarray(keep)
    if priorities.dtype.kind not in "iufb":
        raise TypeError(f"keep must be a string or an array of numbers, got {keep!r:.80}")
    if priorities.shape != (len(documents),):
        raise ValueError(
            f"keep must have one priority for each of {len(documents)} documents, got shape {priorities.shape}"
        )
    if priorities.dtype.kind in "iu" and priorities.dtype.itemsize == 8:
        # Doubles would merge large integers: their ranks do not.
        _, priorities = np.unique(priorities, return_inverse=True)
    return "priority", np.ascontiguousarray(priorities, dtype=np.float64)


def _earliness(dates: pa.Array | None) -> npt.NDArray[np.float64]:
    """A priority for each date: the earlier the higher, the lowest for none."""
    if dates is None:
        raise ValueError("keep='earliest' needs a corpus with dates")
    # Ranks, not microseconds: those of a year far away are no exact double.
    microseconds = pc.fill_null(dates.cast(pa.timestamp("us"), safe=False).cast(pa.int64()), 2**63 - 1)
    _, ranks = np.unique(microseconds.to_numpy(zero_copy_only=False), return_inverse=True)
    return -ranks.astype(np.float64)


def _require_memory_for(num_pairs: int) -> None:
    # Three columns of eight bytes, and two of ids, which have eight bytes of offset and their text.
    needed = num_pairs * 64
    free = _free_memory()
    if free is not None and needed > free:
        raise MemoryError(
            f"{num_pairs:,} pairs need about {needed / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free; "
            "use .clusters, which has one row a document"
        )


def _free_memory() -> int | None:
    """Bytes that can be used without swapping, where the system tells."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None
